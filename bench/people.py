"""People who send texts to a site that breaks: each tries until the site has said that it took the text.

A form keeps its token and its words from one try to the next, as a browser's does that sends it again.
"""

import re
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException
from random import Random
from urllib.parse import urlencode

HERE = "127.0.0.1"
TAKEN, PUZZLED, ASKED = 302, 422, 200
HOLDING_PAGE = "We cannot say whether what you sent was saved."
STAMP = re.compile(r'name="stamp" value="([^"]+)"')
SEAL = re.compile(r'name="sent_anyway" value="([0-9a-f]+)"')
ANSWER_SECONDS = 45
PAUSE_SECONDS = 0.4  # between two tries
WRITING_SECONDS = 2.2  # a form that comes back sooner is taken for a script's
RECOVERY_SECONDS = 180  # that a site may take to come back on a machine with other work
FORM_SECONDS = 20  # after which a new form is opened


@dataclass
class Seen:
    """What people saw: texts that were acknowledged, answers, and forms that were given up."""

    acknowledged: dict[str, str] = field(default_factory=dict)  # text: reference
    given_up: list[str] = field(default_factory=list)
    answers: Counter = field(default_factory=Counter)
    tries: int = 0
    took: list[float] = field(default_factory=list)  # seconds from the first try to the receipt, of each text


@dataclass
class Person:
    """Somebody who writes one text after the other until told to stop."""

    port: int
    path: str  # of the consultation
    number: int
    seen: Seen
    over: threading.Event
    patience: float = 90  # seconds that somebody tries after the end
    letters: bool = False  # an address of their own with each text
    stamp: str = ""
    stamped: float = 0.0

    def write(self) -> None:
        """Send texts."""
        chance, count = Random(self.number), 0
        while not self.over.is_set():
            count += 1
            text = f"Person {self.number} writes text {count}: wait for the ferry, {chance.random()}."
            self.send_until_taken(text, f"10.{self.number}.{count >> 8 & 255}.{count & 255}")

    def send_until_taken(self, text: str, place: str) -> None:
        """Send one form, again and again, until there is a receipt."""
        fields = {"text": text, "token": secrets.token_urlsafe(16), "website": ""}
        if self.letters:
            fields["author_email"] = f"person-{self.number}-{secrets.token_hex(4)}@example.org"
        began, deadline = time.monotonic(), 0.0
        while True:
            if self.over.is_set():
                deadline = deadline or time.monotonic() + self.patience
                if time.monotonic() > deadline:
                    self.seen.given_up.append(text)
                    return
            if not self.stamp or time.monotonic() - self.stamped > FORM_SECONDS:
                self.open_form(place)
            if self.stamp and self.try_once(fields, text, place):
                self.seen.took.append(time.monotonic() - began)
                return
            time.sleep(PAUSE_SECONDS)

    def open_form(self, place: str) -> None:
        """Fetch the page with the form, and write for a while."""
        _status, body, _where = self.ask("GET", self.path, place)
        if found := STAMP.search(body):
            self.stamp, self.stamped = unescape(found[1]), time.monotonic()
            time.sleep(WRITING_SECONDS)

    def try_once(self, fields: dict[str, str], text: str, place: str) -> bool:
        """Send a form once; return whether there is a receipt."""
        self.seen.tries += 1
        status, body, where = self.ask("POST", f"{self.path}comments/", place, fields | {"stamp": self.stamp})
        if status == TAKEN and (found := re.search(r"/receipts/([^/]+)/", where)):
            self.seen.acknowledged[text] = found[1]
            return True
        if status == ASKED and (seal := SEAL.search(body)):
            fields["sent_anyway"] = seal[1]
        if status == PUZZLED:
            self.stamp = ""  # a form of a clock that went back
        return False

    def ask(self, method: str, path: str, place: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, page and Location of one answer; 0 when there was none. Count what was seen."""
        line = HTTPConnection(HERE, self.port, timeout=ANSWER_SECONDS)
        headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": place}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, urlencode(fields) if fields else None, headers)
            answer = line.getresponse()
            body = answer.read().decode(errors="replace")
        except (OSError, HTTPException) as error:
            self.seen.answers[f"no answer ({type(error).__name__})"] += 1
            return 0, "", ""
        finally:
            line.close()
        self.seen.answers[kind_of(method, answer.status, body)] += 1
        return answer.status, body, answer.getheader("Location", "")


def kind_of(method: str, status: int, body: str) -> str:
    """Return what an answer is counted as: of a form that failed, whether its page keeps the words."""
    if status < 500:
        return str(status)
    if method == "POST":
        return (
            f"{status}, words kept"
            if HOLDING_PAGE in body and "wait for the ferry" in body
            else f"{status}, WORDS LOST"
        )
    return f"{status}, page" if "our fault" in unescape(body) else f"{status}, NO PAGE"


class Crowd:
    """Several people who write at the same time; a context manager that lets them finish."""

    def __init__(self, port: int, path: str, people: int, *, patience: float = 90, letters: bool = False):
        self.over, self.seen = threading.Event(), [Seen() for _person in range(people)]
        crowd = [
            Person(port, path, number, seen, self.over, patience, letters) for number, seen in enumerate(self.seen, 1)
        ]
        self.threads = [threading.Thread(target=each.write) for each in crowd]

    def __enter__(self) -> "Crowd":
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_raised) -> None:
        self.over.set()
        for each in self.threads:
            each.join()

    def wait_for_more(self, texts: int) -> None:
        """Return once so many more texts are acknowledged; give up after a while, in which nothing is taken."""
        wanted, until = len(self.acknowledged) + texts, time.monotonic() + RECOVERY_SECONDS
        while len(self.acknowledged) < wanted and time.monotonic() < until:
            time.sleep(0.2)

    @property
    def acknowledged(self) -> dict[str, str]:
        """Return every acknowledged text with its reference."""
        return {text: reference for seen in self.seen for text, reference in list(seen.acknowledged.items())}

    @property
    def failed_forms(self) -> int:
        """Return how many forms were answered with an error of the server."""
        return sum(
            number for seen in self.seen for kind, number in list(seen.answers.items()) if "words" in kind.lower()
        )

    @property
    def answers(self) -> dict[str, int]:
        """Return how often each kind of answer was seen."""
        return dict(sorted(sum((seen.answers for seen in self.seen), Counter()).items()))
