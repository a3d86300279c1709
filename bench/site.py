"""A site of its own for the measurement, in a temporary folder: database, static files, one full consultation."""

import os
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex, token_urlsafe
from urllib.parse import urlsplit

import django


@contextmanager
def database(url: str, folder: Path):
    """Give the address of an empty database: a file, or one made on the PostgreSQL server for as long as it takes."""
    if not url:
        yield f"sqlite:///{folder}/database.sqlite3"
        return
    import psycopg  # only production has it

    name = f"parley_bench_{token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """Return the environment of production, in the folder."""
    return {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "SECRET_KEY": token_urlsafe(64),
        "SITE_URL": "http://127.0.0.1:8000",
        "DATABASE_URL": database_url,
        "SEARCH_URL": f"fts5:///{folder}/search.sqlite3",
        "VAR_DIR": str(folder),
        "TIME_ZONE": "Australia/Sydney",
        "EMAIL_URL": "dummymail://",
        "LOG_LEVEL": "ERROR",
        "BEHIND_PROXY": "true",  # every comment comes from an address of its own
    }


def set_up(values: dict[str, str]) -> None:
    """Make the tables and collect the static files; from here on Django can be used."""
    os.environ.update(values)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
