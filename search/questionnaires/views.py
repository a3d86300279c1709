"""Questionnaires for officers: counts, typical words, cross tables."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import ConsultationPage, Submission
from consultations.modes.questionnaire.results import Result, results
from portal.audit import record
from portal.audit.looking import record_look
from search.access.scope import EXPORT_PERMISSION, SEARCH_PERMISSION, permitted_visibilities
from search.desk.suggestions import typical_words
from search.desk.views.desk import DESK_HEADER
from search.exports.writers import csv_bytes, xlsx_bytes
from search.index.documents import statuses_in
from search.index.relay import bring_up_to_date
from search.language.query import Query, SearchUnavailable
from search.questionnaires.crosstab import Crosstab, build_crosstabs, count_texts_by_group, crosstab_rows
from search.questionnaires.responses import response_columns, response_rows

WORDS_PER_QUESTION = 8  # typical words of one question
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CROSSTAB_COLUMNS = ("question", "choice", "group", "count", "base", "per_cent")


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Number of open answers in one group, with a link to them on the desk."""

    label: str
    count: int
    link: str


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """One question on the page; ``words`` is None while the index is unavailable."""

    result: Result
    table: Crosstab | None = None
    groups: tuple[AnswerGroup, ...] = ()
    words: tuple[tuple[str, int], ...] | None = ()
    link: str = ""


def has_groups(question):
    """Return whether others can be compared by a question: by its choices, not by numbers, days or places."""
    return question.has_choices and not question.is_ranking


class CompareForm(forms.Form):
    """The question with choices that the others are compared by."""

    by = forms.TypedChoiceField(label=gettext_lazy("Compare by"), required=False, coerce=int, empty_value=None)

    def __init__(self, data, questions):
        super().__init__(data)
        self.closed = {question.pk: question for question in questions if has_groups(question)}
        nothing = ("", gettext_lazy("Nothing: everybody together"))
        by = cast(forms.TypedChoiceField, self.fields["by"])
        by.choices = [nothing, *((pk, str(question)) for pk, question in self.closed.items())]

    @property
    def question(self):
        """Return the chosen question; None for no or an invalid choice."""
        return self.closed.get(self.cleaned_data.get("by")) if self.is_valid() else None


@permission_required(SEARCH_PERMISSION, raise_exception=True)
def questionnaires(request):
    """List the consultations with questions, latest first."""
    asking = ConsultationPage.objects.annotate(asked=Count("questions", distinct=True)).filter(asked__gt=0)
    rows = asking.order_by("-opens_at").defer("body", "outcome")
    given = dict(
        rows.filter(responses__withdrawn_at=None).values_list("pk").annotate(n=Count("responses", distinct=True))
    )
    context = {"header": breadcrumbs(), "rows": [(each, given.get(each.pk, 0)) for each in rows]}
    return render(request, "search/questionnaires.html", context)


def breadcrumbs(page=None):
    """Return the breadcrumbs."""
    way = [*DESK_HEADER, {"url": reverse("desk_questionnaires") if page else "", "label": _("Questionnaires")}]
    return [*way, {"url": "", "label": page.title}] if page else way


@permission_required(SEARCH_PERMISSION, raise_exception=True)
def questionnaire(request, pk):
    """Show a questionnaire question by question, compared by one of them on request."""
    page = get_object_or_404(ConsultationPage, pk=pk)
    questions = list(page.questions.all())
    form = CompareForm(request.GET, questions)
    by = form.question
    record_look("questionnaire.opened", request.user, page, question=str(by.pk if by else ""))
    context = {
        "header": breadcrumbs(page),
        "page": page,
        "form": form,
        "by": by,
        "parts": question_parts(request.user, questions, by),
        "responses": page.responses.not_withdrawn().count(),
        "may_export": request.user.has_perm(EXPORT_PERMISSION),
    }
    return render(request, "search/questionnaire.html", context)


def question_parts(user, questions, by):
    """Return each question with its counts; open answers are counted within the person's scope."""
    statuses = statuses_in(permitted_visibilities(user))
    texts = Submission.objects.filter(question__in=questions, status__in=statuses)
    found = results(questions, dict(texts.values_list("question").annotate(n=Count("pk"))))
    if not by:
        return [
            open_question_part(user, result) if result.question.is_open else QuestionPart(result) for result in found
        ]
    tables, counts = build_crosstabs(questions, by), count_texts_by_group(questions, by, statuses)
    return [compared_part(result, by, tables, counts) for result in found]


def open_question_part(user, result):
    """Return an open question with typical words of its answers."""
    return QuestionPart(result, words=typical_answer_words(user, result.question), link=desk_link(result.question))


def typical_answer_words(user, question):
    """Return words typical of the answers to a question; None while the index is unavailable."""
    try:
        bring_up_to_date()
        return tuple(typical_words(user, Query(answers=(str(question.pk),)))[:WORDS_PER_QUESTION])
    except SearchUnavailable:
        return None


def compared_part(result, by, tables, counts):
    """Return a question by the groups of another one."""
    question = result.question
    if not question.is_open:
        return QuestionPart(result, table=tables.get(question.pk))
    groups = (
        AnswerGroup(words, counts.get((question.pk, value), 0), desk_link(question, f"{by.pk}={value}"))
        for value, words in by.options
    )
    return QuestionPart(result, groups=tuple(groups), link=desk_link(question))


def desk_link(question, *answers):
    """Return the desk's address for the answers to a question, restricted to responses with these closed answers."""
    return f"{reverse('desk')}?{urlencode([('answer', answer) for answer in (question.pk, *answers)])}"


@permission_required([SEARCH_PERMISSION, EXPORT_PERMISSION], raise_exception=True)
def table(request, pk):
    """Download all comparisons by one question as CSV."""
    page = get_object_or_404(ConsultationPage, pk=pk)
    questions = list(page.questions.all())
    by = CompareForm(request.GET, questions).question
    tables = build_crosstabs(questions, by).values() if by else ()
    record("questionnaire.exported", actor=request.user, subject=page)
    response = HttpResponse(
        b"".join(csv_bytes(CROSSTAB_COLUMNS, crosstab_rows(tables, by))), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{page.slug}-compared.csv"'
    return response


@permission_required([SEARCH_PERMISSION, EXPORT_PERMISSION], raise_exception=True)
def responses(request, pk):
    """Download all responses with their closed answers as a workbook."""
    page = get_object_or_404(ConsultationPage, pk=pk)
    closed = [question for question in page.questions.all() if not question.is_open]
    record("questionnaire.exported", actor=request.user, subject=page)
    content = xlsx_bytes(response_columns(closed), response_rows(page, closed), tab="Responses")
    response = StreamingHttpResponse(content, content_type=WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="{page.slug}-responses.xlsx"'
    return response
