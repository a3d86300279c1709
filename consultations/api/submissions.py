"""Open data: the public texts, exactly as the public pages show them."""

from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from ninja.errors import HttpError
from pydantic import Field

from consultations.api.consultations import NamedBySlug, consultation_named, public_consultations
from consultations.api.schemas import Language, OpenDataKind, PublicSubmission, Reference, Slug, Submissions
from consultations.models import ConsultationPage, Submission
from consultations.modes.table import kinds, load, modes
from consultations.submission_lists import with_parent
from portal.agency.moments import agency_midnight
from portal.api.paging import Paged
from portal.api.problems import Problem

router = Router(tags=["Submissions"])
of_consultation = Router(tags=["Submissions"])
OPEN_DATA_KINDS = [kind.key for kind in kinds() if kind.in_open_data]
ANSWERS = {200: Submissions, 400: Problem, 422: Problem}


class Choice(Paged):
    """Which texts, and how many at once."""

    named, moment = "reference", "received_at"

    kind: OpenDataKind | None = None
    language: str | None = Field(None, pattern=Language, max_length=10, description="a code such as en")
    since: date | None = Field(None, description="received on this day or later, in the agency's time zone")
    until: date | None = Field(None, description="received on this day or earlier")

    def select(self, submissions):
        """Select the texts of this choice, without the cursor."""
        asked = {
            "kind": self.kind,
            "language": self.language,
            "received_at__gte": self.since and agency_midnight(self.since),
            "received_at__lt": self.until and agency_midnight(self.until, days_later=1),
        }
        return submissions.filter(**{name: value for name, value in asked.items() if value})


class ChoiceOfAll(Choice):
    """Which texts of which consultation."""

    consultation: str | None = Field(None, pattern=Slug, max_length=255, description="the slug of a consultation")

    def select(self, submissions):
        """Select the texts of this choice, without the cursor; a consultation has to exist, which takes a query."""
        chosen = super().select(submissions)
        return chosen.filter(consultation=consultation_named(self.consultation)) if self.consultation else chosen


@router.get("", response=ANSWERS | {404: Problem}, url_name="submissions", summary="All public texts")
def submissions(request, choice: Query[ChoiceOfAll]):
    """Return public texts of all consultations, newest first, page by page.

    A text that was removed is left out from the next answer on, the place that pages keep for it too; what
    answered it stays and names it as its parent. Whoever keeps a copy should read everything anew at times.
    """
    return chosen_page(request, choice, public_texts())


@of_consultation.get(
    "/{slug}/submissions",
    response=ANSWERS | {404: Problem},
    url_name="consultation_submissions",
    summary="The public texts of one consultation",
)
def submissions_of(request, slug: NamedBySlug, choice: Query[Choice]):
    """Return public texts of one consultation, newest first, page by page."""
    page = consultation_named(slug)
    return chosen_page(request, choice, shown().filter(consultation=page))


@router.get(
    "/{reference}",
    response={200: PublicSubmission, 404: Problem, 422: Problem},
    url_name="submission",
    summary="One public text",
)
def submission(request, reference: Annotated[str, Path(pattern=Reference)]):
    """Return one public text; one that is not public, or no longer, is not found."""
    found = as_data(list(with_what_they_show(public_texts()).filter(reference=reference.upper())))
    if not found:
        raise HttpError(404, "There is no public text with this reference.")
    return found[0]


def shown():
    """Select the texts that have a public page."""
    return Submission.objects.public().filter(kind__in=OPEN_DATA_KINDS, cleared__isnull=False)


def public_texts():
    """Select the public texts of public consultations; asked row by row, so that they are read in their order."""
    return shown().filter(Exists(public_consultations().filter(pk=OuterRef("consultation"))))


def chosen_page(request, choice: Choice, texts) -> dict[str, Any]:
    """Return one page of a choice of texts, and where the next one is."""
    rows, following = choice.page(request.path, with_what_they_show(choice.select(texts)))
    return {"submissions": as_data(rows), "next": following}


def with_what_they_show(texts):
    """Read texts with what they show."""
    return texts.select_related("cleared", "parent")


def as_data(rows: list[Submission]) -> list[dict[str, Any]]:
    """Return texts as data: one query more, for their consultations, and those for figures of single modes."""
    pages = ConsultationPage.objects.in_bulk({row.consultation_id for row in rows})
    texts = [with_parent(row, pages[row.consultation_id]) for row in rows]
    figures = figures_of(texts)
    return [one_as_data(text, figures.get(text.pk, {})) for text in texts]


def figures_of(texts: list[Submission]) -> dict[int, dict[str, int]]:
    """Return the further figures of texts by id; a query for each mode that has such, and texts among these."""
    found: dict[int, dict[str, int]] = {}
    for mode in modes():
        if mode.open_data_figures and (of_mode := [each for each in texts if each.kind in mode.kind_keys]):
            found |= load(mode.open_data_figures)(of_mode)
    return found


def one_as_data(one: Submission, figures: dict[str, int]) -> dict[str, Any]:
    """Return one text with exactly what its public page shows."""
    return {
        "reference": one.reference,
        "kind": one.kind,
        "consultation": one.consultation.slug,
        "parent": one.parent.reference if one.parent_id else None,
        "passage": one.passage_title,
        "text_version": one.text_version,
        "title": one.public_title,
        "text": one.public_text,
        "redacted": one.redacted,
        "redaction": (one.status_reason or _("A moderator took passages out.")) if one.redacted else "",
        "edited": one.edited,
        "language": one.language,
        "channel": one.channel,
        "received_at": one.received_at,
        "author_name": one.author_name,
        "by_staff": one.by_staff,
        "official": one.official_line,
        "support_count": one.support_count,
        "figures": figures,
        "reply_count": one.reply_count,
        "address": settings.SITE_URL + one.get_absolute_url(),
    }
