"""What officers take away: the rows of exactly one result, and a manifest that says how it came about."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db.models import F
from django.utils import timezone

from consultations.models import ConsultationPage, Submission
from search.documents import shown_revision
from search.query import Query, describe
from search.relay import with_texts
from search.scope import may_find
from search.writers import archive

CHUNK = 500
COLUMNS = {
    "reference": "the code that the author was given; it names the submission for good",
    "kind": "comment, idea, answer or enquiry",
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
}
FIELDS = [
    "reference", "kind", "consultation_id", "passage", "status", "language", "channel", "received_at", "author_name",
    *(f"{which}__{name}" for which in ("current", "cleared") for name in ("number", "title", "text")),
]  # fmt: skip


def rows(scope: tuple[str, ...], ids: Iterable[int]) -> Iterator[tuple]:
    """Read the submissions in the order of their ids' list, leaving out what may no longer be seen."""
    titles = dict(ConsultationPage.objects.values_list("pk", "title"))
    zone = timezone.get_default_timezone()
    found = with_texts(Submission.objects.annotate(reply_to=F("parent__reference"))).only(*FIELDS)
    ids = iter(ids)
    while chunk := list(islice(ids, CHUNK)):
        known = found.in_bulk(chunk)
        for submission in (known[id_] for id_ in chunk if id_ in known):
            if may_find(scope, submission):
                yield _row(submission, titles, zone)


def _row(submission: Submission, titles: dict[int, str], zone) -> tuple:
    revision = shown_revision(submission)
    return (
        submission.reference,
        submission.kind,
        titles.get(submission.consultation_id, ""),
        submission.reply_to or "",
        submission.passage,
        submission.status,
        submission.language,
        submission.channel,
        submission.received_at.astimezone(zone),
        submission.author_name,
        revision.number,
        revision.title,
        revision.text,
    )


def export(ending: str, scope: tuple[str, ...], query: Query, ids: list[int], about: dict) -> Iterator[bytes]:
    """Write the ZIP of one result; ``about`` is what the manifest says beyond the query."""

    def manifest(data: dict) -> dict:
        left_out = len(ids) - data["rows"]
        return about | {"query": as_asked(query), "matched": len(ids), "left_out": left_out, "data": data}

    return archive(
        f"submissions.{ending}",
        list(COLUMNS),
        rows(scope, ids),
        expected=len(ids),
        manifest=manifest,
        readme=readme(ending),
    )


def as_asked(query: Query) -> dict:
    """Return a query as the manifest keeps it."""
    return {
        "text": query.text,
        "filters": {name: list(values) for name, values in query.filters.items()},
        "since": query.since and query.since.isoformat(),
        "until": query.until and query.until.isoformat(),
        "sort": query.sort,
        "scope": {name: list(values) for name, values in (query.must or {}).items()},
    }


def about(query: Query, labels: dict, *, by, behind: int, at: datetime) -> dict:
    """Return the manifest's own words: what was asked, by whom, when, and how far the index was behind."""
    return {
        "sentence": describe(query, labels),
        "exported_by": str(by),
        "as_of": at.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds"),
        "index_behind_by": behind,
        "columns": COLUMNS,
    }


FORMAT_NOTES = {
    "csv": (
        "submissions.csv is UTF-8 with a byte order mark, every cell quoted. An apostrophe stands before a text that\n"
        "a spreadsheet would take for a formula; control characters were taken out."
    ),
    "xlsx": (
        "submissions.xlsx holds text cells only, so nothing in it is a formula; control characters were taken out.\n"
        "The last column, truncated, names the columns that were cut at Excel's limit of 32,767 characters.\n"
        "Another sheet follows after 1,048,576 rows."
    ),
    "jsonl": "submissions.jsonl has one JSON object a line, the texts exactly as they are stored.",
}


def readme(ending: str) -> str:
    """Explain the files and the columns to whoever opens the ZIP in a year."""
    columns = "\n".join(f"  {name:<14}{meaning}" for name, meaning in COLUMNS.items())
    return (
        "Submissions from citizens, exported from the search desk.\n\n"
        f"{FORMAT_NOTES[ending]}\n\n"
        "manifest.json says what was asked, by whom and when, how many submissions matched, how many were left out\n"
        "because they changed meanwhile, and the size and SHA-256 of the data file.\n\n"
        f"Columns:\n{columns}\n\n"
        "The texts are personal data: keep them as your agency's rules say.\n"
    )
