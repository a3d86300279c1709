"""The page on which an administrator ends what somebody who leaves still holds."""

from typing import cast

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import permission_required

from portal.accounts.leaving import (
    ACCOUNT_LEFT,
    WORK_HANDED_OVER,
    WORK_RETURNED,
    Leaving,
    possible_successors,
    why_not_ended,
)
from portal.accounts.models import User
from portal.accounts.role_grants import GIVE_ROLES
from portal.audit.models import AuditEntry


class LeavingForm(forms.Form):
    """Who takes over the work that somebody is responsible for, and that this is meant."""

    successor: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label=gettext_lazy("Who takes over"),
        help_text=gettext_lazy("What this person may not read, or had a hand in, goes back to the queue."),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Nobody: back to the queue"),
    )
    meant = forms.BooleanField(
        label=gettext_lazy("Yes, end all of this now"),
        error_messages={"required": gettext_lazy("Tick this if you mean it. Nothing was done yet.")},
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["successor"]).queryset = possible_successors(person)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(GIVE_ROLES)
def person_leaves(request, pk):
    """Show what an account holds, end it when that is asked for, and show afterwards what was done."""
    person = get_object_or_404(User, pk=pk)
    if reason := why_not_ended(request.user, person):
        messages.error(request, reason)
        return redirect("who_may_do_what")
    form = LeavingForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        Leaving(person).carry_out(request.user, form.cleaned_data["successor"])
        messages.success(request, _("Done. What was ended stands below."))
        return redirect("person_leaves", person.pk)
    context = {
        "person": person,
        "form": form,
        "last": last_time(person),
        "header": [{"url": "", "label": _("Somebody leaves")}],
        **what_is_held(person),
    }
    return render(request, "portal/leaves.html", context, status=422 if form.is_bound else 200)


def what_is_held(person):
    """Return what would end, with how much there is of each."""
    leaving = Leaving(person)
    return {
        "steps": [(step.label, number) for step, number in leaving.steps],
        "claims": leaving.claims,
        "assignments": len(leaving.assignments()),
    }


def last_time(person):
    """Return the ledger's entry of the last time that everything was ended, with its counts in words, or None."""
    entry = AuditEntry.objects.about(person).filter(action=ACCOUNT_LEFT).order_by("-number").first()
    if entry is None:
        return None
    counts = [(step.label, entry.facts.get(step.name, 0)) for step, _number in Leaving(person).steps]
    counts += [(label, entry.facts.get(name, 0)) for name, label in WORK_IN_WORDS.items()]
    return {"entry": entry, "who": User.objects.filter(pk=entry.by).first(), "counts": counts}


WORK_IN_WORDS = {
    "claims": gettext_lazy("Work that was open, let go"),
    WORK_HANDED_OVER: gettext_lazy("Work handed over"),
    WORK_RETURNED: gettext_lazy("Work put back into the queue"),
}
