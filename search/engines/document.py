"""The unit of the index: a document or a deletion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zlib import crc32

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Deletion:
    """Removes a submission from the index, from this version on."""

    id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A submission as the index stores it.

    ``day`` is the day of receipt in the agency's time zone. ``visibility`` is "public", "restricted" or "sealed". Facet
    values are short strings; "none" stands for no consultation, "und" for an unknown language. ``person`` is a digest,
    equal for all texts of one person. ``letter`` is the id of the first submission of the campaign, the document's own
    id outside campaigns. ``answers`` holds sorted keys: the question of an open answer, ``14``, and each closed answer
    of the same response, ``12=Weekly``.
    """

    id: int
    reference: str
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
        """Return the time of receipt in microseconds since 1970."""
        return (self.received_at - EPOCH) // timedelta(microseconds=1)

    @property
    def checksum(self) -> int:
        """Return a CRC-32 over all fields."""
        return crc32(repr((
            self.id, self.reference, self.version, self.title, self.text, self.received, self.day.toordinal(),
            self.consultation, self.kind, self.status, self.language, self.channel, self.visibility,
            self.person, self.letter, self.answers,
        )).encode(errors="surrogatepass"))  # fmt: skip


DocumentChange = Document | Deletion
