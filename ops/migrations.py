"""Refuse migrations that the release before cannot live with: python -m ops.migrations, and in the suite.

While a site is upgraded one node after the other, the old release runs on the new tables for minutes. So a release only
adds (expand), and takes away in a later release what the one before has stopped using (contract). A migration that
takes away is named in ops/migrations.toml, with the release that stopped using it.
"""

import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

APPS = ("portal", "consultations", "moderation", "search")
LIST = Path(__file__).with_suffix(".toml")
TAKES_AWAY = {
    "RemoveField": "takes a column away",
    "DeleteModel": "takes a table away",
    "RenameField": "gives a column another name",
    "RenameModel": "gives a table another name",
    "AlterModelTable": "gives a table another name",
    "AddConstraint": "refuses rows that the old release may write",
    "AlterUniqueTogether": "refuses rows that the old release may write",
}
SQL_THAT_TAKES_AWAY = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|CONSTRAINT)|RENAME|SET\s+NOT\s+NULL|ALTER\s+COLUMN\s+\S+\s+TYPE)\b", re.I
)


class Contracting(NamedTuple):
    """One operation that the release before cannot live with."""

    migration: str  # app.name
    what: str

    def __str__(self) -> str:
        return f"{self.migration} {self.what}"


def listed() -> tuple[dict[str, str], dict[str, str]]:
    """Return the last migration of each app that is older than the rule, and the listed ones with their reasons."""
    kept = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return kept["older"], kept["contract"]


def contracting_migrations(apps=APPS, older: dict[str, str] | None = None) -> list[Contracting]:
    """Return what the migrations since the rule take away."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    older = listed()[0] if older is None else older
    return [
        Contracting(f"{app}.{name}", what)
        for (app, name), migration in sorted(loader.disk_migrations.items())
        if app in apps and name > older.get(app, "")
        for what in faults_of(loader, migration)
    ]


def faults_of(loader, migration) -> Iterator[str]:
    """Yield what one migration takes away, with the tables as they are before it."""
    before = loader.project_state((migration.app_label, migration.name), at_end=False)
    made = {each.name_lower for each in migration.operations if type(each).__name__ == "CreateModel"}
    for operation in migration.operations:
        if getattr(operation, "model_name_lower", None) not in made:
            yield from faults_of_operation(operation, before, migration.app_label)
        operation.state_forwards(migration.app_label, before)


def faults_of_operation(operation, before, app: str) -> Iterator[str]:
    """Yield what one operation takes away."""
    kind = type(operation).__name__
    if kind == "SeparateDatabaseAndState":
        for inner in operation.database_operations:
            yield from faults_of_operation(inner, before, app)
    elif kind in TAKES_AWAY:
        yield f"{TAKES_AWAY[kind]}: {operation.describe()}"
    elif kind == "AddField" and needs_value(operation.field):
        yield f"adds a column that the old release does not fill (null=True or a db_default?): {operation.describe()}"
    elif kind == "AlterField":
        yield from faults_of_change(operation, before, app)
    elif kind == "RunSQL" and SQL_THAT_TAKES_AWAY.search(str(operation.sql)):
        yield f"takes something away in SQL: {str(operation.sql)[:80]}"


def needs_value(field) -> bool:
    """Return whether a row cannot be inserted by who does not know the column."""
    return not (field.null or field.has_db_default() or field.many_to_many or field.generated)


def faults_of_change(operation, before, app: str) -> Iterator[str]:
    """Yield what a changed column refuses that it took before."""
    old, new = before.models[app, operation.model_name_lower].fields[operation.name], operation.field
    if old.null and not new.null:
        yield f"refuses rows without a value: {operation.describe()}"
    if new.unique and not old.unique:
        yield f"refuses rows that the old release may write: {operation.describe()}"
    if old.get_internal_type() != new.get_internal_type():
        yield f"changes the type of a column: {operation.describe()}"
    if old.max_length and new.max_length and new.max_length < old.max_length:
        yield f"shortens a column: {operation.describe()}"
    if old.has_db_default() and not new.has_db_default():
        yield f"takes a default away: {operation.describe()}"


def refused() -> list[Contracting]:
    """Return the operations that are not listed as the contract step of an earlier release."""
    reasons = listed()[1]
    return [each for each in contracting_migrations() if each.migration not in reasons]


def main() -> int:
    """Print what is refused."""
    import django

    django.setup()
    found = refused()
    for each in found:
        print(each)
    return bool(found)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.exit(main())
