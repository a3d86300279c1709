"""ClamAV looks through uploads, where a site has it: the setting `CLAMD_ADDRESS`.

`unix:///run/clamav/clamd.ctl` or `tcp://host:3310`. The file goes over the line in pieces (clamd's command INSTREAM),
so clamd needs no access to our disk. A scanner that cannot be asked lets nothing through.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

SCAN_SECONDS = 60  # for each piece of the conversation; clamd reads 20 MB in a few
VERSION_SECONDS = 3  # a page of the staff area waits for it
PIECE_BYTES = 64 * 1024
ANSWER_BYTES = 4096
SIGNATURES_STALE_AFTER = timedelta(days=7)
NO_MORE_PIECES = bytes(4)


class ScannerAway(Exception):
    """The scanner cannot be reached, or could not read the file: nobody knows whether it is clean."""


class VirusFound(Exception):
    """The scanner knows what is in the file; the message is its name for it."""


def refuse_infected(data: bytes) -> None:
    """Raise VirusFound or ScannerAway unless the scanner finds the bytes clean; without a scanner do nothing."""
    if not settings.CLAMD_ADDRESS:
        return
    answer = ask(b"zINSTREAM\0", data)
    if answer.endswith(" FOUND"):
        raise VirusFound(answer.removeprefix("stream: ").removesuffix(" FOUND"))
    if answer != "stream: OK":
        raise ScannerAway(answer)


def signatures_made_at() -> datetime | None:
    """Return when clamd's list of viruses was made; None for one of its owner's own. Raise ScannerAway."""
    made = ask(b"zVERSION\0", seconds=VERSION_SECONDS).split("/")[2:]  # ClamAV 1.4.3/27512/Mon Nov 30 09:32:31 2026
    try:
        return datetime.strptime(made[0], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC) if made else None
    except ValueError as error:
        raise ScannerAway(made[0]) from error


def ask(command: bytes, data: bytes | None = None, *, seconds: float = SCAN_SECONDS) -> str:
    """Return clamd's answer to a command, and to the bytes that are sent with it; raise ScannerAway."""
    try:
        with connected(seconds) as line:
            line.sendall(command)
            if data is not None:
                for piece in pieces(data):
                    line.sendall(piece)
            answer = b""
            while not answer.endswith(b"\0") and (part := line.recv(ANSWER_BYTES)):
                answer += part
    except OSError as error:  # refused, away, silent, or it hung up because the file is larger than it takes
        raise ScannerAway(str(error)) from error
    return answer.rstrip(b"\0").decode(errors="replace")


@contextmanager
def connected(seconds: float) -> Iterator[socket.socket]:
    """Connect to clamd."""
    address = urlsplit(settings.CLAMD_ADDRESS)
    if address.scheme == "tcp":
        with socket.create_connection((address.hostname, address.port or 3310), seconds) as line:
            yield line
        return
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(seconds)
        line.connect(address.path)
        yield line


def pieces(data: bytes) -> Iterator[bytes]:
    """Yield the bytes as clamd reads them: each piece after its length, and a piece of no length at the end."""
    for start in range(0, len(data), PIECE_BYTES):
        piece = data[start : start + PIECE_BYTES]
        yield len(piece).to_bytes(4) + piece
    yield NO_MORE_PIECES
