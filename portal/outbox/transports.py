"""Transports: each registers a sender, which reports failures by these exceptions."""

from collections.abc import Callable
from typing import Any, Protocol, Self


class Refused(Exception):
    """The server will never accept the message; with ``bad_address``, it will accept none to this address."""

    def __init__(self, problem: str, *, bad_address: bool = False):
        super().__init__(problem)
        self.bad_address = bad_address


class PutOff(Exception):
    """The server has not accepted the message now, but may later."""


class ServerAway(Exception):
    """The server accepts no message now."""


class FateUnknown(Exception):
    """The message was transmitted, but the server did not confirm it."""


class Sender(Protocol):
    """Sends messages one by one within a `with` block."""

    def __enter__(self) -> Self:
        """Begin; the connection may be opened with the first message."""

    def __exit__(self, *error: object) -> None:
        """Close the connection."""

    def send(self, message: Any, content: Any, hand_over: Callable[[], None]) -> str:
        """Send one message and return its subject.

        Call ``hand_over`` directly before the server may accept the message, and send nothing if the call raises. Raise
        one of the exceptions above if the message was not sent, or may not have been.
        """


_senders: dict[str, Callable[[], Sender]] = {}


def transport(name: str) -> Callable[[Callable[[], Sender]], Callable[[], Sender]]:
    """Register a function that returns the sender of a transport."""

    def register(make: Callable[[], Sender]) -> Callable[[], Sender]:
        _senders[name] = make
        return make

    return register


def transport_names() -> list[str]:
    """Return the names of all transports."""
    return sorted(_senders)


def sender_of(name: str) -> Sender:
    """Return a new sender of a transport."""
    return _senders[name]()
