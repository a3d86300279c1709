"""Contents of an export: rows of one result, the manifest, the cover sheet and the README."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.utils import timezone

from consultations.models import Revision, Status, Submission
from consultations.modes.table import kinds, load, modes
from moderation.review.sealing import sealed_texts
from search.access.scope import findable_revision_id
from search.access.user_filters import codes_by_submission
from search.exports.places import ExportPlaces
from search.exports.writers import write_archive
from search.language.query import Query

ROWS_PER_QUERY = 500
MODE_EXPORTS = [mode.export for mode in modes() if mode.export]
EXPORT_COLUMNS = {
    "reference": "the code that the author was given; it names the submission for good",
    "kind": f"one of: {', '.join(kind.key for kind in kinds())}",
    "consultation": "the title of the consultation",
    "reply_to": "the reference of the submission that this one replies to",
    "passage": "the heading of the part of the consultation's text that it is about, as it was then",
    "text_version": "the number of the version of that text that its author had read; empty where nobody knows",
    "status": "published, held (waits for a moderator), refused, or not_public (not given to be published)",
    "language": "the language of the text as a two-letter code, guessed by a program",
    "channel": "how it reached the agency",
    "source": "the file or system that it was taken in from; empty for what was sent on the website",
    "source_id": "the id that it has there",
    "received_at": "when it was received, in the agency's time zone",
    "author_name": "the name that the author chose to show, if any",
    "revision": "the number of the text: 1 as first sent, higher after an edit or a redaction",
    "title": "the title, of ideas",
    "text": "the text; of a published submission exactly what the public sees",
    "public_address": "the page that shows it to everybody; empty while it is not public",
} | {name: meaning for each in MODE_EXPORTS for name, meaning in each.columns.items()}
EXPORT_COLUMNS["codes"] = "the codes that officers gave it, with a line end between them"
SUBMISSION_FIELDS = [
    "pk", "reference", "kind", "consultation_id", "parent_id", "parent__reference", "parent__kind", "passage",
    "passage_heading", "text_version", "status", "language", "channel", "source", "source_id", "received_at",
    "author_name", "current_id", "cleared_id",
    *(name for each in MODE_EXPORTS for name in each.fields),
]  # fmt: skip
TEXT_FIELDS = ["pk", "number", "title", "text"]


ORIGINAL_COLUMNS = {
    "original_title": "the title before passages were taken out of it; empty where nothing was taken out",
    "original_text": "the text before passages were taken out of it; sealed: handle it as the reason you gave demands",
}


NoteText = Callable[[int, int, bool], object]


def ignore_text(id_: int, text: int, public: bool) -> None:
    """Record nothing."""


def columns_for(*, originals: bool = False) -> dict[str, str]:
    """Return the columns of a file with their descriptions."""
    return EXPORT_COLUMNS | ORIGINAL_COLUMNS if originals else EXPORT_COLUMNS


def export_rows(
    scope: tuple[str, ...], ids: Iterable[int], *, originals: bool = False, note: NoteText = ignore_text
) -> Iterator[tuple]:
    """Yield a row for each submission that may still be seen, in the order of the ids.

    ``note`` is called before each row with submission id, revision id and whether it is public.
    """
    places = ExportPlaces()
    readers = [load(each.reader)() for each in MODE_EXPORTS]
    zone = timezone.get_default_timezone()
    ids = iter(ids)
    while chunk := list(islice(ids, ROWS_PER_QUERY)):
        known = {
            one.pk: one for one in Submission.objects.filter(pk__in=chunk).values_list(*SUBMISSION_FIELDS, named=True)
        }
        shown = {id_: text for id_ in chunk if id_ in known and (text := findable_revision_id(scope, known[id_]))}
        texts = {text: rest for text, *rest in Revision.objects.filter(pk__in=shown.values()).values_list(*TEXT_FIELDS)}
        sealed = sealed_texts(shown) if originals else {}
        codes = codes_by_submission(shown)
        cells_of_modes = [read([known[id_] for id_ in shown]) for read in readers]
        for id_, text in shown.items():
            one = known[id_]
            note(id_, text, one.status == Status.PUBLISHED)
            row = _row(one, places, zone, *texts[text])
            for cells in cells_of_modes:
                row += cells[id_]
            row += ("\n".join(codes.get(id_, ())),)
            yield row + sealed.get(id_, ("", "")) if originals else row


def _row(one, places: ExportPlaces, zone, number: int, title: str, text: str) -> tuple:
    return (
        one.reference,
        one.kind,
        places.consultation(one),
        one.parent__reference or "",
        places.section(one),
        one.text_version,
        one.status,
        one.language,
        one.channel,
        one.source,
        one.source_id,
        one.received_at.astimezone(zone),
        one.author_name,
        number,
        title,
        text,
        places.public_address(one),
    )


def write_export(
    ending: str,
    query: Query,
    ids: Iterable[int],
    matched: int,
    about: dict,
    *,
    originals: bool = False,
    note: NoteText = ignore_text,
) -> Iterator[bytes]:
    """Yield the ZIP of one result; ``about`` holds the manifest's facts beyond the query."""
    facts = about | {"query": describe_query_as_json(query), "matched": matched}
    scope = (query.scope or {})["visibility"]
    return write_archive(
        f"submissions.{ending}",
        list(columns_for(originals=originals)),
        export_rows(scope, ids, originals=originals, note=note),
        expected=matched,
        manifest=lambda data: facts | {"left_out": matched - data["rows"], "data": data},
        readme=readme_text(ending, originals=originals),
        cover=lambda written: cover_rows(facts, written),
    )


def cover_rows(facts: dict, written: int) -> Iterator[tuple[str, object]]:
    """Yield the rows of a workbook's first sheet: provenance, then columns."""
    yield "Submissions from citizens", facts["sentence"]
    yield "Exported by", facts["exported_by"]
    yield "As of", facts["as_of"]
    yield "Matched", facts["matched"]
    yield "In this file", written
    yield "Left out", f"{facts['matched'] - written}, because they changed meanwhile"
    yield "Index behind by", f"{facts['index_behind_by']} changes"
    yield "Not found yet", f"{facts['texts_not_found_yet']} texts that the index has never had"
    yield "Scope", ", ".join(facts["query"]["scope"]["visibility"])
    yield "", ""
    yield "Column", "What it holds"
    yield from facts["columns"].items()
    yield "truncated", "the columns that were cut at Excel's limit of 32,767 characters"


def describe_query_as_json(query: Query) -> dict:
    """Return a query in the format of the manifest."""
    return {
        "text": query.text,
        "filters": {name: list(values) for name, values in query.filters.items()},
        "since": query.since and query.since.isoformat(),
        "until": query.until and query.until.isoformat(),
        "answers": list(query.answers),
        "tags": list(query.tags),
        "codes": list(query.codes),
        "marks": list(query.read_marks),
        "sort": query.sort,
        "scope": {name: list(values) for name, values in (query.scope or {}).items()},
    }


def manifest_facts(
    sentence: str, *, actor, behind: int, not_found_yet: int, at: datetime, originals: bool = False
) -> dict:
    """Return the facts of the manifest: query in words, person, time, lag of the index, columns."""
    return {
        "sentence": sentence,
        "exported_by": str(actor),
        "as_of": at.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds"),
        "index_behind_by": behind,
        "texts_not_found_yet": not_found_yet,
        "columns": columns_for(originals=originals),
    }


FORMAT_NOTES = {
    "csv": (
        "submissions.csv is UTF-8 with a byte order mark, every cell quoted. An apostrophe stands before what\n"
        "a spreadsheet would take for a formula, also after a semicolon, a tab or a line end within a text;\n"
        "control characters were taken out."
    ),
    "xlsx": (
        "submissions.xlsx holds text cells only, so nothing in it is a formula; control characters were taken out.\n"
        "The last column, truncated, names the columns that were cut at Excel's limit of 32,767 characters.\n"
        "The first sheet says how the file came about; another sheet follows after 1,048,576 rows."
    ),
    "jsonl": "submissions.jsonl has one JSON object a line, the texts exactly as they are stored.",
    "parquet": "submissions.parquet holds the texts exactly as they are stored, and moments in UTC.",
}


def readme_text(ending: str, *, originals: bool = False) -> str:
    """Return README.txt: the files and columns, for a reader who has nothing else."""
    listed = "\n".join(f"  {name:<16}{meaning}" for name, meaning in columns_for(originals=originals).items())
    return (
        "Submissions from citizens, exported from the search desk.\n\n"
        f"{FORMAT_NOTES[ending]}\n\n"
        "manifest.json says what was asked, by whom and when, how many submissions matched, how many were left out\n"
        "because they changed meanwhile, and the size and SHA-256 of the data file.\n\n"
        f"Columns:\n{listed}\n\n"
        "The texts are personal data: keep them as your agency's rules say.\n"
    )
