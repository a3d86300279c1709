"""Suggestions as pages show them: their words, the agency's answer, and whether the text still has the old words."""

from dataclasses import dataclass

from django.db.models import Count, F, Prefetch, Window
from django.db.models.functions import RowNumber

from consultations.models import ConsultationPage, Kind, Submission, SuggestionAnswer
from consultations.modes.suggestions.parts import Parts, parts_of
from consultations.modes.suggestions.passages import passages_in
from consultations.submission_lists import placed
from consultations.suggested_words import SuggestedWords, folded

NO_PARTS = Parts(None, has_old_words=False)  # of what is not public
UNDER_A_PASSAGE = 2  # the most supported; the list has all


@dataclass(frozen=True, slots=True)
class ShownSuggestion:
    """One suggestion on a page; without words where a redaction has run over two parts."""

    submission: Submission
    words: SuggestedWords | None
    answers: list[SuggestionAnswer]  # the one in force first
    still_stands: bool  # whether its old words stand in the text of now; True when nobody can tell

    @property
    def answer(self):
        """Return the answer in force; None before there is one."""
        return self.answers[0] if self.answers else None


def suggestions_on(page):
    """Select the public suggestions for a consultation's text, in no order."""
    return Submission.objects.filter(consultation=page, kind=Kind.SUGGESTION, parent=None).public().order_by()


def with_answers(suggestions):
    """Load the words and the answers with each row: one query more."""
    return suggestions.with_text().prefetch_related(Prefetch("agency_answers", SuggestionAnswer.objects.all()))


def shown(page: ConsultationPage, suggestions) -> list[ShownSuggestion]:
    """Return loaded suggestions as pages show them."""
    now = {passage.key: passage.folded for passage in passages_in(page.body.raw_data)}
    loaded = list(suggestions)
    parts = parts_of([each.cleared for each in loaded if each.is_public])
    return [one_shown(placed(each, page), parts.get(each.cleared_id, NO_PARTS), now) for each in loaded]


def one_shown(suggestion: Submission, parts: Parts, now: dict[str, str]) -> ShownSuggestion:
    """Return one suggestion beside the passages of now, by their keys."""
    stands = not (parts.words and parts.has_old_words) or stands_in(now, suggestion.passage, parts.words.old)
    return ShownSuggestion(suggestion, parts.words, list(suggestion.agency_answers.all()), stands)


def stands_in(now: dict[str, str], key: str, words: str) -> bool:
    """Return whether words stand in a passage; in any of them when its block was made anew, under another key."""
    looked_at = [now[key]] if key in now else now.values()
    return any(folded(words) in passage for passage in looked_at)


def most_supported(page: ConsultationPage) -> dict[str, list[ShownSuggestion]]:
    """Return a few suggestions for each passage by its key, each with how many there are as ``total``: two queries."""
    order = (F("support_count").desc(), F("received_at").desc(), F("pk").desc())
    numbered = suggestions_on(page).annotate(
        place=Window(RowNumber(), partition_by=F("passage"), order_by=order),
        total=Window(Count("pk"), partition_by=F("passage")),
    )
    found: dict[str, list[ShownSuggestion]] = {}
    for each in shown(page, with_answers(numbered.filter(place__lte=UNDER_A_PASSAGE).order_by("place"))):
        found.setdefault(each.submission.passage, []).append(each)
    return found
