"""Settings of the test suite: the project's own, with throw-away places."""

import logging
import os
from pathlib import Path

_var = Path(__file__).resolve().parent.parent / "var" / "test"
_var.mkdir(parents=True, exist_ok=True)
for _name, _value in {
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "SITE_URL": "http://testserver",
    "DATABASE_URL": f"sqlite:///{_var}/database.sqlite3",
    "SEARCH_URL": f"fts5:///{_var}/search.sqlite3",
    "VAR_DIR": str(_var),
    "TIME_ZONE": "Australia/Sydney",
    "STATIC_FROM_SOURCE": "true",
    "SERVE_MEDIA": "true",
    "EMAIL_URL": "memorymail://",
    "ANYMAIL_WEBHOOK_SECRET": "service:only-for-tests",
    "LOG_LEVEL": "CRITICAL",
}.items():
    os.environ.setdefault(_name, _value)

from portal.settings import *  # noqa: E402, F403  (the environment has to be set first)

logging.raiseExceptions = True  # a line of the log that does not fit its values is a fault of ours
SECOND_FACTOR_FOR_STAFF = False  # tests sign in with force_login; tests/portal/accounts switches it on
INSTALLED_APPS += ["tests.toys"]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or os.getpid()  # two runs at once keep out of each other's way
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": str(_var / f"test_{_run}.sqlite3")}  # noqa: F405
else:  # tests that commit empty every table afterwards; see portal.audit.guard
    DATABASES["default"]["TEST"] = {"NAME": f"test_{_run}"}  # noqa: F405
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c parley.allow_audit_flush=on"  # noqa: F405
TEMPLATES[0]["DIRS"].append(Path(__file__).resolve().parent / "templates")  # noqa: F405
