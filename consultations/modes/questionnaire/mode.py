"""The row of the questionnaire."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultations.modes.table import ExportColumns, Mode, Submission, SubmissionKind


def answer_address(submission: Submission) -> str:
    """Return the address of an answer's page."""
    return reverse("consultations:answer", args=[submission.consultation.slug, submission.reference])


QUESTIONNAIRE = Mode(
    key="questionnaire",
    label=_("Questionnaire"),
    lets_people=_("people answer the questions that you ask."),
    switched=False,
    kinds=(
        SubmissionKind(
            key="answer",
            label=_("Answer"),
            address=answer_address,
            received=_("We have your answer."),
            own=_("Your answer"),
            what_it_is=_("An answer to a question of a public consultation."),
        ),
    ),
    figures="consultations.modes.questionnaire.figures.figures",
    figure_names=("questions", "responses"),
    draft_figures="consultations.modes.questionnaire.figures.draft_figures",
    preview="consultations.modes.questionnaire.views.questionnaire.preview",
    export=ExportColumns(
        columns={
            "question": "of an answer, the question that it answers",
            "answers": "of an answer, what the same person chose in the questionnaire",
        },
        fields=("question_id", "response_id"),
        reader="consultations.modes.questionnaire.export.answers_reader",
    ),
    excluded_paths=("/consultations/*/questionnaire/$",),
    urls="consultations.modes.questionnaire.urls.urlpatterns",
    page_part="consultations.modes.questionnaire.page_part.QuestionnairePart",
)
