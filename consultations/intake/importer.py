"""Responses collected elsewhere: every row of a file is taken in as if it had come by the website, or named."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone

from consultations.intake.cells import Cells, Note
from consultations.intake.mapping import IMPORTABLE_KINDS, Mapping, swapped
from consultations.intake.opening import open_table
from consultations.intake.problems import MappingError, RowError
from consultations.intake.tables import Table
from consultations.languages import language_of
from consultations.models import Kind, Revision, Submission
from consultations.plain_text import plain_line
from portal.accounts.visitors import person_key

DATES_TRIED = 20  # when none of so many can be read, the mapping is wrong and not the dates
ID_LETTERS = 100  # of a row and of its source
ROWS_COMPARED = 20  # with what is here from another file
COLUMNS_NAMED = 20  # a survey may have hundreds


class Known(NamedTuple):
    """What is known of an id: the digest of its words; of one in this file its row and the digest of all it says."""

    words: bytes
    row: int = 0
    whole: bytes = b""


@dataclass(frozen=True)
class Arrival:
    """One row, ready to be taken in; ``notes`` say what was odd in it."""

    row: int
    source_id: str
    fields: dict
    notes: tuple[Note, ...] = ()
    is_here: bool = False  # taken in before, word for word
    parent: str = ""  # the source's id of the row that it answers

    @property
    def words(self) -> tuple[str, str]:
        """Return its title and text."""
        return self.fields["title"], self.fields["text"]

    @property
    def whole(self) -> bytes:
        """Return a digest of all that the row says."""
        return digest_of(self.parent, repr(sorted(self.fields.items())))


@dataclass
class Importer:
    """Takes the rows of one file into one consultation, each once however often it is run."""

    path: Path
    consultation: object
    mapping: Mapping
    actor: object = None
    publish: bool = False  # the authors gave their texts to be published
    known: dict[str, Known] = field(default_factory=dict)  # by id

    def __post_init__(self):
        """Open the file and look up what is here of its source."""
        self.table = open_table(self.path, self.mapping.needed, **self.mapping.reading)
        self.places = column_places(self.table, self.mapping, self.path.name)
        self.notes = [*self.table.notes, *notes_about_columns(self.table, self.mapping, self.places)]
        self.source = shortened(self.mapping.source.replace("{file}", self.path.stem))
        first = Revision.objects.filter(submission__in=self.here(), number=1)
        for source_id, title, text in first.values_list("submission__source_id", "title", "text").iterator():
            # An erased text is like any other. Ids such as 12.0 were once stored as they stood.
            self.known[short_id(source_id)] = Known(digest_of(title, text) if text else b"")

    def here(self, **facts):
        """Select what is here of this source in this consultation."""
        return Submission.objects.filter(consultation=self.consultation, source=self.source, **facts)

    def note_about_sources(self) -> str:
        """Return under which other source the first rows are here, word for word; '' when they are new or known."""
        if self.known:
            return ""
        rows = [row for row in islice(self.arrivals(), ROWS_COMPARED) if isinstance(row, Arrival)]
        words = {row.source_id: row.words for row in rows}
        first = Revision.objects.filter(
            number=1, submission__consultation=self.consultation, submission__source_id__in=words
        ).exclude(submission__source="")
        said = first.values_list("submission__source_id", "title", "text", "submission__source")
        sources = Counter(source for own, title, text, source in said if words[own] == (title, text))
        if not sources or sources.most_common(1)[0][1] * 2 < len(rows):
            return ""
        return (
            f"These rows seem to be here already, from “{sources.most_common(1)[0][0]}”: was the file renamed? They "
            f"come in once more, as of “{self.source}”."
        )

    def arrivals(self) -> Iterator[Arrival | tuple[int, str]]:
        """Yield each row's Arrival, or (row, message) for a row that cannot be taken in; replies after all others."""
        known, answers = dict(self.known), dict[str, str]()  # what answers what, by id
        yield from self.sweep(known, answers)
        if answers:
            yield from self.sweep_replies(known, answers)

    def sweep(self, known: dict[str, Known], answers: dict[str, str]) -> Iterator[Arrival | tuple[int, str]]:
        """Yield the rows that answer no other, and note in ``answers`` those that do."""
        alike: Counter[str] = Counter()
        for row, cells in self.table.rows():
            try:
                arrival = self.arrival(row, cells, alike)
                if arrival.parent:
                    answers[arrival.source_id] = arrival.parent
                else:
                    yield self.compared(arrival, known)
            except RowError as error:
                yield row, str(error)

    def sweep_replies(self, known: dict[str, Known], answers: dict[str, str]) -> Iterator[Arrival | tuple[int, str]]:
        """Yield the rows that answer another, as replies to the first text of their thread."""
        alike: Counter[str] = Counter()
        for row, cells in self.table.rows():
            try:
                arrival = self.arrival(row, cells, alike)
                if arrival.parent:
                    yield self.compared(self.in_thread(arrival, known, answers), known)
            except RowError:
                continue  # told of in the sweep before

    def in_thread(self, arrival: Arrival, known: dict[str, Known], answers: dict[str, str]) -> Arrival:
        """Return a reply with the id of its thread's first text; a reply to nothing that is here stands by itself."""
        top, passed = arrival.parent, {arrival.source_id}
        while top in answers and top not in passed:
            passed.add(top)
            top = answers[top]
        if top in known and top not in passed:
            return replace(arrival, parent=top, fields=arrival.fields | {"kind": Kind.COMMENT})
        return replace(arrival, parent="", notes=(*arrival.notes, Note("orphan", arrival.parent)))

    def arrival(self, row: int, cells: list[str], alike: Counter[str]) -> Arrival:
        """Return one row as an Arrival; raise RowError when it has no text, or cells without a heading."""
        width = len(self.table.headings)
        if any(cell.strip() for cell in cells[width:]):
            raise RowError("it has more cells than the first row; a text with the delimiter in it has to be in quotes")
        said = {name: cells[place] if place < len(cells) else "" for name, place in self.places.items()}
        read = Cells(self.mapping, said)
        if len(cells) < width:
            read.note("short")
        text, title = read.text_and_title()
        if not text:
            raise RowError("the text is empty")
        fields = {"kind": self.mapping.defaults.get("kind", IMPORTABLE_KINDS[0]), "text": text, "title": title}
        fields |= self.facts(read)
        parent = short_id(plain_line(said.get("parent", "")))
        return Arrival(row, source_id_of(said, cells, alike), fields, tuple(read.notes), parent=parent)

    def facts(self, read: Cells) -> dict:
        """Return what the row says beside its text, and whether it may be public."""
        verdict = read.verdict()
        email, person = read.email(), plain_line(read.said.get("author", ""))
        if email:
            author_key = person_key("email", email.lower())
        else:
            author_key = person_key(f"import:{self.source}", person) if person else ""
        return {
            "author_name": read.name(),
            "author_email": email,
            "author_key": author_key,
            "channel": read.channel(),
            "received_at": read.received_at(),
            "source_verdict": verdict,
            "language": read.language(),
            # What its source had refused, or decided in words that we do not know, was never for the public.
            "for_public": read.consents(otherwise=self.publish) and verdict in ("accepted", ""),
        }

    def compared(self, arrival: Arrival, known: dict[str, Known]) -> Arrival:
        """Return the row as it compares with what is known by its id; raise RowError when that says something else."""
        digest = digest_of(*arrival.words)
        before = known.get(arrival.source_id)
        if before is None or not before.row:
            known[arrival.source_id] = Known(before.words if before else digest, arrival.row, arrival.whole)
        if before is None:
            return arrival
        row, where = before.row, f"in {self.table.row_name.lower()} {before.row} of this file"
        if before.words and before.words != digest:
            where = where if row else "here already"
            raise RowError(f"“{arrival.source_id}” is {where}, with other words{self.difference(arrival)}")
        if row and before.whole != arrival.whole:
            # The same sentence of another person: one of the two would be lost.
            raise RowError(
                f"“{arrival.source_id}” is {where}, with the same words and another name, address, date or other cell; "
                "give each row an id of its own"
            )
        return replace(arrival, notes=(*arrival.notes, *[Note("twice")] * bool(row)), is_here=True)

    def difference(self, arrival: Arrival) -> str:
        """Return where a row's words part from those that are here; '' when they stand in the file only."""
        first = Revision.objects.filter(submission__in=self.here(source_id=arrival.source_id), number=1).first()
        if first is None:
            return ""
        name, was, now = ("text", first.text, arrival.fields["text"])
        if was == now:
            name, was, now = ("title", first.title, arrival.fields["title"])
        start = max(0, next((n for n, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), 10**9) - 20)
        start = min(start, max(0, min(len(was), len(now)) - 20))
        return f": its {name} was “{excerpt(was, start)}” and is “{excerpt(now, start)}” in the file"

    def take_in(self, arrival: Arrival) -> Submission | None:
        """Take one row in and return the submission; None when it is here already."""
        if arrival.is_here or arrival.source_id in self.known:
            return None
        fields = dict(arrival.fields)
        fields["received_at"] = fields["received_at"] or timezone.now()
        fields["source_note"] = "\n".join(filter(None, (note.for_staff() for note in arrival.notes)))
        if arrival.parent and (parent := self.here(source_id=arrival.parent).select_related("parent").first()):
            fields["parent"] = parent.parent if parent.is_reply else parent
            # Under a text that nobody sees, nobody could tell what it answers.
            fields["for_public"] = fields["for_public"] and fields["parent"].for_public
        own = self.consultation.locale.language_code[:2]
        fields["language"] = fields["language"] or language_of(fields["text"], own)
        submission = Submission.receive(
            consultation=self.consultation, source=self.source, source_id=arrival.source_id, actor=self.actor, **fields
        )
        self.known[arrival.source_id] = Known(digest_of(*arrival.words))
        return submission


def column_places(table: Table, mapping: Mapping, name: str) -> dict[str, int]:
    """Return where each column of a mapping stands; raise MappingError when one is missing that has to be there."""
    places = {column: table.column(heading) for column, heading in mapping.columns.items()}
    missing = [mapping.columns[column] for column, place in places.items() if place is None]
    if needed := ", ".join(heading for heading in missing if heading in mapping.needed):
        there = ", ".join(plain_line(heading) or "(none)" for heading in table.headings)
        raise MappingError(
            f"{name} has no column {needed}. Its columns: {there}. Read as {table.described}. "
            "Write the file's own headings in your mapping, and leave out the lines of what it does not have."
        )
    return {column: place for column, place in places.items() if place is not None}


def notes_about_columns(table: Table, mapping: Mapping, places: dict[str, int]) -> Iterator[str]:
    """Yield which columns of the mapping are not in the file, and which of the file are not in the mapping."""
    if missing := [f"“{heading}”" for column, heading in mapping.columns.items() if column not in places]:
        yield f"Not in the file, and left empty: {', '.join(missing)}."
    names = [plain_line(heading) for place, heading in enumerate(table.headings) if place not in places.values()]
    if unread := [f"“{name}”" for name in names if name]:
        more = f" and {len(unread) - COLUMNS_NAMED} more" if len(unread) > COLUMNS_NAMED else ""
        yield f"In the file, and not read: {', '.join(unread[:COLUMNS_NAMED])}{more}."


def check_dates(dates: Counter[str], examples: dict[str, str], mapping: Mapping):
    """Raise MappingError when the mapping's times are not the file's: the rows would lose their dates for good."""
    # As many as show that the order is right: then half of the others are read, and wrong.
    if dates["other order"] and dates["other order"] >= dates["after the twelfth"]:
        forms = ", ".join(f'"{swapped(form)}"' for form in mapping.times)
        raise MappingError(
            f"Dates such as “{examples['other order']}” can only be read with day and month the other way round, so "
            f"others would be read as another day. Write the file's own form in the mapping: times = [{forms}]."
        )
    if dates["unread date"] >= DATES_TRIED and not dates["read"]:
        forms = ", ".join(f"“{form}”" for form in mapping.times)
        raise MappingError(
            f"None of the dates can be read, such as “{examples['unread date']}”. "
            f"The mapping's times are {forms}; add one."
        )


def source_id_of(said: dict[str, str], cells: list[str], alike: Counter[str]) -> str:
    """Return the source's own id; without one, a hash of the row, numbered among rows that are alike."""
    if own := plain_line(said.get("id", "")):
        return short_id(own)
    content = hashlib.sha256("\x1f".join(cells).encode("utf-8", "replace")).hexdigest()[:40]
    alike[content] += 1
    return f"{content}-{alike[content]}"


def short_id(own: str) -> str:
    """Return an id of the source as it is stored.

    Programs that take an id for a number write 12 as 12.0.
    """
    if re.fullmatch(r"\d+\.0+", own):
        own = own.partition(".")[0]
    return shortened(own)


def shortened(own: str) -> str:
    """Return an id or a source as it is stored: one that is too long ends in its hash, so no two become one."""
    if len(own) <= ID_LETTERS:
        return own
    return f"{own[: ID_LETTERS - 41]}-{hashlib.sha256(own.encode()).hexdigest()[:40]}"


def digest_of(title: str, text: str) -> bytes:
    """Return a digest of a title and a text."""
    return hashlib.blake2b(f"{title}\0{text}".encode(), digest_size=12).digest()


def excerpt(text: str, start: int) -> str:
    """Return fifty letters of a text in one line."""
    cut = " ".join(text[start : start + 50].split())
    return f"{'…' if start else ''}{cut}{'…' if len(text) > start + 50 else ''}"
