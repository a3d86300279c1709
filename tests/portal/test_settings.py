import os
import subprocess
import sys

import pytest

REQUIRED = {
    "SECRET_KEY": "x" * 60,
    "SITE_URL": "https://consult.example.org",
    "DATABASE_URL": "sqlite:///:memory:",
    "SEARCH_URL": "fts5:///search.sqlite3",
}


SAFE = "s.DEBUG, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.SECURE_HSTS_PRELOAD"


def load(names=SAFE, **environment):
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    code = f"from portal import settings as s; print({names})"
    return subprocess.run([sys.executable, "-c", code], env=clean | environment, capture_output=True, text=True)


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_missing_value_stops_the_start_with_its_name(name):
    result = load(**{key: value for key, value in REQUIRED.items() if key != name})

    assert result.returncode == 1
    assert name in result.stderr.splitlines()[-1]


def test_an_https_site_is_safe_by_default():
    assert load(**REQUIRED).stdout.split() == ["False", "True", "True", "True", "False"]


def test_a_site_on_this_machine_works_without_https():
    assert load(**REQUIRED | {"SITE_URL": "http://127.0.0.1:8000"}).stdout.split() == [
        "False",
        "False",
        "False",
        "False",
        "False",
    ]


def test_over_https_cookies_are_of_this_host_alone():
    names = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, hasattr(s, 'SESSION_COOKIE_DOMAIN')"

    assert load(names, **REQUIRED).stdout.split() == ["__Host-session", "__Host-csrf", "True", "False"]
