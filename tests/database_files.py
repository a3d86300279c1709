"""The files in which the database lies on the disk, to be searched for what should not be there."""

from pathlib import Path

from django.db import connection


def database_files():
    """Return the files of the database as they lie on the disk."""
    if connection.vendor == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        return [path for path in place.parent.glob(f"{place.name}*") if path.suffix != ".lock"]
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT setting || '/base/' || oid FROM pg_settings, pg_database WHERE name = 'data_directory'"
            " AND datname = current_database()"
        )
        return list(Path(cursor.fetchone()[0]).iterdir())
