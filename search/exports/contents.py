"""What officers take away: the rows of exactly one result, and a manifest that says how it came about."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.utils import timezone

from consultations.models import ConsultationPage, Revision, Status, Submission
from consultations.modes.table import kinds, load, modes
from moderation.review.sealing import sealed_texts
from search.access.scope import findable
from search.exports.writers import archive
from search.language.query import Query

CHUNK = 500
OF_MODES = [mode.export for mode in modes() if mode.export]
COLUMNS = {
    "reference": "the code that the author was given; it names the submission for good",
    "kind": f"one of: {', '.join(kind.key for kind in kinds())}",
    "consultation": "the title of the consultation",
    "reply_to": "the reference of the submission that this one replies to",
    "passage": "the part of the consultation's text that it is about",
    "status": "published, held (waits for a moderator) or refused",
    "language": "the language of the text as a two-letter code, guessed by a program",
    "channel": "how it reached the agency",
    "received_at": "when it was received, in the agency's time zone",
    "author_name": "the name that the author chose to show, if any",
    "revision": "the number of the text: 1 as first sent, higher after an edit or a redaction",
    "title": "the title, of ideas",
    "text": "the text; of a published submission exactly what the public sees",
} | {name: meaning for each in OF_MODES for name, meaning in each.columns.items()}
FIELDS = [
    "pk", "reference", "kind", "consultation_id", "parent__reference", "passage", "status", "language", "channel",
    "received_at", "author_name", "current_id", "cleared_id",
    *(name for each in OF_MODES for name in each.fields),
]  # fmt: skip
TEXT = ["pk", "number", "title", "text"]


ORIGINALS = {
    "original_title": "the title before passages were taken out of it; empty where nothing was taken out",
    "original_text": "the text before passages were taken out of it; sealed: handle it as the reason you gave demands",
}


Note = Callable[[int, int, bool], object]


def unnoted(id_: int, text: int, public: bool) -> None:
    """Note nothing."""


def columns(*, originals: bool = False) -> dict[str, str]:
    """Return the columns of a file with what they mean."""
    return COLUMNS | ORIGINALS if originals else COLUMNS


def rows(
    scope: tuple[str, ...], ids: Iterable[int], *, originals: bool = False, note: Note = unnoted
) -> Iterator[tuple]:
    """Read the submissions in the order of their ids, leaving out what may no longer be seen.

    ``note`` is told of each before its row is handed over: its id, the id of its text, whether everybody may read it.
    """
    titles = dict(ConsultationPage.objects.values_list("pk", "title"))
    readers = [load(each.reader)() for each in OF_MODES]
    zone = timezone.get_default_timezone()
    ids = iter(ids)
    while chunk := list(islice(ids, CHUNK)):
        known = {one.pk: one for one in Submission.objects.filter(pk__in=chunk).values_list(*FIELDS, named=True)}
        shown = {id_: text for id_ in chunk if id_ in known and (text := findable(scope, known[id_]))}
        texts = {text: rest for text, *rest in Revision.objects.filter(pk__in=shown.values()).values_list(*TEXT)}
        sealed = sealed_texts(shown) if originals else {}
        cells_of_modes = [read([known[id_] for id_ in shown]) for read in readers]
        for id_, text in shown.items():
            one = known[id_]
            note(id_, text, one.status == Status.PUBLISHED)
            row = _row(one, titles, zone, *texts[text])
            for cells in cells_of_modes:
                row += cells[id_]
            yield row + sealed.get(id_, ("", "")) if originals else row


def _row(one, titles: dict[int, str], zone, number: int, title: str, text: str) -> tuple:
    return (
        one.reference,
        one.kind,
        titles.get(one.consultation_id, ""),
        one.parent__reference or "",
        one.passage,
        one.status,
        one.language,
        one.channel,
        one.received_at.astimezone(zone),
        one.author_name,
        number,
        title,
        text,
    )


def export(
    ending: str,
    query: Query,
    ids: Iterable[int],
    matched: int,
    about: dict,
    *,
    originals: bool = False,
    note: Note = unnoted,
) -> Iterator[bytes]:
    """Write the ZIP of one result; ``about`` is what the manifest says beyond the query."""
    facts = about | {"query": as_asked(query), "matched": matched}
    scope = (query.must or {})["visibility"]
    return archive(
        f"submissions.{ending}",
        list(columns(originals=originals)),
        rows(scope, ids, originals=originals, note=note),
        expected=matched,
        manifest=lambda data: facts | {"left_out": matched - data["rows"], "data": data},
        readme=readme(ending, originals=originals),
        cover=lambda written: cover(facts, written),
    )


def cover(facts: dict, written: int) -> Iterator[tuple[str, object]]:
    """Return the rows of a workbook's first sheet: how the file came about, and what its columns mean."""
    yield "Submissions from citizens", facts["sentence"]
    yield "Exported by", facts["exported_by"]
    yield "As of", facts["as_of"]
    yield "Matched", facts["matched"]
    yield "In this file", written
    yield "Left out", f"{facts['matched'] - written}, because they changed meanwhile"
    yield "Index behind by", f"{facts['index_behind_by']} changes"
    yield "Scope", ", ".join(facts["query"]["scope"]["visibility"])
    yield "", ""
    yield "Column", "What it holds"
    yield from facts["columns"].items()
    yield "truncated", "the columns that were cut at Excel's limit of 32,767 characters"


def as_asked(query: Query) -> dict:
    """Return a query as the manifest keeps it."""
    return {
        "text": query.text,
        "filters": {name: list(values) for name, values in query.filters.items()},
        "since": query.since and query.since.isoformat(),
        "until": query.until and query.until.isoformat(),
        "answers": list(query.answers),
        "sort": query.sort,
        "scope": {name: list(values) for name, values in (query.must or {}).items()},
    }


def about(sentence: str, *, by, behind: int, at: datetime, originals: bool = False) -> dict:
    """Return the manifest's own words: what was asked, by whom, when, and how far the index was behind."""
    return {
        "sentence": sentence,
        "exported_by": str(by),
        "as_of": at.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds"),
        "index_behind_by": behind,
        "columns": columns(originals=originals),
    }


FORMAT_NOTES = {
    "csv": (
        "submissions.csv is UTF-8 with a byte order mark, every cell quoted. An apostrophe stands before a text that\n"
        "a spreadsheet would take for a formula; control characters were taken out."
    ),
    "xlsx": (
        "submissions.xlsx holds text cells only, so nothing in it is a formula; control characters were taken out.\n"
        "The last column, truncated, names the columns that were cut at Excel's limit of 32,767 characters.\n"
        "The first sheet says how the file came about; another sheet follows after 1,048,576 rows."
    ),
    "jsonl": "submissions.jsonl has one JSON object a line, the texts exactly as they are stored.",
    "parquet": "submissions.parquet holds the texts exactly as they are stored, and moments in UTC.",
}


def readme(ending: str, *, originals: bool = False) -> str:
    """Explain the files and the columns to whoever opens the ZIP in a year."""
    listed = "\n".join(f"  {name:<16}{meaning}" for name, meaning in columns(originals=originals).items())
    return (
        "Submissions from citizens, exported from the search desk.\n\n"
        f"{FORMAT_NOTES[ending]}\n\n"
        "manifest.json says what was asked, by whom and when, how many submissions matched, how many were left out\n"
        "because they changed meanwhile, and the size and SHA-256 of the data file.\n\n"
        f"Columns:\n{listed}\n\n"
        "The texts are personal data: keep them as your agency's rules say.\n"
    )
