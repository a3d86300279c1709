"""The walk of a rehearsal: everything that goes from one machine to another, with the machines that fail meanwhile."""

import io
import json
import re
import signal
import subprocess
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from http.client import HTTPException

from ops.browser import Answer, Browser, Unexpected, code_of_app
from ops.database import WEB
from ops.processes import NotStarted
from ops.topology import METRICS_TOKEN, Topology

WRITING_SECONDS = 2.2  # a form that comes back sooner is taken for a script's
ELSEWHERE_SECONDS = 240  # what workers do shows by then
NUMBER = "0491 570 006"
PASSWORD = "seven green ferries"
PERSON = "quintessa@zebrafinch.example"
PEOPLE = {
    "moderator": "Submission moderators",
    "officer": "Policy officers",
    "privacy": "Privacy officers",
    "privacy2": "Privacy officers",
    "administrator": "Administrators",
}
MAKE_SITE = """
import json, sys
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from portal.demo import loader
from portal.models import User
loader.load_agency({address!r})
loader.load_consultation("night-buses")
secrets = {{}}
for name, role in {people!r}.items():
    user = User.objects.create_user(name + "@agency.example", {password!r}, first_name=name.title())
    user.groups.add(Group.objects.get(name=role))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    secrets[name] = generate_totp_secret()
    TOTP.activate(user, secrets[name])
print(json.dumps(secrets))
"""
FORBIDDEN = (
    "UPDATE portal_auditentry SET number = number + 1",
    "DELETE FROM portal_auditentry",
    "TRUNCATE portal_auditentry",
    "DROP TRIGGER portal_auditentry_unchanged ON portal_auditentry",
    "ALTER TABLE portal_auditentry DISABLE TRIGGER ALL",
    "DELETE FROM django_migrations",
    "CREATE TABLE mine (n integer)",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
)
HERE_WE_ARE = "/consultations/night-buses/"


class Walk:
    """One walk over a site; each step is a method whose first line says what it proves."""

    def __init__(self, site: Topology, say: Callable[[str], None]):
        self.site, self.say = site, say
        self.one, self.two = (node.port for node in site.nodes)
        self.secrets: dict[str, str] = {}
        self.desks: dict[str, Browser] = {}

    def visitor(self, number: int = 7) -> Browser:
        """Return somebody who was never here."""
        return Browser(self.site.address, self.site.certificate, f"203.0.113.{number}")

    def take_all(self) -> list[str]:
        """Take every step, and return what they prove."""
        self.secrets = json.loads(
            self.site.shell(MAKE_SITE.format(address=self.site.address, people=PEOPLE, password=PASSWORD))
        )
        steps = [
            self.door_is_https, self.sign_in_everybody, self.post_on_one_read_on_other, self.same_form_on_both,
            self.moderate_on_one_show_on_other, self.find_and_export, self.worker_dies, self.erase_everywhere,
            self.application_cannot_rewrite, self.metrics_are_guarded, self.restart_in_turn, self.node_dies,
            self.redis_dies, self.everything_agrees, self.nobody_answers,
        ]  # fmt: skip
        proved = []
        for step in steps:
            began = time.monotonic()
            step()
            proved.append((step.__doc__ or "").partition("\n")[0])
            self.say(f"{time.monotonic() - began:6.1f} s  {proved[-1]}")
        return proved

    def door_is_https(self) -> None:
        """See that pages come over https, with cookies of this host only, and say so to browsers."""
        answer = self.visitor().get("/").expect(200)
        if "max-age" not in answer.headers.get("strict-transport-security", ""):
            raise Unexpected(f"No HSTS: {answer.headers}")
        login = self.visitor()
        login.get("/account/login/").expect(200)
        if not set(login.cookies) <= {"__Host-session", "__Host-csrf", "messages"}:
            raise Unexpected(f"Cookies of other names: {login.cookies}")

    def sign_in_everybody(self) -> None:
        """See that staff sign in with password and app on one node and are signed in on the other."""
        for name in PEOPLE:
            desk = self.visitor()
            code = {"login": f"{name}@agency.example", "password": PASSWORD}
            desk.send("/account/login/", code, node=self.one).expect(302)
            app = {"code": code_of_app(self.secrets[name])}
            desk.send("/account/2fa/authenticate/", app, node=self.two).expect(302)
            desk.get("/admin/", node=self.two).expect(200)
            desk.get("/admin/", node=self.one).expect(200)
            desk.get("/admin/").expect(200)
            self.desks[name] = desk

    def comment(self, who: Browser, text: str, *, node: int = 0, **fields: str) -> tuple[str, Answer]:
        """Send a comment, confirmed if the pre-check asks, and return its reference and receipt."""
        shown = who.get(HERE_WE_ARE, node=node).hidden_fields()
        time.sleep(WRITING_SECONDS)
        sent = {"stamp": shown["stamp"], "text": text, "token": f"walk-{time.time_ns()}", "website": ""} | fields
        answer = who.ask("POST", f"{HERE_WE_ARE}comments/", sent, node=node)
        if answer.status == 200:
            seal = re.search(r'name="sent_anyway" value="([0-9a-f]+)"', answer.text)
            if seal is None:
                answer.expect(302)
            sent["sent_anyway"] = seal[1]
            answer = who.ask("POST", f"{HERE_WE_ARE}comments/", sent, node=node)
        address = answer.expect(302).headers["location"]
        return re.search(r"/receipts/([^/]+)/", address)[1], who.get(address, node=node).expect(200)

    def soon(self, what: Callable[[], bool], about: str) -> None:
        """Return once something is true; raise when it takes too long."""
        until = time.monotonic() + ELSEWHERE_SECONDS
        while not what():
            if time.monotonic() > until:
                raise Unexpected(f"Not within {ELSEWHERE_SECONDS} s: {about}")
            time.sleep(0.2)

    def everywhere(self, words: str, *, shown: bool, address: str = HERE_WE_ARE) -> None:
        """Return once guests of every node see some words, or none of them does."""
        for node in (self.one, self.two, 0):
            self.soon(
                lambda node=node: (words in self.visitor().get(address, node=node).expect(200).text) == shown,
                f"{words!r} is {'' if shown else 'not '}on {address} of {node or 'nginx'}",
            )

    def post_on_one_read_on_other(self) -> None:
        """See that a comment that was sent to one node is on the other one's pages, cached pages included."""
        for node in (self.one, self.two, 0):
            self.visitor().get(HERE_WE_ARE, node=node).expect(200)
        self.comment(self.visitor(), "The zebrafinch sings at each stop.", node=self.one, author_email=PERSON)
        self.everywhere("The zebrafinch sings", shown=True)

    def same_form_on_both(self) -> None:
        """See that a form that is sent to both nodes at the same moment is one comment."""
        who = self.visitor()
        sent = {"stamp": who.get(HERE_WE_ARE).hidden_fields()["stamp"], "token": "walk-of-both-nodes-1"}
        time.sleep(WRITING_SECONDS)
        sent["text"] = "Once only, whatever the network does."
        led: list[str] = []

        def send(node: int) -> None:
            answer = self.visitor().ask("POST", f"{HERE_WE_ARE}comments/", sent, node=node).expect(302)
            led.append(re.search(r"/receipts/([^/]+)/", answer.headers["location"])[1])

        tries = [threading.Thread(target=send, args=(node,)) for node in (self.one, self.two) * 3]
        for each in tries:
            each.start()
        for each in tries:
            each.join()
        if len(led) != len(tries) or len(set(led)) != 1:
            raise Unexpected(f"One form, {len(tries)} times, led to {led}")

    def moderate_on_one_show_on_other(self) -> None:
        """See that a held text waits at the desk of one node, a number goes on the other, and both show the rest."""
        words = f"Ring me on {NUMBER} about the east gate."
        reference, receipt = self.comment(self.visitor(), words, author_email=PERSON)
        receipt.expect(200, says=reference)
        desk = self.desks["moderator"]
        queue = desk.get("/admin/queue/", node=self.one).expect(200, says="east gate")
        case = re.search(r"/admin/queue/(\d+)/", queue.text)[1]
        desk.send(f"/admin/queue/{case}/take/", {}, node=self.one, form_at="/admin/queue/").expect(302)
        page = desk.get(f"/admin/queue/{case}/", node=self.two).expect(200)
        passages = re.findall(r'name="passages"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="passages"', page.text)
        decision = {
            "action": "redact", "clauses": ["personal-information"], "reason": "We took your number out.",
            "passages": [first or second for first, second in passages], "sure": "redact",
        }  # fmt: skip
        desk.ask("POST", f"/admin/queue/{case}/", page.hidden_fields() | decision, node=self.two).expect(302)
        self.everywhere("about the east gate", shown=True)
        self.everywhere(NUMBER, shown=False)

    def hits(self, words: str, *, node: int) -> str:
        """Return the desk's page for a question."""
        return self.desks["officer"].get(f"/admin/desk/?q={words}", node=node).expect(200).text

    def find_and_export(self) -> None:
        """See that an officer finds it on one node, asks there for an export, and fetches the file on the other."""
        self.soon(lambda: "sings at" in self.hits("zebrafinch", node=self.two), "the desk finds the text")
        self.link = self.exported("zebrafinch", asked_on=self.one)
        for node in (self.two, self.one):
            file = self.desks["officer"].get(self.link, node=node).expect(200)
            rows = zipfile.ZipFile(io.BytesIO(file.body)).read("submissions.jsonl").decode()
            if "sings at each stop" not in rows:
                raise Unexpected(f"The export says {rows[:300]}")

    def exported(self, words: str, *, asked_on: int) -> str:
        """Ask for an export on one node, and return the link that the other one shows for it."""
        desk, before = self.desks["officer"], self.links().keys()
        desk.send(
            f"/admin/desk/exports/ask/?q={words}", {"ending": "jsonl"}, node=asked_on, form_at=f"/admin/desk/?q={words}"
        ).expect(302)
        made: list[str] = []
        self.soon(lambda: bool(made.extend(self.links().keys() - before) or made), "the export is made")
        return self.links()[made[0]]

    def links(self) -> dict[str, str]:
        """Return the exports that can be fetched: the address, and the same with the key of the moment."""
        page = self.desks["officer"].get("/admin/desk/exports/", node=self.two).expect(200).text
        found = re.findall(r'href="(/admin/desk/exports/\d+/file/)\?key=([^"]+)"', page)
        return {address: f"{address}?key={key}" for address, key in found}

    def worker_dies(self) -> None:
        """See that one of two workers is killed; the other one makes the export, and finds what was sent since."""
        self.site.workers[0].kill()
        self.comment(self.visitor(9), "An export without the first worker.")
        self.soon(lambda: "without the first" in self.hits("worker", node=self.one), "the relay goes on")
        self.exported("worker", asked_on=self.two)
        self.site.workers[0].start()

    def erase_everywhere(self) -> None:
        """See that two officers erase a person: pages, desk, index and exports of both nodes forget it."""
        first, second = self.desks["privacy"], self.desks["privacy2"]
        asked = {"erase-who": PERSON, "erase-confirm": PERSON, "erase-reason": "The person asked for it in writing."}
        first.send("/admin/privacy/people/erase/", asked, node=self.one, form_at="/admin/privacy/people/").expect(302)
        page = second.get("/admin/privacy/people/", node=self.two).expect(200)
        number = re.search(r"/admin/privacy/people/(\d+)/", page.text)[1]
        place = f"/admin/privacy/people/{number}/"
        second.send(f"{place}approve/", {}, node=self.two, form_at=place).expect(302)
        self.everywhere("zebrafinch", shown=False)
        self.everywhere("about the east gate", shown=False)
        for node in (self.one, self.two):
            self.soon(lambda node=node: "sings at" not in self.hits("zebrafinch", node=node), "the index forgets")
            if self.desks["officer"].ask("GET", self.link, node=node).status == 200:
                raise Unexpected(f"Node {node} still hands out the export.")
        files = (self.site.folder / "shared" / "exports").rglob("*")
        if left := [path.name for path in files if "zebrafinch" in rows_of(path)]:
            raise Unexpected(f"Files still say it: {left}")

    def application_cannot_rewrite(self) -> None:
        """See that the role of web and worker cannot change the ledger, drop its guards, or make anything."""
        for statement in FORBIDDEN:
            try:
                self.site.database.ask(f"SET ROLE {WEB}; {statement}", "parley")
            except NotStarted as refusal:
                if "permission denied" not in str(refusal) and "must be " not in str(refusal):
                    raise
            else:
                raise Unexpected(f"{WEB} may: {statement}")

    def metrics_are_guarded(self) -> None:
        """See that Prometheus reads its figures with the token, and nobody without it."""
        who = self.visitor()
        who.get("/metrics").expect(404)
        who.get("/healthz/ready").expect(200, says='"search": "ok"')
        told = self.metrics()
        if "parley_search_up 1.0" not in told:
            raise Unexpected(f"The figures do not say that search is up: {told[:500]}")

    def metrics(self) -> str:
        """Return what Prometheus reads."""
        line = self.visitor().line(0)
        headers = {"Host": f"127.0.0.1:{self.site.port}", "Authorization": f"Bearer {METRICS_TOKEN}"}
        line.request("GET", "/metrics", headers=headers)
        told = line.getresponse().read().decode()
        line.close()
        return told

    def restart_in_turn(self) -> None:
        """See that one node after the other is stopped and started anew, and no reader sees an error."""
        with Readers(self) as readers:
            for node in self.site.nodes:
                node.process.send(signal.SIGTERM)
                node.process.stop()
                node.process.start().wait_until(node.answers)
                time.sleep(1)
        readers.expect_only(200)

    def node_dies(self) -> None:
        """See that one node is killed: pages and forms are answered by the other one."""
        self.site.nodes[0].process.kill()
        for _time in range(20):
            self.visitor().get(HERE_WE_ARE).expect(200)
        self.comment(self.visitor(), "Sent while a node was away.")
        self.desks["officer"].get("/admin/desk/?q=away").expect(200)
        self.site.nodes[0].process.start().wait_until(self.site.nodes[0].answers)

    def redis_dies(self) -> None:
        """See that Redis is killed: pages, forms, the desk and the API go on, and it is used again when it is back."""
        self.site.redis.kill()
        self.comment(self.visitor(11), "Sent while Redis was away.", node=self.two)
        self.everywhere("while Redis was away", shown=True)
        self.visitor().get("/api/v1/consultations", node=self.one).expect(200)
        self.desks["officer"].get("/admin/desk/?q=bus", node=self.one).expect(200)
        self.site.redis.start()

    def everything_agrees(self) -> None:
        """See that the ledger is whole, and the index holds what the database does."""
        self.site.manage("verify_audit", "-v", "0")
        self.soon(lambda: self.site.manage("search_verify") is not None, "index and database agree")

    def nobody_answers(self) -> None:
        """See that with every node gone nginx says so, in a page that promises nothing about a form."""
        for node in self.site.nodes:
            node.process.kill()
        self.visitor().get("/consultations/?anew").expect(502, says="we cannot say whether it arrived")


def rows_of(path) -> str:
    """Return what an export says, unpacked."""
    if not path.is_file():
        return ""
    if not zipfile.is_zipfile(path):
        return path.read_text(errors="replace")
    with zipfile.ZipFile(path) as pack:
        return "".join(pack.read(name).decode(errors="replace") for name in pack.namelist())


class Readers:
    """Somebody who asks for pages all the time, and counts the answers."""

    def __init__(self, walk: Walk):
        self.walk, self.seen, self.over = walk, Counter(), threading.Event()
        self.thread = threading.Thread(target=self.read)

    def __enter__(self) -> "Readers":
        self.thread.start()
        return self

    def __exit__(self, *_raised) -> None:
        self.over.set()
        self.thread.join()

    def read(self) -> None:
        """Ask until told to stop."""
        number = 0
        while not self.over.is_set():
            number += 1
            try:
                self.seen[self.walk.visitor().get(f"/consultations/?n={number}").status] += 1
            except (OSError, HTTPException, subprocess.SubprocessError) as error:
                self.seen[type(error).__name__] += 1
            time.sleep(0.05)

    def expect_only(self, status: int) -> None:
        """Raise unless every answer had the status."""
        if set(self.seen) != {status}:
            raise Unexpected(f"Readers saw {dict(self.seen)}")
