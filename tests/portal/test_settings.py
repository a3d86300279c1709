import os
import runpy
import subprocess
import sys

import pytest
from django.conf import settings

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


DOES_NOT_FIT = """
import django, logging, os
django.setup()
logging.getLogger("portal").warning("%d texts", "Wilhelmina")
"""
DOES_NOT_FIT_GUNICORN = """
import logging.config, runpy
logging.config.dictConfig(runpy.run_path("ops/gunicorn_settings.py")["logconfig_dict"])
logging.getLogger("gunicorn.error").info("%d texts", "Wilhelmina")
logging.getLogger("gunicorn.error").info("Booting")
"""


@pytest.mark.parametrize("code", [DOES_NOT_FIT, DOES_NOT_FIT_GUNICORN], ids=["site", "gunicorn"])
@pytest.mark.parametrize("form", ["json", "line"])
def test_a_line_that_does_not_fit_its_values_prints_none(code, form):
    told = REQUIRED | {"DJANGO_SETTINGS_MODULE": "portal.settings", "LOG_FORMAT": form, "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", code], env=told, capture_output=True, text=True, check=True)

    assert "Wilhelmina" not in done.stderr
    assert [line[0] == "{" for line in done.stderr.splitlines()] == [form == "json"] * (code is DOES_NOT_FIT_GUNICORN)


def test_gunicorn_filters_its_lines_as_the_site_does():
    told = runpy.run_path("ops/gunicorn_settings.py")["logconfig_dict"]

    assert told["handlers"]["console"]["filters"] == ["refusals"]
    assert {key: told[key] for key in ("formatters", "filters")} == {
        key: settings.LOGGING[key] for key in ("formatters", "filters")
    }


def test_over_https_cookies_are_of_this_host_alone():
    names = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, hasattr(s, 'SESSION_COOKIE_DOMAIN')"

    assert load(names, **REQUIRED).stdout.split() == ["__Host-session", "__Host-csrf", "True", "False"]
