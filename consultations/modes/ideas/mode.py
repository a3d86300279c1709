"""The row of ideas."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultations.modes.table import Mode, Submission, SubmissionKind


def idea_address(submission: Submission) -> str:
    """Return the address of an idea's page."""
    return reverse("consultations:idea", args=[submission.consultation.slug, submission.reference])


IDEAS = Mode(
    key="ideas",
    label=_("Ideas"),
    lets_people=_("people propose something of their own, and support what others propose."),
    counted="public ideas",
    kinds=(
        SubmissionKind(
            key="idea",
            label=_("Idea"),
            address=idea_address,
            received=_("We have your idea."),
            own=_("Your idea"),
            what_it_is=_("An idea in a public consultation."),
            in_feed=True,
            in_open_data=True,
            in_sitemap=True,
            importable=True,
            revision_form="consultations.modes.ideas.forms.IdeaRevisionForm",
        ),
    ),
    excluded_paths=("/consultations/*/ideas/new/", "/consultations/*/ideas/*q="),
    urls="consultations.modes.ideas.urls.urlpatterns",
    page_part="consultations.modes.ideas.page_part.IdeasPart",
)
