"""The row of statements."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultations.modes.table import ExportColumns, Mode, Submission, SubmissionKind


def statement_address(submission: Submission) -> str:
    """Return the address of a statement's page."""
    return reverse("consultations:statement", args=[submission.consultation.slug, submission.reference])


STATEMENTS = Mode(
    key="statements",
    label=_("Statements"),
    lets_people=_("people agree, disagree or pass on one short sentence at a time, and add sentences of their own."),
    counted="public statements",
    kinds=(
        SubmissionKind(
            key="statement",
            label=_("Statement"),
            address=statement_address,
            received=_("We have your statement."),
            own=_("Your statement"),
            what_it_is=_("A sentence in a public consultation, for others to agree or disagree with."),
            in_feed=True,
            in_open_data=True,
            importable=True,
            revision_form="consultations.modes.statements.forms.StatementRevisionForm",
        ),
    ),
    export=ExportColumns(
        columns={
            "agree": "of a statement, how many agree",
            "disagree": "of a statement, how many disagree",
            "pass": "of a statement, how many passed",
        },
        fields=(),
        reader="consultations.modes.statements.votes_told.votes_reader",
    ),
    open_data_figures="consultations.modes.statements.votes_told.votes_for_programs",
    excluded_paths=("/consultations/*/statements/new/",),
    urls="consultations.modes.statements.urls.urlpatterns",
    staff_urls="consultations.modes.statements.urls.staff_urlpatterns",
    staff_page="consultation_statements",
    page_part="consultations.modes.statements.page_part.StatementsPart",
)
