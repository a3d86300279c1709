"""What everybody finds: public consultations, and public texts that were sent to them."""

import re
from dataclasses import dataclass
from typing import Any

from consultations.models import ConsultationPage, Submission
from consultations.submission_lists import with_parent
from search.access.scope import may_find
from search.desk.results import run_query
from search.index.documents import PUBLIC
from search.language.query import Query

TEXTS_ON_A_PAGE = 20
CONSULTATIONS_SHOWN = 5
INDEXED_WORD = re.compile(r"\w+")
START_CHARACTERS = 240  # of a text that changed since the index saw it


@dataclass(frozen=True, slots=True)
class FoundText:
    """One public text, with the words that were found marked by the highlight characters, or its start."""

    submission: Submission
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class PublicResult:
    """One page of what was found, and how many texts there are."""

    consultations: list[ConsultationPage]
    texts: list[FoundText]
    total: int


def public_result(words: str, page: int) -> PublicResult:
    """Search for words in all that everybody may read; raise SearchUnavailable while there is no index.

    An index knows who may read a text, and not which consultations are private or off the site: the query is bound to
    those that everybody may open, and each row is asked once more.
    """
    public = ConsultationPage.objects.live().public()
    pages = public.without_content().in_bulk()
    if not pages:
        return PublicResult([], [], 0)
    found = run_query(
        Query(
            text=words,
            filters={"consultation": tuple(map(str, pages))},
            scope={"visibility": (PUBLIC,)},
            sort="relevance",
            page=page,
            size=TEXTS_ON_A_PAGE,
        )
    )
    named = found_consultations(public.for_cards(), words) if page == 1 else []
    return PublicResult(named, found_texts(found.hits, pages), found.total)


def found_consultations(public, words: str) -> list[ConsultationPage]:
    """Return the consultations whose title or text has all the words; Wagtail's index takes no signs."""
    plain = " ".join(INDEXED_WORD.findall(words))
    return list(public.search(plain)[:CONSULTATIONS_SHOWN]) if plain else []


def found_texts(hits, pages: dict[Any, ConsultationPage]) -> list[FoundText]:
    """Return the hits that are public still, in their order: one query."""
    ids = [hit.id for hit in hits]
    rows = Submission.objects.public().with_text().select_related("parent").in_bulk(ids)
    shown = ((hit, rows.get(hit.id)) for hit in hits)
    return [
        found_text(hit, with_parent(row, pages[row.consultation_id]))
        for hit, row in shown
        if row and row.consultation_id in pages and may_find((PUBLIC,), row)
    ]


def found_text(hit, row: Submission) -> FoundText:
    """Return a row with what was found in it; one that changed since the index saw it shows how it stands now."""
    if row.version > row.indexed_version:
        return FoundText(row, row.public_title, row.public_text[:START_CHARACTERS])
    return FoundText(row, hit.title, hit.snippet)
