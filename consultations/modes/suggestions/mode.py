"""The row of suggestions.

A mode of its own and not a sort of comment: an editor switches it on where the wording itself is open, its texts have
another form and another list, and the agency owes each of them an answer.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultations.modes.table import ExportColumns, Mode, Submission, SubmissionKind


def suggestion_address(submission: Submission) -> str:
    """Return the address of a suggestion's page."""
    return reverse("consultations:suggestion", args=[submission.consultation.slug, submission.reference])


SUGGESTIONS = Mode(
    key="suggestions",
    label=_("Suggestions for the text"),
    lets_people=_("people suggest other words for a passage; you accept or decline each, and say why."),
    counted="public suggestions of other words for a passage",
    kinds=(
        SubmissionKind(
            key="suggestion",
            label=_("Suggestion"),
            address=suggestion_address,
            received=_("We have your suggestion."),
            own=_("Your suggestion"),
            what_it_is=_("A suggestion in a public consultation, of other words for a passage of its text."),
            in_feed=True,
            in_open_data=True,
            in_sitemap=True,
            revision_form="consultations.modes.suggestions.forms.SuggestionRevisionForm",
        ),
    ),
    export=ExportColumns(
        columns={
            "agency_answer": "of a suggestion, what the agency answered: accepted, in_part or declined",
            "agency_reason": "of a suggestion, why, as everybody reads it",
        },
        fields=(),
        reader="consultations.modes.suggestions.told.answers_reader",
    ),
    open_data_figures="consultations.modes.suggestions.told.answers_for_programs",
    excluded_paths=("/consultations/*/suggestions/new/",),
    urls="consultations.modes.suggestions.urls.urlpatterns",
    staff_urls="consultations.modes.suggestions.urls.staff_urlpatterns",
    staff_page="consultation_suggestions",
    page_part="consultations.modes.suggestions.page_part.SuggestionsPart",
    event_kinds={"suggestion_answered": _("We answered your suggestion")},
)
