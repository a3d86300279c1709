"""The site as production runs it: two web nodes and two workers behind nginx, and a walk through all of it."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from ops.database import PostgreSQL
from ops.processes import NotStarted, run
from tests.conftest import ON_CI

ROOT = Path(settings.BASE_DIR)
PROGRAMS = {"nginx": "nginx-light", "redis-server": "redis-server", "openssl": "openssl"}
UNITS = sorted((ROOT / "ops" / "systemd").glob("*.service"))

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
SITE = (ROOT / "ops" / "nginx" / "parley.conf").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
NOT_IN_CONTAINERS = {  # the image says where things are, and nothing of a demonstration is for people
    "ENV_FILE",
    "VAR_DIR",
    "FLITE_PATH",
    "SOX_PATH",
    "DEBUG",
    "SERVE_MEDIA",
    "STATIC_FROM_SOURCE",
    "DEMO_WITHOUT_SECOND_FACTOR",
}
RIGHTS = """SELECT table_name, string_agg(privilege_type, ',' ORDER BY privilege_type)
    FROM information_schema.role_table_grants WHERE grantee = 'parley_web' GROUP BY 1 ORDER BY 1"""
MADE_ONCE = {"roles", "tables", "migrate"}  # they prepare the database, and end

pytestmark = [pytest.mark.own_database, pytest.mark.slow]


def need_database(*missing):
    """Skip the test, or fail it on CI, when PostgreSQL or one of these packages is not installed."""
    if not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        missing = (*missing, "postgresql")
    if missing:
        how = f"apt install {' '.join(missing)}"
        pytest.fail(how) if ON_CI else pytest.skip(how)


def need(*programs):
    """Skip the test, or fail it on CI, when something is not installed."""
    path = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin"
    missing = [PROGRAMS[each] for each in programs if shutil.which(each, path=path) is None]
    need_database(*missing)
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


@pytest.mark.parametrize("unit", UNITS, ids=lambda each: each.name)
def test_nginx_may_read_what_units_keep(unit):
    """Debian's nginx is in the group of the site's account, and needs a way in and the right to read for it."""
    lines = unit.read_text().splitlines()
    told = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("Environment="))

    assert lines.index("Environment=VAR_DIR=/var/lib/parley") < lines.index("EnvironmentFile=/etc/parley/parley.env")
    assert told["StateDirectory"] == "parley"
    assert [int(told["StateDirectoryMode"], 8) & 0o050, int(told["UMask"], 8) & 0o050] == [0o050, 0]
    assert set(re.findall(r"alias (\S+)/(?:media|private)/;", SITE)) == {"/var/lib/parley"}
    assert f"`adduser www-data {told['Group']}`" in OPERATIONS


def test_containers_are_told_every_setting():
    """A setting that the file .env holds reaches web and workers, but not what only administrators know."""
    read = re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)""", (ROOT / "portal" / "settings.py").read_text())
    told = COMPOSE["web1"]["environment"]

    assert set(read) - told.keys() == NOT_IN_CONTAINERS
    assert all("env_file" not in service for service in COMPOSE.values())
    assert not {"OWNER_PASSWORD", "POSTGRES_PASSWORD", "ELASTIC_PASSWORD"} & told.keys()


def test_roles_made_again_leave_the_ledger_closed():
    need_database()
    with tempfile.TemporaryDirectory(prefix="parley-roles-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = PostgreSQL(Path(folder) / "postgresql")
        try:
            server.start().make_roles()
            for name in ("portal_auditentry", "portal_auditroot", "django_migrations", "portal_other"):
                server.ask(f"SET ROLE parley_owner; CREATE TABLE {name} (id int)", "parley")
            server.make_roles()
            rights = server.ask(RIGHTS, "parley").split()
        finally:
            server.stop()

    assert rights == ["django_migrations|SELECT", "portal_auditentry|INSERT,SELECT", "portal_auditroot|INSERT,SELECT",
                      "portal_other|DELETE,INSERT,SELECT,UPDATE"]  # fmt: skip


HARNESSES = ("bench/chaos_web.py", "bench/closing.py", "ops/rehearse.py", "ops/rehearse_restore.py")
STARTS_ANOTHER = """
import sys, time
from pathlib import Path
from ops.database import PostgreSQL
from ops.processes import Process, end_in_order
end_in_order()
other = Process("other", ["sleep", "600"], Path(sys.argv[1])).start()
try:
    print(other.running.pid, flush=True)
    time.sleep(600)
finally:
    other.stop()
"""


@pytest.mark.parametrize("name", HARNESSES)
def test_harness_sets_its_end_first(name):
    [main] = [node for node in ast.parse((ROOT / name).read_text()).body if getattr(node, "name", "") == "main"]

    assert ast.unparse(main.body[1]) == "end_in_order()"


def test_what_is_told_to_end_stops_what_it_started(tmp_path):
    command = [sys.executable, "-c", STARTS_ANOTHER, tmp_path / "log"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as harness:
        other = int(harness.stdout.readline())
        harness.terminate()

    assert harness.returncode == 143
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)


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
