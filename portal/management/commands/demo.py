"""Show Parley: set up a sample agency, print where to look, and serve it on this machine."""

import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from consultations.models import Submission
from moderation.models import Case
from portal.demo import casework, loader
from portal.demo.coding import load_codes
from portal.demo.suggestions import load_suggestions
from portal.demo.text_versions import load_change
from portal.models import User

STOP_SECONDS = 10  # seconds that the worker has to end before it is made to


class MigrationProgress:
    """Turn the lines that `migrate` prints into a bar."""

    def __init__(self, bar):
        self.bar = bar

    def write(self, text):
        """Move on by one for each migration done."""
        self.bar.update(text.count(" OK"))

    def flush(self):
        """Do nothing: the bar shows itself."""


class Command(BaseCommand):
    """Set up the sample agency if it is not here yet, then serve it until Ctrl+C."""

    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser):
        """Declare the port and whether to serve."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="set up, and stop there")

    def handle(self, *, port, no_serve, **options):
        """Set up and serve; a busy port is said before any work is done."""
        if not no_serve:
            self.refuse_busy(port)
        self.migrate()
        if not loader.is_loaded():
            self.load()
        self.say_where(settings.SITE_URL)
        if not no_serve:
            self.serve(port)

    def serve(self, port):
        """Serve, with the worker beside the server; Ctrl+C or SIGTERM ends both."""
        signal.signal(signal.SIGTERM, lambda *_args: sys.exit(0))
        with worker_beside():
            call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, skip_checks=True)

    def refuse_busy(self, port):
        """Stop when something else listens on the port."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} is taken by another program. Choose another one: make demo PORT={port + 1}"
                ) from error

    def migrate(self):
        """Bring the database up to date, showing progress when there is work to do."""
        with tqdm(desc="Preparing the database", unit=" steps", leave=False, disable=None) as bar:
            call_command("migrate", stdout=MigrationProgress(bar), no_color=True, skip_checks=True)

    def load(self):
        """Load the sample agency: people, pages, consultations, submissions."""
        loader.load_staff()
        loader.load_agency(settings.SITE_URL)
        readers = [User.objects.get(email=loader.address(name)) for name in ("moderator", "lead2")]
        everything: dict[str, Submission] = {}
        for name in loader.CONSULTATIONS:
            page = loader.load_consultation(name)
            loader.load_follow(page)
            page = load_change(page, loader.texts(name).get("change"))
            known: dict[str, Submission] = {}
            entries = loader.submissions_of(name)
            for entry in tqdm(entries, desc=f"Loading {name}", unit=" texts", leave=False, disable=None):
                loader.load_submission(entry, page, known, readers)
            loader.load_statements(name, page)
            load_suggestions(name, page)
            loader.load_questionnaire(name, page)
            load_codes(name, page)
            loader.load_outcome(name, page, known)
            everything |= known
        loader.write_to_follower()
        casework.load_casework(loader.texts("moderation"), everything, readers[-1])
        call_command("search_rebuild", verbosity=0, stdout=StringIO())  # an index of another database may lie there
        call_command("relay", verbosity=0)

    def say_where(self, site):
        """Print the addresses and the log-ins."""
        counts = ", ".join(f"{number} {kind.lower()}s" for kind, number in loader.texts_by_kind().items())
        lines = [
            "",
            f"The sample agency is ready: {counts}, {Case.objects.waiting().count()} waiting for a moderator.",
            "",
            f"  Public site     {site}/",
            f"  Consultation    {site}/consultations/night-buses/",
            f"  House rules     {site}/policy/",
            f"  A follower      {site}{loader.follower().get_absolute_url()}",
            *([f"  Letters         {folder}"] if (folder := getattr(settings, "EMAIL_FILE_PATH", "")) else []),
            f"  Staff           {site}/admin/   (queue: {site}/admin/queue/, desk: {site}/admin/desk/)",
            "",
            f"  Log in with one of these and the password {loader.PASSWORD}",
            *(f"  {role:22}{loader.address(name)}" for name, (_first, _last, role) in loader.STAFF.items()),
            f"  {'Everything':22}{loader.address('root')}",
            "",
            "  Stop with Ctrl+C. Start again with the same command: everything is kept.",
            "",
        ]
        self.stdout.write("\n".join(lines))


@contextmanager
def worker_beside():
    """Keep a worker running while the block runs; should we be killed, it notices and ends by itself."""
    command = [sys.executable, "manage.py", "work", "--watch", "--child", "--verbosity=0"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR)  # noqa: S603 - our own command
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
