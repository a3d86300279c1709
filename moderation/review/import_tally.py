"""Summary of an import: counts of statuses, findings and oddities, and the first rows as samples."""

from collections import Counter

from consultations.intake.cells import ODD
from consultations.languages import language_of
from consultations.plain_text import plain_line
from moderation.models import Finding

SAMPLES_KEPT = 3
ODD_ROWS_KEPT = 5  # row numbers named for each kind of oddity
SAMPLE_LETTERS = 300


class ImportTally:
    """Counts the results of an import and compares the source's verdicts with our screening.

    ``file`` says how the file was read: ``described``, ``row_name`` and ``notes`` of its table. ``samples`` are the
    first rows as they will look.
    """

    COUNTERS = ("statuses", "held_by", "noted_by", "compared", "odd")
    NUMBERS = ("already", "applied", "error_count")

    def __init__(self):
        self.statuses = Counter()  # (status after screening,)
        self.held_by = Counter()  # (clause, rule) of what was held
        self.noted_by = Counter()
        self.compared = Counter()  # (source's verdict, status after screening)
        self.odd = Counter()  # (kind of note,), of all rows
        self.odd_rows = {}  # row numbers and the first example of each kind: [[5, 9], "n/a"]
        self.already = self.applied = self.error_count = 0
        self.samples = []
        self.file = {}

    def as_dict(self):
        """Return the counts as JSON; a counter becomes a list of [key, …, number]."""
        counters = {name: [[*key, number] for key, number in getattr(self, name).items()] for name in self.COUNTERS}
        kept = {name: getattr(self, name) for name in (*self.NUMBERS, "odd_rows", "samples", "file")}
        return counters | kept

    @classmethod
    def from_dict(cls, values):
        """Return the tally that `as_dict` wrote; an empty one for an empty dictionary."""
        tally = cls()
        for name in cls.COUNTERS:
            getattr(tally, name).update({tuple(key): number for *key, number in values.get(name, [])})
        for name in (*cls.NUMBERS, "odd_rows", "samples", "file"):
            setattr(tally, name, values.get(name, getattr(tally, name)))
        return tally

    def look_at(self, arrival, own_language):
        """Count the oddities of a row; keep the first rows as samples."""
        for note in arrival.notes:
            self.odd[note.kind,] += 1
            rows, _said = self.odd_rows.setdefault(note.kind, [[], plain_line(note.said)[:80]])
            if len(rows) < ODD_ROWS_KEPT:
                rows.append(arrival.row)
        if len(self.samples) < SAMPLES_KEPT and not arrival.is_here:
            self.samples.append(sample_of(arrival, own_language))

    def add(self, submissions):
        """Count imported submissions by status after screening, and the findings of each."""
        for submission in submissions:
            self.statuses[submission.status,] += 1
            self.compared[submission.source_verdict or "none", submission.status] += 1
        seen = Finding.objects.filter(screening__revision__in=[each.current_id for each in submissions])
        for clause, rule, action, _text in seen.values_list("clause", "rule", "action", "screening").distinct():
            (self.held_by if action == "hold" else self.noted_by)[clause, rule] += 1

    @property
    def taken(self):
        """Return how many rows were imported."""
        return sum(self.statuses.values())

    def lines(self):
        """Return the lines of the summary."""
        yield f"{self.taken} taken in, {self.already} here already, {self.error_count} with errors"
        if self.already and not self.taken:
            yield "  Nothing is new: these rows were taken in before, word for word, and stay as they are."
        for (status,), number in sorted(self.statuses.items()):
            yield f"  {number:6} {status.replace('_', ' ')}"
        for title, counter in (("held because of", self.held_by), ("noted for", self.noted_by)):
            for (clause, rule), number in counter.most_common():
                yield f"  {number:6} {title} {clause} (rule {rule})"
        yield from self.comparison()
        if self.applied:
            yield f"  {self.applied:6} decided as the source had"
        yield from self.oddities()

    def oddities(self):
        """Yield a line for each kind of oddity, with row numbers and an example."""
        if self.odd:
            yield "What was odd:"
        for (kind,), number in self.odd.most_common():
            rows, said = self.odd_rows[kind]
            named = ", ".join(str(row) for row in rows) + (" …" if number > len(rows) else "")
            example = f": “{said}”" if said else ""
            yield f"  {number:6} {ODD[kind]} ({self.file.get('row_name', 'Row').lower()} {named}){example}"

    def comparison(self):
        """Yield the lines that compare verdicts with screening; none when the source had no verdicts."""
        if {verdict for verdict, _status in self.compared} <= {"none"}:
            return
        yield "What the source had decided, and what our screening did:"
        for (verdict, status), number in sorted(self.compared.items()):
            yield f"  {number:6} {verdict} there, {status.replace('_', ' ')} here"


def sample_of(arrival, own_language):
    """Return a row's values as JSON, as they will be stored."""
    fields = arrival.fields
    text, at = fields["text"], fields["received_at"]
    return {
        "row": arrival.row,
        **{name: fields[name] for name in ("kind", "title", "author_name", "channel", "for_public", "source_verdict")},
        "text": text[:SAMPLE_LETTERS] + "…" * (len(text) > SAMPLE_LETTERS),
        "language": fields["language"] or language_of(text, own_language),
        "received_at": at and at.isoformat(),
    }
