"""A questionnaire as a table to take away: a row for each response, a column for each question with a closed answer."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from consultations.models import ClosedAnswer, Response
from portal.agency.moments import agency_day

RESPONSES_READ_AT_ONCE = 500
RESPONSE_COLUMNS = ("received", "channel", "language")


def response_columns(questions) -> list[str]:
    """Return the heading: when and how each response came, then the words of the questions."""
    return [*RESPONSE_COLUMNS, *(question.label for question in questions)]


def response_rows(consultation, questions) -> Iterator[tuple]:
    """Yield a row for each response that stands, oldest first; it names nobody and leads to no text."""
    answers = ClosedAnswer.objects.order_by("pk")
    responses = Response.objects.filter(consultation=consultation).not_withdrawn().order_by("received_at", "pk")
    found = responses.prefetch_related(Prefetch("closed_answers", answers))
    for response in found.iterator(chunk_size=RESPONSES_READ_AT_ONCE):
        given: dict[int, list[str]] = {}
        for answer in response.closed_answers.all():
            given.setdefault(answer.question_id, []).append(answer.value)
        cells = (cell_of(question, given.get(question.pk, [])) for question in questions)
        yield (agency_day(response.received_at), response.channel, response.language, *cells)


def cell_of(question, values) -> str | Decimal | date | None:
    """Return what somebody answered, as a number or a date where it is one; None for nothing."""
    if not values:
        return None
    if question.is_measured:
        return Decimal(values[0]) if question.is_number else date.fromisoformat(values[0])
    return "; ".join(question.all_said(values))
