"""Parameters that a router does not know: they are refused, for whoever misspells one would get an answer to less."""

from collections.abc import Callable
from functools import wraps
from typing import Any, get_origin

from ninja import Schema

from portal.http.signs import NOT_KEPT

NOT_KNOWN, NOT_TWICE = "there is no parameter of this name here", "can be given once only"
NOT_A_TEXT = "holds control characters, or marks that turn the direction of writing"


class UnfitParameters(Exception):
    """A request has parameters that its address does not know, one twice for a single value, or one that is no text."""

    def __init__(self, faults: list[dict[str, str]]):
        self.faults = faults
        super().__init__(faults)


def refuse_unfit_parameters(view: Callable) -> Callable:
    """Decorate an operation to raise UnfitParameters; its query parameters are the fields of its schemas."""

    @wraps(view)
    def checked(request, **values: Any) -> Any:
        schemas = [type(value) for value in values.values() if isinstance(value, Schema)]
        fields = {name: field for schema in schemas for name, field in schema.model_fields.items()}
        lists = {name for name, field in fields.items() if get_origin(field.annotation) is list}
        given = list(request.GET.lists())
        faults = [(name, NOT_KNOWN) for name in request.GET if name not in fields]
        faults += [(name, NOT_TWICE) for name, some in given if name in fields and len(some) > 1 and name not in lists]
        faults += [(name, NOT_A_TEXT) for name, some in given if name in fields and any(map(NOT_KEPT.search, some))]
        if faults:
            raise UnfitParameters([{"where": f"query.{name}", "what": what} for name, what in faults])
        return view(request, **values)

    return checked
