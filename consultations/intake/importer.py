"""Responses collected elsewhere: read a CSV by a mapping, take every row in as if it had come by the website."""

import csv
import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from consultations.languages import language_of
from consultations.models import Channel, Submission
from consultations.modes.table import kinds
from consultations.plain_text import plain, plain_line
from portal.accounts.visitors import person_key

MAPPINGS = Path(__file__).parent / "mappings"
COLUMNS = {
    "id", "text", "title", "author", "author_name", "author_email", "received_at", "channel", "verdict", "language",
}  # fmt: skip
IMPORTABLE_KINDS = [kind.key for kind in kinds() if kind.importable]  # the first when the mapping names none
VERDICTS = {"accepted", "refused", ""}
csv.field_size_limit(16 * 1024 * 1024)  # a long letter is one cell


class MappingError(ValueError):
    """The mapping or the file's first row cannot work; the message says why."""


class RowError(ValueError):
    """One row cannot be taken in; the message says why."""


@dataclass(frozen=True)
class Mapping:
    """Which column is what, and how the source writes times, channels and verdicts."""

    source: str
    columns: dict[str, str]
    times: tuple[str, ...] = ("iso",)
    defaults: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrival:
    """One row, ready to be taken in."""

    row: int
    source_id: str
    fields: dict


def load_mapping(name: str) -> Mapping:
    """Read and check a mapping: a shipped one by its name, or a file."""
    return read_mapping(mapping_document(name))


def mapping_document(name: str) -> dict:
    """Return a mapping as it is written: a shipped one by its name, or a file."""
    shipped = MAPPINGS / f"{name}.toml"
    path = shipped if shipped.exists() else Path(name)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        names = ", ".join(sorted(each.stem for each in MAPPINGS.glob("*.toml")))
        raise MappingError(f"There is no mapping {name}. Shipped ones: {names}; or give a file's path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name} is not TOML: {error}") from error


def read_mapping(data: dict) -> Mapping:
    """Check a mapping and return it."""
    if unknown := set(data) - {"source", "columns", "times", "defaults", "channels", "verdicts"}:
        raise MappingError(f"The mapping has parts we do not know: {', '.join(sorted(unknown))}.")
    columns = data.get("columns", {})
    if "text" not in columns:
        raise MappingError("The mapping has to say which column is the text: [columns] text = “…”.")
    if unknown := set(columns) - COLUMNS:
        raise MappingError(f"The mapping has columns we do not know: {', '.join(sorted(unknown))}.")
    defaults, channels, verdicts = (data.get(part, {}) for part in ("defaults", "channels", "verdicts"))
    for value in [defaults.get("channel", Channel.WEBSITE), *channels.values()]:
        if value not in Channel.values:
            raise MappingError(f"{value} is no channel. Channels: {', '.join(Channel.values)}.")
    if defaults.get("kind", IMPORTABLE_KINDS[0]) not in IMPORTABLE_KINDS:
        raise MappingError(f"{defaults['kind']} cannot be imported. Kinds that can: {', '.join(IMPORTABLE_KINDS)}.")
    if wrong := set(verdicts.values()) - VERDICTS:
        raise MappingError(f"A verdict is accepted, refused or empty, not {', '.join(sorted(wrong))}.")
    return Mapping(
        source=data.get("source", "{file}"),
        columns=columns,
        times=tuple(data.get("times", ["iso"])),
        defaults=defaults,
        channels={key.lower(): value for key, value in channels.items()},
        verdicts={key.lower(): value for key, value in verdicts.items()},
    )


def read_rows(path: Path) -> Iterator[tuple[int, dict]]:
    """Yield (row number as a spreadsheet counts, cells by heading); the headings are row 1."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield from enumerate(csv.DictReader(file), start=2)
    except UnicodeDecodeError as error:
        raise MappingError(f"{path.name} is not UTF-8. Save it as “CSV UTF-8” and try again. ({error})") from error
    except csv.Error as error:
        raise MappingError(f"{path.name} is not a CSV we can read: {error}") from error


def check_headings(path: Path, wanted: list[str]):
    """Refuse a file whose first row lacks a column; saying which columns it has."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            headings = next(csv.reader(file), [])
    except UnicodeDecodeError as error:
        raise MappingError(f"{path.name} is not UTF-8. Save it as “CSV UTF-8” and try again. ({error})") from error
    if missing := [name for name in wanted if name not in headings]:
        raise MappingError(f"{path.name} has no column {', '.join(missing)}. Its columns: {', '.join(headings)}.")


def headings_needed(mapping: Mapping) -> list[str]:
    """Return the columns a file must have; the shipped spreadsheet's optional ones may be absent."""
    optional = {"title", "author_name", "author_email", "verdict", "channel", "language"}
    return [heading for name, heading in mapping.columns.items() if name not in optional]


class Importer:
    """Takes the rows of one file into one consultation, each once however often it is run."""

    def __init__(self, path: Path, *, consultation, mapping: Mapping, by=None):
        self.path, self.consultation, self.mapping, self.by = path, consultation, mapping, by
        self.source = mapping.source.replace("{file}", path.stem)[:100]
        self.known = set(
            Submission.objects.filter(consultation=consultation, source=self.source).values_list("source_id", flat=True)
        )
        self.alike: Counter = Counter()

    def arrivals(self) -> Iterator[Arrival | tuple[int, str]]:
        """Yield each row's Arrival, or (row, message) for a row that cannot be taken in."""
        check_headings(self.path, headings_needed(self.mapping))
        for row, cells in read_rows(self.path):
            try:
                yield self.arrival(row, cells)
            except RowError as error:
                yield row, str(error)

    def arrival(self, row: int, cells: dict) -> Arrival:
        """Return one row as an Arrival; raise RowError for a fault."""
        if None in cells:
            raise RowError("it has more cells than the first row")
        cell = {name: (cells.get(heading) or "") for name, heading in self.mapping.columns.items()}
        text = plain(cell["text"])
        if not text:
            raise RowError("the text is empty")
        fields = {
            "kind": self.mapping.defaults.get("kind", IMPORTABLE_KINDS[0]),
            "text": text,
            "title": plain_line(cell.get("title", ""))[:200],
            "author_name": plain_line(cell.get("author_name", ""))[:80],
            "author_email": email_of(cell.get("author_email", "")),
            "channel": self.channel_of(cell.get("channel", "")),
            "received_at": self.time_of(cell.get("received_at", "")),
            "source_verdict": self.verdict_of(cell.get("verdict", "")),
            "language": cell.get("language", "").strip()[:10].lower(),
        }
        fields["author_key"] = self.key_of(cell, fields)
        return Arrival(row, self.id_of(cell, cells), fields)

    def channel_of(self, value: str) -> str:
        """Return the channel; one we do not know is an error, not a guess."""
        value = value.strip().lower()
        channel = self.mapping.channels.get(value, value) or self.mapping.defaults.get("channel", Channel.OTHER)
        if channel not in Channel.values:
            raise RowError(f"“{value}” is no channel we know; add it to [channels] in the mapping")
        return channel

    def verdict_of(self, value: str) -> str:
        """Return what the source had decided; '' for nothing."""
        value = value.strip().lower()
        verdict = self.mapping.verdicts.get(value, value)
        if verdict not in VERDICTS:
            raise RowError(f"“{value}” is no verdict we know; add it to [verdicts] in the mapping")
        return verdict

    def time_of(self, value: str) -> datetime:
        """Return when the source received it; now when it does not say."""
        value = value.strip()
        if not value:
            return timezone.now()
        for form in self.mapping.times:
            try:
                return moment(value, form)
            except (ValueError, OverflowError, OSError):
                continue
        raise RowError(f"“{value}” is no time we can read; see times in the mapping")

    def key_of(self, cell: dict, fields: dict) -> str:
        """Return the author's key: by e-mail address, else by the source's own name for the person."""
        if fields["author_email"]:
            return person_key("email", fields["author_email"].lower())
        author = cell.get("author", "").strip()
        return person_key(f"import:{self.source}", author) if author else ""

    def id_of(self, cell: dict, cells: dict) -> str:
        """Return the source's own id; without one, a hash of the row, numbered among rows that are alike."""
        own = cell.get("id", "").strip()
        if own:
            return own[:100]
        content = hashlib.sha256("\x1f".join(str(value) for value in cells.values()).encode()).hexdigest()[:40]
        self.alike[content] += 1
        return f"{content}-{self.alike[content]}"

    def take_in(self, arrival: Arrival) -> Submission | None:
        """Take one row in and return the submission; None when it is here already."""
        if arrival.source_id in self.known:
            return None
        fields = dict(arrival.fields)
        fields["language"] = fields["language"] or language_of(fields["text"], "en")
        submission = Submission.receive(
            consultation=self.consultation, source=self.source, source_id=arrival.source_id, by=self.by, **fields
        )
        self.known.add(arrival.source_id)
        return submission


def email_of(value: str) -> str:
    """Return an e-mail address in small letters, or ''."""
    value = value.strip()
    if not value:
        return ""
    try:
        validate_email(value)
    except ValidationError as error:
        raise RowError(f"“{value}” is no e-mail address") from error
    return value


def moment(value: str, form: str) -> datetime:
    """Read a time: `iso`, `unix-seconds`, `unix-milliseconds`, or a pattern of strptime."""
    if form.startswith("unix-"):
        return datetime.fromtimestamp(float(value) / (1000 if form == "unix-milliseconds" else 1), UTC)
    read = datetime.fromisoformat(value) if form == "iso" else datetime.strptime(value, form)
    return read if read.tzinfo else timezone.make_aware(read)
