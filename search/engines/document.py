"""What the index holds of a submission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zlib import crc32

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Deletion:
    """That nothing should be found of a submission from this version on."""

    id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A submission as officers may find it.

    ``day`` is the day it was received in the agency's time zone. ``visibility`` is "public", "restricted" or "sealed".
    Facet values are short strings; "none" and "und" stand for no consultation and no known language. ``person`` is
    the same for texts of one person and says nothing else. ``letter`` is the id of the first text of the campaign that
    this one belongs to, its own id when it stands alone. ``answers`` is what was answered with it, in order: the
    question of an open answer, ``14``, and each closed answer of the same response, ``12=Weekly``.
    """

    id: int
    version: int
    title: str
    text: str
    received_at: datetime
    day: date
    consultation: str
    kind: str
    status: str
    language: str
    channel: str
    visibility: str
    person: str
    letter: int
    answers: tuple[str, ...] = ()

    @property
    def month(self) -> str:
        """Return the month as ``2026-11``."""
        return f"{self.day:%Y-%m}"

    @property
    def received(self) -> int:
        """Return the moment in microseconds since 1970, exactly."""
        return (self.received_at - EPOCH) // timedelta(microseconds=1)

    @property
    def checksum(self) -> int:
        """Return 32 bits that change when anything in the document changes."""
        return crc32(repr((
            self.id, self.version, self.title, self.text, self.received, self.day.toordinal(),
            self.consultation, self.kind, self.status, self.language, self.channel, self.visibility,
            self.person, self.letter, self.answers,
        )).encode(errors="surrogatepass"))  # fmt: skip


DocumentChange = Document | Deletion
