"""Learning to moderate: made-up cases, answered one by one, with what an experienced moderator would do."""

from django import forms
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.auth import permission_required

from moderation.models import Decision, PolicyVersion, PracticeAnswer
from moderation.statistics.suppression import MIN_PUBLISHED_COUNT
from moderation.training.cases import is_as_the_model, practice_cases
from moderation.views.queue import MODERATE

ACTIONS = (Decision.Action.PUBLISH, Decision.Action.REDACT, Decision.Action.REFUSE)


class AnswerForm(forms.Form):
    """What somebody would do with a made-up case."""

    action = forms.ChoiceField(
        label=gettext_lazy("What would you do?"),
        choices=[(action.value, action.label) for action in ACTIONS],
        widget=forms.RadioSelect,
    )
    clause = forms.ChoiceField(label=gettext_lazy("Under which clause?"), required=False)

    def __init__(self, *args, clauses, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(clause.key, f"{clause.number}. {clause.title}") for clause in clauses]
        self.fields["clause"].choices = [("", _("None, I would publish it as it is")), *choices]

    def clean(self):
        """Ask for the clause of whatever is not published as it is."""
        cleaned = super().clean()
        if cleaned.get("action") == Decision.Action.PUBLISH:
            cleaned["clause"] = ""
        elif cleaned.get("action") and not cleaned.get("clause"):
            self.add_error("clause", _("Choose the clause that the text breaks."))
        return cleaned


@require_safe
@permission_required(MODERATE)
def practice(request):
    """List the made-up cases, and how far this person has come."""
    cases, answers = practice_cases(), answers_of(request.user)
    done = [key for key in cases if key in answers]
    agreed = sum(is_as_the_model(cases[key], answers[key].action, answers[key].clause) for key in done)
    context = {
        "rows": [(case, answers.get(case.key)) for case in cases.values()],
        "next": next((case for case in cases.values() if case.key not in answers), None),
        "done": len(done),
        "agreed": agreed,
        "total": len(cases),
        "header": [{"url": reverse("queue"), "label": _("Queue")}, {"url": "", "label": _("Practice")}],
    }
    return render(request, "moderation/practice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MODERATE)
def practice_case(request, key):
    """Show a made-up case, take the answer once, and show the model's beside it."""
    case = practice_cases().get(key)
    if case is None:
        raise Http404("There is no such practice case.")
    answer = answers_of(request.user).get(key)
    form = AnswerForm(request.POST or None, clauses=clauses_in_force())
    if request.method == "POST" and answer is None and form.is_valid():
        PracticeAnswer.objects.get_or_create(user=request.user, case=key, defaults=form.cleaned_data)
        return redirect("practice_case", key)
    return shown(request, case, answer, form)


def shown(request, case, answer, form):
    """Show a case: with the form before it is answered, with the comparison afterwards."""
    clauses = {clause.key: clause for clause in clauses_in_force()}
    context = {
        "case": case,
        "answer": answer,
        "form": form,
        "agrees": bool(answer) and is_as_the_model(case, answer.action, answer.clause),
        "said": Decision.Action(answer.action).label if answer else "",
        "said_clause": clauses.get(answer.clause) if answer else None,
        "model": Decision.Action(case.action).label,
        "model_clause": clauses.get(case.clause),
        "others": others_on(case, request.user) if answer else None,
        "next": next_after(case, request.user),
        "header": [{"url": reverse("practice"), "label": _("Practice")}, {"url": "", "label": case.place}],
    }
    status = 422 if form.errors and answer is None else 200
    return render(request, "moderation/practice_case.html", context, status=status)


def answers_of(user):
    """Return a person's answers by case."""
    return {answer.case: answer for answer in PracticeAnswer.objects.filter(user=user)}


def clauses_in_force():
    """Return the clauses of the policy in force."""
    version = PolicyVersion.current()
    return version.policy.clauses if version else ()


def others_on(case, user):
    """Return how many colleagues answered and how many as the model; None when too few did to hide in."""
    said = PracticeAnswer.objects.filter(case=case.key).exclude(user=user).values_list("action", "clause")
    if len(said) < MIN_PUBLISHED_COUNT:
        return None
    return {"all": len(said), "agreed": sum(is_as_the_model(case, *each) for each in said)}


def next_after(case, user):
    """Return the next case that the person has not answered, going around."""
    cases, answered = list(practice_cases().values()), {*answers_of(user), case.key}
    place = cases.index(case)
    return next((each for each in [*cases[place:], *cases[:place]] if each.key not in answered), None)
