"""A site that the browser looks at: its own process, its own SQLite database, whatever the suite runs on."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings

PATIENCE = 300  # seconds after which a site that does not answer is given up
FOLDER = Path(settings.BASE_DIR)


class Site:
    """Where a site is, and what its database holds."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self.changes: dict[str, str] = {}  # of its settings

    @property
    def environment(self):
        """Return the settings of the site's process; it signs with the suite's key, so tests can make links."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "SITE_URL": self.address,
            "DATABASE_URL": f"sqlite:///{self.folder}/site.sqlite3",
            "SEARCH_URL": f"fts5:///{self.folder}/search.sqlite3",
            "VAR_DIR": str(self.folder),
            "STATIC_FROM_SOURCE": "false",  # collected and compressed, as in production
            "SERVE_MEDIA": "true",
            "ALLOWED_HOSTS": "localhost",  # browsers know passkeys for names only
            "DEMO_WITHOUT_SECOND_FACTOR": "true",
            "BEHIND_PROXY": "true",  # each visitor comes from an address of their own
            "LOG_LEVEL": "ERROR",
            **self.changes,
        }

    def manage(self, *command, **extra):
        """Run a command of the site to its end."""
        called = [sys.executable, "manage.py", *command]
        done = subprocess.run(
            called, cwd=FOLDER, env=self.environment | extra, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def run(self, code):
        """Run lines of Python in a process of the site; return what they print."""
        return self.manage("shell", "--no-imports", "-c", code)

    @contextmanager
    def serve(self, *command):
        """Keep the site's server running while the block runs, and stop exactly that process."""
        with self.log.open("w") as log:
            called = [sys.executable, "manage.py", *command]
            process = subprocess.Popen(called, cwd=FOLDER, env=self.environment, stdout=log, stderr=log)
            try:
                self.wait_for(process)
                yield self
            finally:
                process.terminate()
                process.wait(PATIENCE)

    def wait_for(self, process):
        """Return once the site answers; raise with its log when it ended or takes too long."""
        until = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < until:
            if self.answers():
                return
            time.sleep(0.2)
        raise RuntimeError(f"The site does not answer.\n{self.log.read_text()}")

    def answers(self):
        """Return whether the site is up."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            try:
                connection.request("GET", "/healthz/live")
                return connection.getresponse().status == 200
            except OSError:
                return False

    def rows(self, question, *values):
        """Read the site's database."""
        with closing(sqlite3.connect(f"file:{self.folder}/site.sqlite3?mode=ro", uri=True)) as database:
            return database.execute(question, values).fetchall()


def free_port():
    """Return a port of this machine that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def copy_of(site: Site, folder: Path):
    """Return a site that starts from another one's database and shares its collected static files."""
    copy = Site(folder)
    shutil.copy(site.folder / "site.sqlite3", folder)
    (folder / "static").symlink_to(site.folder / "static")
    return copy
