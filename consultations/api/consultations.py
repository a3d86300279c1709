"""Open data: the consultations."""

from collections.abc import Iterable
from typing import Annotated, Any

from django.conf import settings
from django.urls import reverse
from ninja import Path, Query, Router
from ninja.errors import HttpError
from pydantic import Field

from consultations.api.schemas import Consultation, Consultations, Slug
from consultations.counts import texts_and_people, with_people
from consultations.models import ConsultationPage, State, Submission
from consultations.modes.table import open_data_modes
from portal.api.paging import Paged
from portal.api.problems import Problem

router = Router(tags=["Consultations"])
NamedBySlug = Annotated[str, Path(pattern=Slug, max_length=255)]


class Choice(Paged):
    """Which consultations, and how many at once."""

    named, moment = "slug", "closes_at"

    state: State | None = Field(None, description="only those that stand here now")


def public_consultations():
    """Select the consultations that everybody may see."""
    return ConsultationPage.objects.live().public()


@router.get(
    "",
    response={200: Consultations, 400: Problem, 422: Problem},
    url_name="consultations",
    summary="All consultations",
)
def consultations(request, choice: Query[Choice]):
    """Return public consultations, the one that closes last first, page by page."""
    pages = public_consultations().for_cards()
    rows, following = choice.page(request.path, pages.in_state(choice.state) if choice.state else pages)
    return {"consultations": as_data(rows), "next": following}


@router.get(
    "/{slug}",
    response={200: Consultation, 404: Problem, 422: Problem},
    url_name="consultation",
    summary="One consultation",
)
def consultation(request, slug: NamedBySlug):
    """Return one public consultation."""
    return as_data([consultation_named(slug)])[0]


def consultation_named(slug: str) -> ConsultationPage:
    """Return a public consultation; whatever else there may be under this name is not found."""
    page = public_consultations().for_cards().filter(slug=slug).first()
    if page is None:
        raise HttpError(404, f"There is no public consultation “{slug}”.")
    return page


def as_data(pages: list[ConsultationPage]) -> list[dict[str, Any]]:
    """Return consultations with their counts: one query, however many there are."""
    counts = count([page.pk for page in pages])
    nobody = dict.fromkeys([*(mode.key for mode in open_data_modes()), "people"], 0)
    return [one_as_data(page, counts.get(page.pk, nobody)) for page in pages]


def one_as_data(page: ConsultationPage, counts: dict[str, int]) -> dict[str, Any]:
    """Return one consultation."""
    return {
        "slug": page.slug,
        "title": page.title,
        "summary": page.summary,
        "state": page.state,
        "text_version": page.text_version,
        "opens_at": page.opens_at,
        "closes_at": page.closes_at,
        "counts": counts,
        "address": settings.SITE_URL + page.get_absolute_url(),
        "submissions": settings.SITE_URL + reverse("api:consultation_submissions", args=[page.slug]),
    }


def count(ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Count anew what `consultations.counts` counts, for many consultations at once.

    Not from its cache: an answer must not be older than the events that its ETag is made of.
    """
    public = Submission.objects.filter(consultation__in=ids).public().values("consultation")
    counted = public.annotate(**texts_and_people(open_data_modes())).order_by()
    return {row.pop("consultation"): with_people(row) for row in counted}
