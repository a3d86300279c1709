"""Insert new rows by a statement that is put together once: what posting pays for each row is the row.

Django compiles an INSERT anew for each object, and sends two signals: for the seven rows of a comment that is a quarter
of the time of posting (docs/decisions/0024-what-a-post-pays.md).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert unsaved objects of one model in one statement, and give them the keys that the database chose.

    No signal is sent: no receiver may depend on these rows. The model has no parent model, and a key that the database
    chooses. Raises what the database raises, such as IntegrityError.
    """
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]  # the connection itself: each look through its proxy costs as much
    statement, fields = compiled_insert(type(rows[0]), len(rows), connection.vendor)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = connection.alias


@lru_cache(maxsize=200)
def compiled_insert(model: type[models.Model], count: int, vendor: str) -> tuple[str, Sequence[models.Field[Any, Any]]]:
    """Return the statement that inserts so many rows of a model on a kind of database, and the fields it sets."""
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    key = model._meta.pk
    fields = [field for field in model._meta.local_concrete_fields if field is not key]
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    into = f"INSERT INTO {quoted(model._meta.db_table)} ({columns})"
    return f"{into} VALUES {', '.join([row] * count)} RETURNING {quoted(str(key.column))}", fields
