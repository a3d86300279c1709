"""Asks the site, undoes what came of it, and counts the answers."""

import logging
import traceback
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from django.db import connection, transaction

from portal.http.log_lines import RefusalFilter
from tests.hostile.values import as_bytes, encoded

FORM_TYPE = "application/x-www-form-urlencoded"
BOUNDARY = "a-line-between-parts"
LOGGERS = ("django", "portal", "consultations", "moderation", "search", "wagtail")
BARE_PAGE = b"<h1>Bad Request (400)</h1>"  # Django's own


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request: who sends it, by which method, where to, and what it brings."""

    role: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str, bytes], ...] = ()  # field, name of the file, bytes
    document: str | None = None  # a body of JSON in the place of a form
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def body(self) -> tuple[bytes, str]:
        """Return the body and its type."""
        if self.document is not None:
            return as_bytes(self.document), "application/json"
        if self.files:
            return multipart(self.fields, self.files), f"multipart/form-data; boundary={BOUNDARY}"
        return encoded(self.fields).encode(), FORM_TYPE

    @property
    def environment(self) -> dict[str, str]:
        """Return what a server would put into WSGI's environment."""
        path = as_bytes(self.path).decode("latin-1")
        return {"PATH_INFO": path, "QUERY_STRING": encoded(self.query), **dict(self.headers)}


def multipart(fields, files) -> bytes:
    """Return a form with files; names are sent as they are, which no browser would do."""
    parts = [(f'name="{name}"', as_bytes(value)) for name, value in fields]
    parts += [(f'name="{name}"; filename="{file}"\r\nContent-Type: text/csv', body) for name, file, body in files]
    line = BOUNDARY.encode()
    sent = [
        b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (line, as_bytes(head), body)
        for head, body in parts
    ]
    return b"".join(sent) + b"--%s--\r\n" % line


@dataclass
class Answers:
    """What came of all that was asked."""

    by_class: Counter = field(default_factory=Counter)
    faults: dict[str, tuple[Asked, int]] = field(default_factory=dict)  # what is wrong: the first request, how many

    @property
    def figures(self) -> str:
        """Return how much was tried, and how it was answered."""
        classes = ", ".join(f"{kind}xx {number:,}" for kind, number in sorted(self.by_class.items()))
        return (
            f"{self.by_class.total():,} inputs: {classes}; 5xx seen: {self.by_class['5']}; faults: {len(self.faults)}"
        )

    def note(self, fault: str, asked: Asked) -> None:
        """Note a fault; the first request that led to it is kept."""
        first, number = self.faults.get(fault, (asked, 0))
        self.faults[fault] = (first, number + 1)

    def lines(self) -> list[str]:
        """Return the faults, for people."""
        return [f"{number} x {fault}\n    {str(asked)[:1000]}" for fault, (asked, number) in self.faults.items()]


class Tracebacks(logging.Handler):
    """Keeps the errors whose tracebacks the log would hold."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.addFilter(RefusalFilter())
        self.found = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one error."""
        if record.exc_info and record.exc_info[1]:
            self.found.append(record.exc_info[1])


@contextmanager
def listening():
    """Hear which errors are raised and logged while the block runs."""
    handler = Tracebacks()
    levels = {name: logging.getLogger(name).level for name in LOGGERS}
    logging.getLogger().addHandler(handler)
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.INFO)
    try:
        yield handler.found
    finally:
        logging.getLogger().removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def place_of(error: BaseException) -> str:
    """Return where an error was raised, and by which line of ours or of Wagtail's."""
    frames = traceback.extract_tb(error.__traceback__)
    ways = [frame for frame in frames if "django/" not in frame.filename] or frames
    places = [f"{frame.filename.rpartition('site-packages/')[2][-60:]}:{frame.lineno}" for frame in ways[-2:]]
    return f"{type(error).__name__} {str(error)[:100]!r} at {' < '.join(reversed(places))}"


class Asker:
    """Sends requests as each person of the cast."""

    def __init__(self, clients):
        self.clients, self.answers = clients, Answers()
        for client in clients.values():
            client.raise_request_exception = False

    def ask(self, asked: Asked):
        """Send one request, look where it leads to, take back what it changed, and note the answers."""
        try:
            with transaction.atomic():
                connection.atomic_blocks[-1]._from_testcase = True  # what has to be durable may stand in it
                response = self.answered(asked)
                if asked.method == "POST" and response.status_code in (301, 302, 303):
                    self.look_where_it_leads(asked, response["Location"])
                transaction.set_rollback(True)
        except Exception as error:  # noqa: BLE001  (an error that no error page caught is what is looked for)
            self.answers.by_class["5"] += 1
            self.answers.note(f"escaped: {place_of(error)}", asked)
            return None
        return response

    def look_where_it_leads(self, asked: Asked, address: str) -> None:
        """Open the page after a form, and lists that show what was stored."""
        parts = urlsplit(address)
        after = [] if "login" in parts.path else [parts.path, "/admin/", "/consultations/"]
        for path in after:
            query = tuple(parse_qsl(parts.query)) if path == parts.path else ()
            self.answered(Asked(role=asked.role, method="GET", path=path, query=query), because=asked)

    def answered(self, asked: Asked, because: Asked | None = None):
        """Send one request, judge the answer and return it; faults are noted of the request that caused them."""
        with listening() as errors:
            response = self.send(asked)
        self.answers.by_class[str(response.status_code)[0]] += 1
        for fault in self.faults_of(asked, response, errors):
            self.answers.note(fault, because or asked)
        return response

    def send(self, asked: Asked):
        """Send one request and read the whole answer."""
        body, kind = asked.body
        sent = b"" if asked.method == "GET" else body
        response = self.clients[asked.role].generic(asked.method, "/", sent, kind, **asked.environment)
        if response.streaming:
            response.streamed = b"".join(response.streaming_content)
        return response

    def faults_of(self, asked: Asked, response, errors):
        """Return what is wrong with an answer."""
        if errors:
            yield f"{response.status_code}: {place_of(errors[-1])}"
        elif response.status_code >= 500:
            yield f"{response.status_code} without an error"
        kind = response.headers.get("Content-Type", "")
        if asked.path.startswith("/api/v1/") and response.status_code >= 400 and kind != "application/problem+json":
            yield f"{response.status_code} from the API as {kind!r}"
        if not response.streaming and BARE_PAGE in response.content:
            yield "400 without a page"
