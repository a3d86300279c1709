"""Trace journeys through the code: `python -m bench.journeys [CHECKOUT]`.

For each journey: how many of the project's functions are called, in how many files, how often the next call is in
another file, and how often in another package. A checkout is traced in a process and with a database of its own.
"""

import argparse
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html.parser import HTMLParser
from inspect import CO_GENERATOR
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("portal", "consultations", "moderation", "search")
HELD_TEXT = "Ring me on 0491 570 006 about the night bus, please."
BROWSER = {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://testserver"}
READING_SECONDS = 2.5  # a form that comes back sooner is a script's
MAIL_STEPS = re.compile(r"notices|notifications|letters|outbox|tell_authors")


class Trace:
    """Notes the file of every call of a function of the project, as long as the block runs."""

    def __init__(self, root: Path):
        self.root = f"{root}{os.sep}"
        self.files: list[str] = []
        self.resumed: dict[int, FrameType] = {}  # generators: to go on with one is no call

    def __enter__(self) -> "Trace":
        sys.setprofile(self.note)
        return self

    def __exit__(self, *_error: object) -> None:
        sys.setprofile(None)
        self.resumed.clear()

    def note(self, frame: FrameType, event: str, _argument: Any) -> None:
        """Keep the file of a call, as a path from the checkout."""
        code = frame.f_code
        if event != "call" or code.co_name.startswith("<") or not code.co_filename.startswith(self.root):
            return
        path = code.co_filename.removeprefix(self.root)
        if path.partition(os.sep)[0] not in PACKAGES or id(frame) in self.resumed:
            return
        if code.co_flags & CO_GENERATOR:
            self.resumed[id(frame)] = frame
        self.files.append(path)

    def figures(self) -> tuple[int, int, int, int]:
        """Return calls, files, changes of file and of package."""
        packages = [path.partition(os.sep)[0] for path in self.files]
        return len(self.files), len(set(self.files)), changes(self.files), changes(packages)


def changes(values: list[str]) -> int:
    """Return how often a value is not the one before."""
    return sum(one != other for one, other in itertools.pairwise(values))


class Form(HTMLParser):
    """The fields of the form on a page that holds a field of some name, unchanged, with its last button pressed."""

    def __init__(self, page: str, name: str):
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.area = ""
        self.feed(page)
        self.fields = next(fields for fields in self.forms if name in fields)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begin a form, or note a field of the last one."""
        values = dict(attributes)
        if tag == "form":
            self.forms.append({})
        elif tag in ("input", "textarea", "button") and self.forms and (name := values.get("name")):
            if values.get("type") not in ("checkbox", "radio") or "checked" in values:
                self.forms[-1][name] = values.get("value") or ""
            self.area = name if tag == "textarea" else ""

    def handle_data(self, data: str) -> None:
        """Take what stands in a text area; a line end right after its tag does not count."""
        if self.area:
            self.forms[-1][self.area] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a text area."""
        if tag == "textarea":
            self.area = ""


class Site:
    """What people do with the site of a checkout, through its test client."""

    def __init__(self, root: Path):
        from django.test import Client
        from django.urls import reverse

        from tests.factories import ConsultationFactory, UserFactory

        self.root, self.reverse = root, reverse
        slug = ConsultationFactory().slug
        self.page, self.comments = (reverse(f"consultations:{name}", args=[slug]) for name in ("detail", "comment"))
        self.citizen, self.reader, self.staff = Client(**BROWSER), Client(**BROWSER), Client(**BROWSER)
        self.staff.force_login(UserFactory(groups=["Submission moderators"]))

    def traced(self, work: Callable[[], Any], status: int) -> tuple[int, int, int, int]:
        """Return the figures of a request that must have the status; None is that of what is no request."""
        with Trace(self.root) as trace:
            answer = work()
        if status and answer.status_code != status:
            raise RuntimeError(f"{answer.status_code} in place of {status}:\n{answer.content.decode()[:5000]}")
        return trace.figures()

    def form(self, **changed: str) -> dict[str, str]:
        """Read the page of the consultation, fill in its form and take as long as people do."""
        page = self.citizen.get(self.page).content.decode()
        sleep(READING_SECONDS)
        return Form(page, "text").fields | changed

    def comment(self, fields: dict[str, str]) -> Any:
        """Send the form."""
        return self.citizen.post(self.comments, fields)

    def hold(self, text: str) -> Any:
        """Send a comment that the rules hold, and its warning back; return its open case."""
        from moderation.models import Case

        fields = self.form(text=text, author_email="cleo@example.org")
        warned = self.comment(fields)
        if warned.status_code == 200:
            self.comment(Form(warned.content.decode(), "text").fields | {"text": text})
        return Case.objects.filter(closed_at=None).latest("pk")

    def refuse(self, case: Any) -> Any:
        """Decide a case as its form does."""
        decision = {
            "action": "refuse",
            "sure": "refuse",
            "clauses": ["personal-information"],
            "reason": "It has a number.",
        }
        return self.staff.post(self.case(case), {"revision": case.revision_id} | decision)

    def case(self, case: Any) -> str:
        """Return the address of a case."""
        return self.reverse("queue_case", args=[case.pk])

    def send_mail(self) -> None:
        """Run what the worker does about mail until nothing is left to send."""
        for step in self.mail_steps():
            step.run()

    def mail_steps(self) -> list[Any]:
        """Return the worker's steps that have to do with mail."""
        try:
            from portal.jobs import worker
        except ImportError:
            from portal import worker
        return [step for step in worker.all_steps() if MAIL_STEPS.search(step.name)]


def journeys(root: Path) -> dict[str, tuple[int, int, int, int]]:
    """Return the figures of each journey; each was gone once before, so nothing is made on first use."""
    site, found = Site(root), {}
    site.comment(site.form(text="The first comment fills the caches."))
    site.reader.get(site.page)
    first = site.hold(HELD_TEXT)
    site.staff.get(site.case(first))
    site.refuse(first)

    fields = site.form(text="More lamps at the east gate, please.")
    found["public form → published comment"] = site.traced(lambda: site.comment(fields), 302)
    found["page that shows it"] = site.traced(lambda: site.reader.get(site.page), 200)
    case = site.hold(f"{HELD_TEXT} It is late.")
    found["moderator opens the case"] = site.traced(lambda: site.staff.get(site.case(case)), 200)
    with later():
        site.send_mail()
    found["decision POST"] = site.traced(lambda: site.refuse(case), 302)
    with later() as outbox:
        found["letter to its author"] = site.traced(site.send_mail, 0)
    if len(outbox) != 1:
        raise RuntimeError(f"{len(outbox)} letters in place of one.")
    return found


@contextmanager
def later() -> Iterator[list[Any]]:
    """Let two minutes pass, so that letters are due; what is sent meanwhile is in the list."""
    import time_machine
    from django.core import mail
    from django.utils import timezone

    mail.outbox = []
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        yield mail.outbox


def trace_here(root: Path) -> None:
    """Set up the checkout that this process stands in, and print the table."""
    sys.path.insert(0, str(root))
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("migrate", verbosity=0)
    print("| journey | calls | files | file changes | package moves |\n|---|---:|---:|---:|---:|")
    for name, figures in journeys(root).items():
        print(f"| {name} | {' | '.join(map(str, figures))} |")


def main() -> None:
    """Trace a checkout in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench.journeys", description=__doc__)
    parser.add_argument("checkout", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    root = options.checkout.resolve()
    if options.here:
        trace_here(root)
        return
    with TemporaryDirectory(prefix="parley-journeys-") as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
            "SEARCH_URL": f"fts5:///{folder}/search.sqlite3",
        }
        command = [sys.executable, "-P", str(Path(__file__).resolve()), "--here", str(root)]
        raise SystemExit(subprocess.run(command, cwd=root, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
