"""Writing encrypted values again with the newest key, so that an older one can be thrown away."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils.module_loading import autodiscover_modules

from portal.encryption.addresses import EncryptedAddressField, is_unreadable
from portal.encryption.values import UnreadableValue

ROWS_AT_ONCE = 200
_kinds: list["EncryptedRows"] = []


@dataclass(frozen=True, slots=True)
class EncryptedRows:
    """The rows of one model that hold encrypted values, and how one of them is written again."""

    label: str
    select: Callable[[], models.QuerySet]
    write_again: Callable[[Any], object]  # gets the locked row; raises UnreadableValue if no key reads it


def holds_encrypted(label, select):
    """Register the function that writes one row's encrypted values again."""

    def register(write_again):
        _kinds.append(EncryptedRows(label, select, write_again))
        return write_again

    return register


def encrypted_kinds():
    """Return the kinds of every package, and one for each column of addresses."""
    autodiscover_modules("encrypted_values")
    return [*_kinds, *(addresses_in(model, column.name) for model, column in address_columns())]


def address_columns() -> Iterator[tuple[type[models.Model], EncryptedAddressField]]:
    """Yield each column that holds encrypted addresses, with its model."""
    for model in apps.get_models():
        for column in model._meta.local_fields:
            if isinstance(column, EncryptedAddressField):
                yield model, column


def addresses_in(model, name) -> EncryptedRows:
    """Return the kind of a column of addresses; written again, they have the hashes of the newest key, too."""

    def write_again(row):
        address = getattr(row, name)
        if is_unreadable(address):
            raise UnreadableValue(f"{model._meta.label} {row.pk} was encrypted with another key.")
        model._base_manager.filter(pk=row.pk).update(**{name: address})

    return EncryptedRows(f"{model._meta.label}.{name}", model._base_manager.exclude(**{name: ""}).all, write_again)


@dataclass(slots=True)
class Rewriting:
    """How far a kind is written again: rows so far, of how many, and what is wrong with those that no key reads."""

    total: int
    done: int = 0
    unreadable: list[str] = field(default_factory=list)


def write_all_again(kind) -> Iterator[Rewriting]:
    """Write the rows of a kind again, each in a transaction of its own; yield now and then how far it is.

    It may be stopped and begun again at any time: what was written is read with the newest key, the rest with the old.
    A row that no key reads is kept as it is, and the others are written all the same.
    """
    rows = kind.select().order_by("pk")
    state, last = Rewriting(rows.count()), None
    while ids := list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        for pk in ids:
            write_row_again(kind, rows.model, pk, state)
        last = ids[-1]
        yield state


def write_row_again(kind, model, pk, state) -> None:
    """Write one row again, or note that no key reads it."""
    try:
        with transaction.atomic():
            if row := model._base_manager.select_for_update().filter(pk=pk).first():
                kind.write_again(row)
        state.done += 1
    except UnreadableValue as error:
        state.unreadable.append(str(error))
