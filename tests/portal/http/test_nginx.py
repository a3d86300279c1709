"""The configuration of nginx in ops/nginx, run as it stands there."""

import re
import shutil
import subprocess
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import pytest

from ops.topology import site_in_nginx
from portal.http.freshness import STATE_SECONDS
from tests.browser.serving import free_port
from tests.conftest import ON_CI

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
LIST, SLOWEST = "/consultations/", 60  # seconds
HELD_FOR = 2  # seconds: one of SHARED_CACHE_SECONDS, which nginx counts in whole seconds of the clock

pytestmark = pytest.mark.slow


def configuration(folder, port, site):
    """Return the site of ops/nginx in front of one node, without TLS, and with a word about its cache."""
    node = site.address.removeprefix("http://")
    there = {
        "listen 443 ssl;": f"listen 127.0.0.1:{port}; add_header X-Cache $upstream_cache_status always;",
        "127.0.0.1:8001": node,
        "127.0.0.1:8002": node,
    }
    return re.sub(r"ssl_\w+ .*;", "", site_in_nginx(folder, site.folder, there))


class Front:
    """nginx, and what it answers."""

    def __init__(self, port, folder):
        self.port, self.folder = port, folder

    def get(self, path, **headers):
        """Return status, headers and body of an answer."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=SLOWEST)) as line:
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

    def answers(self):
        """Return whether it is up and reaches the application."""
        try:
            return self.get("/healthz/live")[0] == 200
        except OSError:
            return False


@contextmanager
def nginx(folder, site):
    """Run nginx before a site, and stop exactly that process."""
    front = Front(free_port(), folder)
    (folder / "nginx.conf").write_text(configuration(folder, front.port, site))
    process = subprocess.Popen([NGINX, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"])
    try:
        until = time.monotonic() + SLOWEST
        while not front.answers():
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.1)
        yield front
    finally:
        process.terminate()
        process.wait(SLOWEST)


@pytest.fixture(scope="module")
def front(served, tmp_path_factory):
    if NGINX is None:
        missing = "nginx is not installed: apt install nginx-light"
        pytest.fail(missing) if ON_CI else pytest.skip(missing)
    with nginx(tmp_path_factory.mktemp("nginx"), served) as front:
        yield front


RENAMED = """
from portal.models import Agency
agency = Agency.load()
agency.name = "The Harbour Board"
agency.save()
"""


def test_a_guests_page_is_held_for_a_moment_and_then_asked_for(front):
    first = front.get(LIST)
    held = front.get(LIST, Cookie="theme=dark")
    time.sleep(HELD_FOR)
    again = front.get(LIST)

    assert [answer[0] for answer in (first, held, again)] == [200] * 3
    assert [first[2] == held[2] == again[2], first[1]["ETag"] == again[1]["ETag"]] == [True, True]
    assert [held[1]["X-Cache"], again[1]["X-Cache"]] == ["HIT", "REVALIDATED"]
    assert held[1]["Cache-Control"] == "public, max-age=0, must-revalidate, s-maxage=1"


def test_who_has_the_page_is_told_by_nginx_that_it_is_unchanged(front):
    tag = front.get(LIST)[1]["ETag"]

    assert front.get(LIST, **{"If-None-Match": tag})[0] == 304


def test_compressed_and_plain_are_held_apart(front):
    packed, plain = front.get(LIST, **{"Accept-Encoding": "br, gzip"}), front.get(LIST)

    assert [packed[1].get("Content-Encoding"), plain[1].get("Content-Encoding")] == ["gzip", None]
    assert packed[2][:2] == b"\x1f\x8b"


@pytest.mark.parametrize(
    "headers",
    [{"Cookie": "session=x"}, {"Cookie": "a=b; visitor=x"}, {"Cookie": "messages=x"}, {"Authorization": "Basic x"}],
)
def test_who_has_pages_of_their_own_is_led_past(front, headers):
    front.get(LIST)
    own = front.get(LIST, **headers)

    assert [own[1]["X-Cache"], own[1]["Cache-Control"]] == ["BYPASS", "private, no-cache"]


def test_what_another_process_changed_shows_when_the_moment_is_over(front, served):
    front.get(LIST)
    served.run(RENAMED)
    time.sleep(STATE_SECONDS + HELD_FOR)

    assert b"The Harbour Board" in front.get(LIST)[2]


def test_a_form_reaches_the_application_with_its_origin(front):
    with closing(HTTPConnection("127.0.0.1", front.port, timeout=SLOWEST)) as line:
        line.request("POST", "/consultations/none/comments/", "text=x", {"Origin": "https://evil.example"})
        assert line.getresponse().status == 403


RECEIPT_KEY = "key-of-somebodys-receipt"


def test_logs_of_nginx_name_no_address_and_no_key(front):
    asked = (
        f"/consultations/?key={RECEIPT_KEY}",
        f"/messages/stop/{RECEIPT_KEY}/",
        f"/media/none.jpg?key={RECEIPT_KEY}",
    )
    answers = [
        front.get(path, **{"X-Forwarded-For": "203.0.113.9", "Referer": f"/?key={RECEIPT_KEY}"}) for path in asked
    ]
    lines, troubles = ((front.folder / name).read_text() for name in ("access.log", "error.log"))

    assert [answer[0] for answer in answers] == [200, 404, 404]
    assert f" GET 200 {answers[0][1]['X-Request-ID']} " in lines  # the number that the site's own lines have
    for written in (lines, troubles):
        assert [each for each in (RECEIPT_KEY, "203.0.113.9", "127.0.0.1 ", "client:") if each in written] == []


UPLOADS = """
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from consultations.models import ConsultationPage
from tests.portal.media.pictures import photograph
documents = get_document_model().objects
names = ("public", "draft")
public, draft = [documents.create(title=name, file=ContentFile(b"Agreed.", name=f"{name}.txt")) for name in names]
page = ConsultationPage.objects.get(slug="night-buses")
link = f'<p><a linktype="document" id="{public.pk}">The minutes</a></p>'
page.body = [("section", {"heading": "What we know", "text": link})]
page.save_revision().publish()
picture = ContentFile(photograph("JPEG"), name="gate.jpg")
image = get_image_model().objects.create(title="Gate", file=picture, width=80, height=60)
print(public.url, draft.url, image.get_rendition("width-40").url, draft.file.name)
"""
FILE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def file_headers(headers):
    return {name: headers.get(name) for name in FILE_HEADERS}


@pytest.fixture(scope="module")
def uploads(served):
    """Return the addresses of a public page's document, of another one, of a picture, and the file of the second."""
    return served.run(UPLOADS).split()


def test_nginx_sends_a_document_that_the_site_has_allowed(front, uploads):
    status, headers, body = front.get(uploads[0])

    assert (status, body) == (200, b"Agreed.")
    assert headers["Content-Disposition"] == 'attachment; filename="public.txt"'
    assert headers["Content-Type"].startswith("text/plain")
    assert "X-Accel-Redirect" not in headers
    assert file_headers(headers) == FILE_HEADERS


def test_nginx_sends_no_document_by_itself(front, served, uploads):
    _public, draft, _picture, name = uploads
    old = served.folder / "media" / "documents"
    old.mkdir(parents=True, exist_ok=True)
    (old / "old.txt").write_text("Agreed.")
    hidden = [draft, f"/private/{name}", f"/media/{name}", "/media/documents/old.txt", "/media/../private/" + name]

    assert [front.get(path)[0] for path in hidden] == [404] * len(hidden)


def test_nginx_shows_pictures_that_run_nothing(front, uploads):
    status, headers, body = front.get(uploads[2])

    assert (status, headers["Content-Type"], body[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert file_headers(headers) == FILE_HEADERS
