"""The site as production runs it: two web nodes and two workers behind nginx, and a walk through all of it."""

import shutil
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from ops.processes import NotStarted, run
from tests.conftest import ON_CI

ROOT = Path(settings.BASE_DIR)
PROGRAMS = {"nginx": "nginx-light", "redis-server": "redis-server", "openssl": "openssl"}
UNITS = sorted((ROOT / "ops" / "systemd").glob("*.service"))

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
MADE_ONCE = {"roles", "tables", "migrate"}  # they prepare the database, and end

pytestmark = pytest.mark.slow


def need(*programs):
    """Skip the test, or fail it on CI, when something is not installed."""
    path = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin"
    missing = [PROGRAMS[each] for each in programs if shutil.which(each, path=path) is None]
    if not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        missing.append("postgresql")
    if missing:
        how = f"apt install {' '.join(missing)}"
        pytest.fail(how) if ON_CI else pytest.skip(how)
    pytest.importorskip("redis")
    pytest.importorskip("psycopg")
    pytest.importorskip("gunicorn")


@pytest.mark.elasticsearch
@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="once is enough: beside PostgreSQL")
def test_a_walk_through_two_nodes_and_two_workers(secure_elasticsearch):
    need("nginx", "redis-server", "openssl")

    said = run([sys.executable, "-m", "ops.rehearse", "--search", secure_elasticsearch])

    assert "nothing amiss" in said


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="once is enough: beside PostgreSQL")
def test_a_lost_database_comes_back():
    need()

    said = run([sys.executable, "-m", "ops.rehearse_restore", "--submissions", "300"])

    assert "keys put back" in said


def test_a_failed_step_is_told():
    with pytest.raises(NotStarted, match="wrong"):
        run([sys.executable, "-c", "import sys; sys.exit('wrong')"])


@pytest.mark.parametrize("unit", UNITS, ids=lambda each: each.name)
def test_units_start_what_the_rehearsal_starts_and_may_do_little(unit):
    lines = unit.read_text().splitlines()

    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "User=parley"} <= set(lines)
    [started] = [line for line in lines if line.startswith("ExecStart=")]
    assert started.partition("/bin/")[2] in (
        "gunicorn --config ops/gunicorn_settings.py portal.wsgi",
        "python manage.py work --watch",
    )


@pytest.mark.parametrize("name", COMPOSE)
def test_containers_may_do_little(name):
    service = COMPOSE[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] or name == "elasticsearch"
    assert "mem_limit" in service or name in MADE_ONCE
    assert "ports" not in service or name == "nginx"


def test_web_and_workers_share_what_they_make_and_hand_out():
    folders = {name: COMPOSE[name]["volumes"] for name in ("web1", "web2", "worker1", "worker2")}

    assert len({str(each) for each in folders.values()}) == 1
    assert {each.rpartition("/")[2] for each in folders["web1"]} == {"media", "private", "exports"}


def test_only_the_tables_are_made_as_their_owner():
    owners = [
        name
        for name, each in COMPOSE.items()
        if "parley_owner" in str((each.get("environment") or {}).get("DATABASE_URL"))
    ]

    assert owners == ["tables"]
