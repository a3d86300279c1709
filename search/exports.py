"""What officers take away: the rows of exactly one result, and a manifest that says how it came about."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db.models import F
from django.utils import timezone

from consultations.models import ConsultationPage, Question, Submission
from moderation.cases.sealing import sealed_texts
from search.documents import shown_revision
from search.query import Query
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
    "question": "of an answer, the question that it answers",
    "answers": "of an answer, what the same person chose in the questionnaire",
}
FIELDS = [
    "reference", "kind", "consultation_id", "passage", "status", "language", "channel", "received_at", "author_name",
    "question_id", "response_id",
    *(f"{which}__{name}" for which in ("current", "cleared") for name in ("number", "title", "text")),
]  # fmt: skip


ORIGINALS = {
    "original_title": "the title before passages were taken out of it; empty where nothing was taken out",
    "original_text": "the text before passages were taken out of it; sealed: handle it as the reason you gave demands",
}


def columns(*, originals: bool = False) -> dict[str, str]:
    """Return the columns of a file with what they mean."""
    return COLUMNS | ORIGINALS if originals else COLUMNS


def rows(
    scope: tuple[str, ...], ids: Iterable[int], *, originals: bool = False, note: Callable[[int], object] = bool
) -> Iterator[tuple]:
    """Read the submissions in the order of their ids, leaving out what may no longer be seen.

    ``note`` is called with the id of each before its row is handed over.
    """
    titles = dict(ConsultationPage.objects.values_list("pk", "title"))
    questions = dict(Question.objects.order_by("page", "sort_order").values_list("pk", "label"))
    zone = timezone.get_default_timezone()
    found = with_texts(Submission.objects.annotate(reply_to=F("parent__reference"))).only(*FIELDS)
    ids = iter(ids)
    while chunk := list(islice(ids, CHUNK)):
        known = found.in_bulk(chunk)
        sealed = sealed_texts(known) if originals else {}
        for submission in (known[id_] for id_ in chunk if id_ in known):
            if may_find(scope, submission):
                note(submission.pk)
                row = _row(submission, titles, questions, zone)
                yield row + sealed.get(submission.pk, ("", "")) if originals else row


def _row(submission: Submission, titles: dict[int, str], questions: dict[int, str], zone) -> tuple:
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
        questions.get(submission.question_id, ""),
        _chosen_with(submission, questions),
    )


def _chosen_with(submission: Submission, questions: dict[int, str]) -> str:
    """Return the closed answers of the same response in words, in the order of the questions."""
    if not submission.response:
        return ""
    order = list(questions)
    chosen = sorted(submission.response.closed_answers.all(), key=lambda one: (order.index(one.question_id), one.pk))
    return "; ".join(f"{questions[each.question_id]}: {each.value}" for each in chosen)


def export(
    ending: str,
    query: Query,
    ids: Iterable[int],
    matched: int,
    about: dict,
    *,
    originals: bool = False,
    note: Callable[[int], object] = bool,
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
