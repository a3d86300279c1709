"""Insert new rows by a statement that is put together once: what posting pays for each row is the row.

Django compiles an INSERT anew for each object, and sends two signals: for the seven rows of a comment that is a quarter
of the time of posting (docs/decisions/0024-what-a-post-pays.md).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

# Django's own fields, not what inherits from them, that store a string, a number or nothing as it is.
PLAIN_KEYS = frozenset({models.AutoField, models.BigAutoField})
PLAIN_FIELDS = frozenset(
    {
        models.BigIntegerField,
        models.BooleanField,
        models.CharField,
        models.EmailField,
        models.ForeignKey,
        models.IntegerField,
        models.OneToOneField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.SlugField,
        models.SmallIntegerField,
        models.TextField,
    }
)
STORED_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert unsaved objects of one model in one statement, and give them the keys that the database chose.

    No signal is sent: no receiver may depend on these rows. The model has no parent model, and a key that the database
    chooses. Raises what the database raises, such as IntegrityError.
    """
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]  # the connection itself: each look through its proxy costs as much
    statement, fields = compiled_insert(type(rows[0]), len(rows), connection.vendor)
    values = [value for row in rows for value in stored_values(row, fields, connection)]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = connection.alias


def stored_values(
    row: models.Model, fields: Sequence[tuple[models.Field[Any, Any], str]], connection: Any
) -> Iterator[Any]:
    """Yield what the database stores of each field; with a field comes the attribute that holds it as it is, or ''."""
    attributes = row.__dict__
    for field, name in fields:
        if name and type(value := attributes[name]) in STORED_AS_THEY_ARE:
            yield value
        else:
            yield field.get_db_prep_save(field.pre_save(row, True), connection)


def attribute_of(field: models.Field[Any, Any]) -> str:
    """Return the attribute whose value is what the database stores; '' for a field that makes something else of it."""
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    is_plain = type(field) in PLAIN_FIELDS and (kind is field or type(kind) in PLAIN_KEYS)
    return field.attname if is_plain else ""


@lru_cache(maxsize=200)
def compiled_insert(
    model: type[models.Model], count: int, vendor: str
) -> tuple[str, Sequence[tuple[models.Field[Any, Any], str]]]:
    """Return the statement that inserts so many rows of a model on a kind of database, and the fields it sets.

    With each field comes the attribute that `stored_values` reads.
    """
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    key = model._meta.pk
    fields = [field for field in model._meta.local_concrete_fields if field is not key]
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    into = f"INSERT INTO {quoted(model._meta.db_table)} ({columns})"
    statement = f"{into} VALUES {', '.join([row] * count)} RETURNING {quoted(str(key.column))}"
    return statement, [(field, attribute_of(field)) for field in fields]
