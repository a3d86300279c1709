"""Long lists page by page.

A cursor is the public name of the last row, signed: no internal id gets out, and one that somebody made up is told
from ours. Later pages stay as they are while new rows come in, for those come before the first.
"""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from ninja import Schema
from ninja.errors import HttpError
from pydantic import Field

MAX_PAGE_SIZE = 200
NOT_OURS = "This cursor is not one of ours. Follow the address in “next”, or begin again without a cursor."
_signer = Signer(salt="search.api.cursor")


class Paged(Schema):
    """Which rows, and how many at once."""

    named: ClassVar[str]  # the column that names a row in public
    moment: ClassVar[str]  # the column that they are ordered by, latest first

    limit: int = Field(50, ge=1, le=MAX_PAGE_SIZE, description="rows a page")
    cursor: str | None = Field(None, max_length=400, description="where to go on: it stands in “next”")

    def page(self, path: str, rows: QuerySet) -> tuple[list[Any], str | None]:
        """Return one page and the address of the next, None after the last one."""
        if self.cursor is not None:
            rows = self.after(rows, self.cursor)
        found = list(rows.order_by(f"-{self.moment}", "-pk")[: self.limit + 1])
        shown = found[: self.limit]
        return shown, self.address_after(path, shown[-1]) if len(found) > self.limit else None

    def after(self, rows: QuerySet, cursor: str) -> QuerySet:
        """Select what comes after a cursor; one query more, for the place of its row."""
        try:
            name = _signer.unsign(cursor)
        except BadSignature as error:
            raise HttpError(400, NOT_OURS) from error
        last = rows.model.objects.filter(**{self.named: name}).values_list(self.moment, "pk").first()
        if last is None:
            raise HttpError(400, NOT_OURS)
        earlier = rows.filter(**{f"{self.moment}__lte": last[0]})  # alone, so that an index can begin there
        return earlier.filter(Q(**{f"{self.moment}__lt": last[0]}) | Q(pk__lt=last[1]))

    def address_after(self, path: str, last: Any) -> str:
        """Return the address of the page after a row."""
        kept = self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        return f"{settings.SITE_URL}{path}?{urlencode(kept | {'cursor': _signer.sign(getattr(last, self.named))})}"
