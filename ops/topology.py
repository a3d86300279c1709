"""The site as production runs it, on this machine alone: two web nodes and two workers behind nginx.

Each node has a folder of its own and shares pictures, documents and exports, as machines do that mount one folder.
Nothing listens anywhere but on 127.0.0.1 and on a socket in the folder.
"""

import base64
import json
import os
import re
import secrets
import shutil
import urllib.request
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

from ops.database import OWNER, PostgreSQL
from ops.processes import HERE, PYTHON, ROOT, NotStarted, Process, free_port, listens, run

SHARED = ("media", "private", "exports")  # folders that all nodes see
NGINX_CONFIGURATION = ROOT / "ops" / "nginx" / "parley.conf"
METRICS_TOKEN = "token-of-a-rehearsal"
TYPES = "text/html html; image/jpeg jpg jpeg; image/png png; image/svg+xml svg; text/plain txt;"
TEMPORARY_PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def found(program: str, package: str) -> str:
    """Return where a program is; raise NotStarted with the package that has it."""
    place = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if place is None:
        raise NotStarted(f"{program} is not installed: apt install {package}")
    return place


class Topology:
    """Everything that serves the site; a context manager that stops what it started."""

    def __init__(self, folder: Path, search_administrator: str = ""):
        """Take a folder of its own, and the address of Elasticsearch with its administrator; '' starts one."""
        self.folder, self.search_administrator = folder, search_administrator
        self.port, self.redis_port = free_port(), free_port()
        self.address = f"https://{HERE}:{self.port}"
        self.database = PostgreSQL(folder / "postgresql")
        self.stack = ExitStack()
        self.nodes: list[Node] = []
        self.workers: list[Process] = []
        self.keys: list[str] = []  # of Elasticsearch, by their ids
        self.prefix = f"rehearsal-{secrets.token_hex(4)}"
        self.redis_password = secrets.token_urlsafe(16)
        self.settings: dict[str, str] = {}

    def __enter__(self) -> "Topology":
        """Start all of it, in the order in which it needs one another."""
        try:
            self.start()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *_raised) -> None:
        """Stop all of it, last one first."""
        self.stack.close()

    def start(self) -> None:
        """Start the servers, prepare the database as its owner, then start nodes, workers and nginx."""
        for name in SHARED:
            (self.folder / "shared" / name).mkdir(parents=True)
        self.folder.chmod(0o755)  # the servers run under accounts of their own
        self.database.start()
        self.stack.callback(self.database.stop)
        self.database.make_roles()
        self.redis = self.keep(self.redis_process()).wait_until(lambda: listens(self.redis_port))
        search = self.search_keys()
        self.settings = self.environment(search)
        self.manage("migrate", "--noinput", "--verbosity=0", database=self.database.url(OWNER))
        self.database.guard_ledger()
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        self.nodes = [Node(self, number) for number in (1, 2)]
        for node in self.nodes:
            self.keep(node.process).wait_until(node.answers)
        self.workers = [self.keep(self.worker(number)) for number in (1, 2)]
        self.front = self.keep(self.nginx()).wait_until(lambda: listens(self.port))

    def keep(self, process: Process) -> Process:
        """Start a process, and see that it is stopped in the end."""
        self.stack.callback(process.stop)
        return process.start()

    def environment(self, search: dict[str, str]) -> dict[str, str]:
        """Return what every process of the site is told."""
        own = {name: os.environ[name] for name in ("PATH", "LANG", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
        return own | search | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "SITE_URL": self.address,
            "DATABASE_URL": self.database.url(),
            "CACHE_URL": f"redis://:{self.redis_password}@{HERE}:{self.redis_port}/0",
            "VAR_DIR": str(self.var_dir(0)),
            "EMAIL_URL": "dummymail://",
            "BEHIND_PROXY": "true",
            "DOCUMENTS_ACCEL": "/private/",
            "METRICS_TOKEN": METRICS_TOKEN,
            "TIME_ZONE": "Australia/Sydney",
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip

    def var_dir(self, number: int) -> Path:
        """Return the folder of a node: its own static files, and what all of them share."""
        place = self.folder / f"node-{number}"
        place.mkdir(exist_ok=True)
        for name in SHARED:
            if not (place / name).exists():
                (place / name).symlink_to(self.folder / "shared" / name)
        if number and not (place / "static").exists():
            (place / "static").symlink_to(self.folder / "node-0" / "static")
        return place

    def manage(self, *command: str, database: str = "", said: str | None = None) -> str:
        """Run a command of the site, as the owner of the database if one is given."""
        changed = {"DATABASE_URL": database} if database else {}
        return run([PYTHON, "manage.py", *command], environment=self.settings | changed, said=said)

    def shell(self, code: str) -> str:
        """Run lines of Python in a process of the site; return what they print."""
        return self.manage("shell", "--no-imports", "-c", code)

    def worker(self, number: int) -> Process:
        """Return a worker that is not started yet."""
        told = self.settings | {"VAR_DIR": str(self.var_dir(number))}
        command = [PYTHON, "manage.py", "work", "--watch"]
        return Process(f"worker {number}", command, self.folder / f"worker-{number}.log", told)

    def redis_process(self) -> Process:
        """Return Redis with the documented settings, a password, and a port of ours."""
        place = self.folder / "redis.conf"
        settings = (ROOT / "ops" / "redis" / "parley.conf").read_text()
        place.write_text(f"{settings}\nport {self.redis_port}\nrequirepass {self.redis_password}\ndir {self.folder}\n")
        return Process("Redis", [found("redis-server", "redis-server"), place], self.folder / "redis.log")

    def search_keys(self) -> dict[str, str]:
        """Make a key of Elasticsearch for each index, which opens nothing else, and return how the site asks."""
        if not self.search_administrator:
            from tests.elasticsearch_node import Cluster  # a tool of developers

            cluster = self.stack.enter_context(Cluster(self.folder / "elasticsearch", secure=True))
            self.search_administrator = cluster.urls[0]
        host = urlsplit(self.search_administrator).netloc.rpartition("@")[2]
        told = {}
        roles = json.loads(
            (ROOT / "ops" / "elasticsearch" / "keys.json").read_text().replace("parley-s", f"{self.prefix}-s")
        )
        for (name, role), setting, index in zip(
            roles.items(), ("SEARCH_URL", "SEARCH_SEALED_URL"), (self.prefix, f"{self.prefix}-sealed"), strict=True
        ):
            made = self.ask_search("POST", "/_security/api_key", {"name": name, "role_descriptors": {name: role}})
            self.keys.append(made["id"])
            told[setting] = f"http://api_key:{quote(made['encoded'])}@{host}/{index}"
        self.stack.callback(self.clean_search)
        return told

    def ask_search(self, method: str, path: str, asked: dict | None = None) -> dict:
        """Ask Elasticsearch as its administrator."""
        parts = urlsplit(self.search_administrator)
        pair = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
        request = urllib.request.Request(
            f"http://{parts.hostname}:{parts.port}{path}",
            data=json.dumps(asked).encode() if asked is not None else None,
            headers={"Authorization": f"Basic {pair}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def clean_search(self) -> None:
        """Take back the keys, and delete the indices: the server may be somebody else's."""
        self.ask_search("DELETE", "/_security/api_key", {"ids": self.keys})
        for name in self.ask_search("GET", f"/{self.prefix}*?expand_wildcards=all"):
            self.ask_search("DELETE", f"/{name}")

    def nginx(self) -> Process:
        """Return nginx with the documented site, its places and ports replaced by ours."""
        place = self.folder / "nginx"
        place.mkdir()
        self.make_certificate(place)
        (place / "nginx.conf").write_text(self.nginx_configuration(place))
        command = [found("nginx", "nginx-light"), "-p", place, "-e", place / "error.log", "-c", place / "nginx.conf"]
        return Process("nginx", command, place / "said.log")

    def nginx_configuration(self, place: Path) -> str:
        """Return the documented site in front of our nodes."""
        there = {
            "listen 443 ssl": f"listen {HERE}:{self.port} ssl",
            "127.0.0.1:8001": f"{HERE}:{self.nodes[0].port}",
            "127.0.0.1:8002": f"{HERE}:{self.nodes[1].port}",
            "/etc/ssl/parley": str(place),
        }
        return site_in_nginx(place, self.folder / "shared", there)

    def make_certificate(self, place: Path) -> None:
        """Make a certificate for this machine's address, which nobody else has to trust."""
        run([found("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", "/CN=parley-rehearsal", "-addext", f"subjectAltName=IP:{HERE}",
             "-keyout", place / "privkey.pem", "-out", place / "fullchain.pem"])  # fmt: skip

    @property
    def certificate(self) -> Path:
        """Return the file with the certificate that nginx shows."""
        return self.folder / "nginx" / "fullchain.pem"


def site_in_nginx(place: Path, shared: Path, there: dict[str, str]) -> str:
    """Return ops/nginx/parley.conf, its places replaced by ours, in the fewest lines that a server needs."""
    site = NGINX_CONFIGURATION.read_text()
    there = there | {
        "listen 80": f"listen {HERE}:{free_port()}",
        "/var/cache/nginx/parley": str(place / "cache"),
        "/srv/parley/ops/nginx": str(NGINX_CONFIGURATION.parent),
        "/var/lib/parley": str(shared),
        "/var/log/nginx": str(place),
    }
    for documented, ours in there.items():
        if documented not in site:
            raise NotStarted(f"{NGINX_CONFIGURATION} no longer says {documented!r}.")
        site = site.replace(documented, ours)
    temporary = "".join(f"{name}_temp_path {place}/{name};" for name in TEMPORARY_PLACES)
    return f"""daemon off; master_process off; pid {place}/pid; error_log {place}/error.log;
        events {{ worker_connections 512; }}
        http {{ access_log off; {temporary} types {{ {TYPES} }} {site} }}"""


class Node:
    """One web node: gunicorn, as the unit of systemd starts it."""

    def __init__(self, site: Topology, number: int):
        self.number, self.port = number, free_port()
        told = site.settings | {"VAR_DIR": str(site.var_dir(number)), "BIND": f"{HERE}:{self.port}"}
        command = [PYTHON, "-m", *self.documented_command()]
        self.process = Process(f"web node {number}", command, site.folder / f"node-{number}.log", told)

    def documented_command(self) -> list[str]:
        """Return what the unit of systemd starts, without the folder of the program."""
        unit = (ROOT / "ops" / "systemd" / "parley-web@.service").read_text()
        return re.search(r"^ExecStart=\S+/(gunicorn .+)$", unit, re.MULTILINE)[1].split()

    def answers(self) -> bool:
        """Return whether it is up: gunicorn takes connections some seconds before it can answer."""
        if not listens(self.port):
            return False
        line = HTTPConnection(HERE, self.port, timeout=60)
        try:
            line.request("GET", "/healthz/live")
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()
