"""The virus scanner: a real clamd with one signature, that of the EICAR test file."""

import shutil
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from portal.media import virus_scan
from portal.media.virus_scan import ScannerAway, VirusFound, refuse_infected, signatures_made_at
from portal.staff.health import virus_scanner
from tests.browser.serving import free_port
from tests.conftest import ON_CI
from tests.portal.media.papers import docx
from tests.portal.media.pictures import photograph

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"  # harmless; in two so that
SLOWEST = 120  # seconds                                           # no scanner of ours takes this file for it
TAKES = 1024 * 1024  # bytes


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    """Run clamd on a socket and a port; yield both addresses."""
    if CLAMD is None:
        missing = "clamd is not installed: apt install clamav-daemon"
        pytest.fail(missing) if ON_CI else pytest.skip(missing)
    folder, port = tmp_path_factory.mktemp("clamd"), free_port()
    (folder / "eicar.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(
        f"Foreground yes\nDatabaseDirectory {folder}\nLocalSocket {folder}/socket\nTCPSocket {port}\n"
        f"TCPAddr 127.0.0.1\nStreamMaxLength {TAKES}\nLogFile {folder}/log\nTemporaryDirectory {folder}\n"
    )
    process = subprocess.Popen([CLAMD, "--config-file", folder / "clamd.conf"])
    try:
        until = time.monotonic() + SLOWEST
        while not (folder / "socket").exists():
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield {"unix": f"unix://{folder}/socket", "tcp": f"tcp://127.0.0.1:{port}"}
    finally:
        process.terminate()
        process.wait(SLOWEST)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["unix", "tcp"])
def test_clamd_finds_the_test_virus_wherever_it_stands(settings, clamd, way):
    settings.CLAMD_ADDRESS = clamd[way]

    refuse_infected(b"Agreed." * 40_000)
    for data in (EICAR, b"x" * 200_000 + EICAR):
        with pytest.raises(VirusFound, match="Eicar-Test"):
            refuse_infected(data)


@pytest.mark.slow
def test_file_that_clamd_does_not_take_is_not_let_through(settings, clamd):
    settings.CLAMD_ADDRESS = clamd["tcp"]

    with pytest.raises(ScannerAway):
        refuse_infected(bytes(2 * TAKES))


@pytest.mark.slow
@pytest.mark.django_db
def test_editor_is_told_of_a_virus_and_nothing_is_stored(settings, client, editor, clamd):
    settings.CLAMD_ADDRESS = clamd["unix"]
    client.force_login(editor)
    picture, paper = photograph("JPEG") + EICAR, docx(word__media__x_dot_bin=EICAR)
    doors = {
        "wagtailimages:add": SimpleUploadedFile("gate.jpg", picture),
        "wagtaildocs:add": SimpleUploadedFile("minutes.docx", paper),
    }

    for door, file in doors.items():
        answer = client.post(reverse(door), {"title": "Gate", "file": file, "collection": 1}).content.decode()
        assert "The virus scanner found “Eicar-Test" in answer
    assert not get_image_model().objects.exists()
    assert not get_document_model().objects.exists()


@pytest.mark.slow
def test_health_page_says_that_uploads_are_looked_through(settings, clamd):
    settings.CLAMD_ADDRESS = clamd["tcp"]

    assert virus_scanner().tone == "good"


def nobody(tmp_path):
    return f"unix://{tmp_path}/nobody"


@pytest.mark.django_db
def test_scanner_that_is_away_lets_nothing_through_and_says_so(settings, client, editor, tmp_path):
    settings.CLAMD_ADDRESS = nobody(tmp_path)
    client.force_login(editor)
    file = SimpleUploadedFile("minutes.docx", docx())

    answer = client.post(reverse("wagtaildocs:add"), {"title": "Minutes", "file": file, "collection": 1})

    assert "The virus scanner cannot be asked just now, so nothing was stored." in answer.content.decode()
    assert not get_document_model().objects.exists()
    assert virus_scanner().tone == "stop"


def test_without_a_scanner_the_health_page_says_so():
    assert virus_scanner().tone == "wait"


@pytest.fixture
def scanner(settings):
    """Return a function that makes a scanner with one answer, None for one that is silent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMD_ADDRESS = f"tcp://127.0.0.1:{server.getsockname()[1]}"

        def answering(words):
            def run():
                line, _address = server.accept()
                with line:
                    received = line.recv(100)
                    while words is not None and b"INSTREAM" in received and not received.endswith(bytes(4)):
                        received += line.recv(100)
                    line.sendall(words) if words is not None else line.recv(1)

            thread = Thread(target=run, daemon=True)
            thread.start()
            return thread

        yield answering


@pytest.mark.parametrize("words", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: O"])
def test_answer_that_does_not_say_clean_lets_nothing_through(scanner, words):
    thread = scanner(words)

    with pytest.raises(ScannerAway):
        refuse_infected(b"Agreed.")
    thread.join()


def test_silent_scanner_is_given_up(scanner, monkeypatch):
    monkeypatch.setattr(virus_scan, "VERSION_SECONDS", 0.1)
    thread = scanner(None)

    with pytest.raises(ScannerAway):
        signatures_made_at()
    thread.join()


@pytest.mark.parametrize(("days", "tone"), [(1, "good"), (9, "stop")])
def test_old_list_of_viruses_is_told_of(scanner, days, tone):
    made = datetime.now(UTC) - timedelta(days=days)
    thread = scanner(f"ClamAV 1.4.3/27512/{made:%a %b %d %H:%M:%S %Y}\0".encode())

    assert virus_scanner().tone == tone
    thread.join()
