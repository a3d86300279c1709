"""A browser as a rehearsal needs it: cookies, forms with what they hide, and the choice of a node to talk to."""

import base64
import hmac
import re
import ssl
import time
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPSConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from ops.processes import HERE

ANSWER_SECONDS = 180
HIDDEN_FIELD = re.compile(r"<input\b[^>]*\btype=\"hidden\"[^>]*>")
REDIRECTS = (301, 302, 303, 307)


class Unexpected(Exception):
    """An answer that is not the one that a step of the walk needs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers in small letters, body, and the address that it is from."""

    status: int
    headers: dict[str, str]
    body: bytes
    address: str

    @property
    def text(self) -> str:
        """Return the page as text."""
        return self.body.decode(errors="replace")

    def hidden_fields(self) -> dict[str, str]:
        """Return the hidden fields of the page's forms; of two with one name the last."""
        found = (re.findall(r'\b(name|value)="([^"]*)"', each) for each in HIDDEN_FIELD.findall(self.text))
        pairs = (dict(each) for each in found)
        return {each["name"]: unescape(each.get("value", "")) for each in pairs if "name" in each}

    def expect(self, *statuses: int, says: str = "") -> "Answer":
        """Return itself; raise unless it has one of the statuses and says something."""
        if self.status not in statuses or unescape(says) not in unescape(self.text):
            shown = re.sub(r"<[^>]+>|\s+", " ", self.text)[:600]
            raise Unexpected(f"{self.address}: {self.status}, wanted {statuses} with {says!r}: {shown}")
        return self


@dataclass
class Browser:
    """One visitor, who comes through nginx, or past it to one node, as nginx would ask."""

    site: str  # https://host:port
    certificate: Path
    place: str = "203.0.113.7"  # of the visitor, for who comes past nginx
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, address: str, fields: dict | None = None, *, node: int = 0) -> Answer:
        """Return the answer to one request; ``node`` is the port of a node that is asked past nginx."""
        body = urlencode(fields, doseq=True).encode() if fields is not None else None
        line = self.line(node)
        try:
            line.request(method, address, body, self.headers(node, with_form=body is not None))
            answer = line.getresponse()
            read = answer.read()
        finally:
            line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, read, address)

    def line(self, node: int) -> HTTPConnection:
        """Return a new connection to nginx or to a node."""
        if node:
            return HTTPConnection(HERE, node, timeout=ANSWER_SECONDS)
        trusting = ssl.create_default_context(cafile=str(self.certificate))
        return HTTPSConnection(HERE, urlsplit(self.site).port, timeout=ANSWER_SECONDS, context=trusting)

    def headers(self, node: int, *, with_form: bool) -> dict[str, str]:
        """Return what a browser sends along, and what nginx would add."""
        sent = {"Host": urlsplit(self.site).netloc, "Sec-Fetch-Site": "same-origin", "Referer": f"{self.site}/"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if with_form:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if node:
            sent |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.place}
        return sent

    def get(self, address: str, *, node: int = 0) -> Answer:
        """Return a page, after the redirects that lead to it."""
        answer = self.ask("GET", address, node=node)
        for _step in range(5):
            if answer.status not in REDIRECTS:
                return answer
            address = urljoin(f"{self.site}{address}", answer.headers["location"]).removeprefix(self.site)
            answer = self.ask("GET", address, node=node)
        raise Unexpected(f"{address} leads round in a circle.")

    def send(self, address: str, fields: dict, *, node: int = 0, form_at: str = "") -> Answer:
        """Send a form with what the page hides in it; the page is at the same address unless said otherwise."""
        page = self.get(form_at or address, node=node)
        return self.ask("POST", address, page.hidden_fields() | fields, node=node)


def code_of_app(secret: str) -> str:
    """Return what an authenticator app shows now (RFC 6238, six digits, half a minute)."""
    counter = int(time.time() // 30).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"
