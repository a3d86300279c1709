"""Calendar files (RFC 5545), as programs subscribe to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_OCTETS = 73  # of 75 that are allowed; a line that goes on begins with a space
REFRESH_EVERY = "PT12H"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One moment, and what it is about; a program takes a later sequence for the entry it knows by its uid."""

    uid: str
    summary: str
    description: str
    address: str
    at: datetime
    changed_at: datetime
    sequence: int


def calendar_file(entries: Iterable[CalendarEntry], name: str) -> str:
    """Return the entries as a file; ``name`` is what a program calls the calendar."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Parley//Consultations//EN",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH_EVERY}",
        *(line for entry in entries for line in entry_lines(entry)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def entry_lines(entry: CalendarEntry) -> Iterator[str]:
    """Yield the lines of an entry."""
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{stamp(entry.changed_at)}"
    yield f"LAST-MODIFIED:{stamp(entry.changed_at)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTART:{stamp(entry.at)}"
    yield f"SUMMARY:{escaped(entry.summary)}"
    yield f"DESCRIPTION:{escaped(entry.description)}"
    yield f"URL:{entry.address}"
    yield "END:VEVENT"


def stamp(moment: datetime) -> str:
    """Return a moment as a calendar writes it."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """Escape what has a meaning in a text."""
    for sign in "\\;,":
        text = text.replace(sign, "\\" + sign)
    return "\\n".join(text.splitlines())


def folded(line: str) -> str:
    """Fold a line at so many octets, never inside a character (RFC 5545, 3.1)."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > LINE_OCTETS:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
