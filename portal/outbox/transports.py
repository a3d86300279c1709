"""Ways to send messages: each registers a sender, and tells what came of a message by these exceptions."""

from collections.abc import Callable
from typing import Any, Protocol, Self


class Refused(Exception):
    """The server will never take the message; ``bad_address`` says whether any other would fare better."""

    def __init__(self, problem: str, *, bad_address: bool = False):
        super().__init__(problem)
        self.bad_address = bad_address


class PutOff(Exception):
    """The server does not take the message now, and has nothing of it."""


class ServerAway(Exception):
    """The server takes no message at all now."""


class FateUnknown(Exception):
    """The message was handed over, and nobody said whether it was taken."""


class Sender(Protocol):
    """Something that sends messages, one after the other, until the end of a `with` block."""

    def __enter__(self) -> Self:
        """Begin; a connection may wait for the first message."""

    def __exit__(self, *error: object) -> None:
        """Close what was opened."""

    def send(self, message: Any, content: Any, hand_over: Callable[[], None]) -> str:
        """Send one message and return its subject.

        Call ``hand_over`` directly before the first moment at which the server may take it, and send nothing when
        that raises. Raise one of the exceptions above when the message was not sent, or perhaps not.
        """


_senders: dict[str, Callable[[], Sender]] = {}


def transport(name: str) -> Callable[[Callable[[], Sender]], Callable[[], Sender]]:
    """Register what makes the sender of a transport."""

    def register(make: Callable[[], Sender]) -> Callable[[], Sender]:
        _senders[name] = make
        return make

    return register


def transport_names() -> list[str]:
    """Return the name of every transport."""
    return sorted(_senders)


def sender_of(name: str) -> Sender:
    """Return a sender of a transport."""
    return _senders[name]()
