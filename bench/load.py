"""A small HTTP client that keeps a server busy: each connection asks again as soon as it has its answer.

Standard library only, and this machine only. The connections are spread over processes of their own, so that
the client is not what limits a figure. A wrong answer stops the run: its time would mean nothing.
"""

import asyncio
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlencode

HOST = "127.0.0.1"
LONGEST = 30  # seconds to wait for the last answers
HEAD_END = b"\r\n\r\n"


class WrongAnswer(Exception):
    """The server did not answer as it has to."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as it goes out, and what its answer has to begin with and to contain."""

    raw: bytes
    status: int
    marker: bytes


@dataclass(frozen=True, slots=True)
class Answers:
    """When the first request went out, when the last answer came, how long each took, what asking cost; seconds."""

    began: float
    ended: float
    took: tuple[float, ...]
    cpu: float

    @property
    def rate(self) -> float:
        """Return the answers a second."""
        return len(self.took) / (self.ended - self.began)


def get(path: str, headers: dict[str, str] | None = None, *, status: int = 200, marker: str) -> Ask:
    """Return a request for a page."""
    return Ask(head("GET", path, headers or {}), status, marker.encode())


def post(path: str, fields: dict[str, str], headers: dict[str, str], *, status: int, marker: str) -> Ask:
    """Return a request that sends a form."""
    body = urlencode(fields).encode()
    sized = {**headers, "Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    return Ask(head("POST", path, sized) + body, status, marker.encode())


def head(method: str, path: str, headers: dict[str, str]) -> bytes:
    """Return the lines before the body."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + HEAD_END


class Connection:
    """One connection, kept while the server keeps it."""

    def __init__(self, port: int):
        self.port = port
        self.socket: socket.socket | None = None

    async def answer(self, ask: Ask) -> None:
        """Send a request and read its answer to the end."""
        loop = asyncio.get_running_loop()
        if self.socket is None:
            self.socket = socket.create_connection((HOST, self.port))
            self.socket.setblocking(False)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await loop.sock_sendall(self.socket, ask.raw)
        data, size = bytearray(), None
        while size is None or len(data) < size:
            piece = await loop.sock_recv(self.socket, 1 << 17)
            data += piece
            if size is None:
                size = whole_size(data)
            if not piece:
                raise WrongAnswer(f"The connection was closed after {len(data)} bytes.")
        check(ask, data)
        if b"\r\nconnection: close" in data[: data.index(HEAD_END)].lower():
            self.close()

    def close(self) -> None:
        """Hang up."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def whole_size(data: bytearray) -> int | None:
    """Return how many bytes the whole answer has; None while its head is not complete."""
    end = data.find(HEAD_END)
    if end < 0:
        return None
    if data.startswith(b"HTTP/1.1 304 "):
        return end + len(HEAD_END)  # it has no body and need not say so
    for line in bytes(data[:end]).lower().split(b"\r\n")[1:]:
        if line.startswith(b"content-length:"):
            return end + len(HEAD_END) + int(line.split(b":")[1])
    raise WrongAnswer(f"The answer does not say its length: {bytes(data[:end])!r}")


def check(ask: Ask, data: bytearray) -> None:
    """Raise for an answer that is not the one asked for."""
    if not data.startswith(b"HTTP/1.1 %d " % ask.status) or ask.marker not in data:
        request = ask.raw.split(b"\r\n", 1)[0].decode()
        raise WrongAnswer(f"{request}: no {ask.status} with {ask.marker!r} but\n{data[:1500].decode(errors='replace')}")


async def keep_asking(connection: Connection, asks: Iterator[Ask], until: float) -> list[float]:
    """Send one request after the other until the time is up or none is left, one at least; return what each took."""
    took = []
    try:
        while (not took or time.monotonic() < until) and (ask := next(asks, None)):
            began = time.monotonic()
            await connection.answer(ask)
            took.append(time.monotonic() - began)
    finally:
        connection.close()
    return took


async def drive(port: int, connections: int, asks: Sequence[Ask], seconds: float) -> Answers:
    """Keep some connections busy at once, sharing the requests."""
    rest, began, cpu = iter(asks), time.monotonic(), time.process_time()
    async with asyncio.timeout(seconds + LONGEST):
        busy = (keep_asking(Connection(port), rest, began + seconds) for _connection in range(connections))
        took = await asyncio.gather(*busy)
    return Answers(began, time.monotonic(), tuple(each for one in took for each in one), time.process_time() - cpu)


def in_process(*arguments) -> Answers:
    """Run one process's share."""
    return asyncio.run(drive(*arguments))


class Load:
    """The connections, in processes of their own; a context manager."""

    def __init__(self, connections: int = 8, processes: int = 2):
        self.connections, self.processes = connections, processes

    def __enter__(self):
        """Start the processes; Ctrl+C is the parent's to answer."""
        ignore = (signal.SIGINT, signal.SIG_IGN)
        self.pool = get_context("spawn").Pool(self.processes, signal.signal, ignore)
        return self

    def __exit__(self, *_raised):
        """Stop the processes."""
        self.pool.terminate()
        self.pool.join()

    def run(self, port: int, asks: Sequence[Ask], seconds: float) -> Answers:
        """Send each request once, at most for so many seconds."""
        share = self.connections // self.processes
        shares = [(port, share, asks[n :: self.processes], seconds) for n in range(self.processes)]
        parts = self.pool.starmap(in_process, shares, chunksize=1)
        return Answers(
            began=min(part.began for part in parts),
            ended=max(part.ended for part in parts),
            took=tuple(each for part in parts for each in part.took),
            cpu=sum(part.cpu for part in parts),
        )
