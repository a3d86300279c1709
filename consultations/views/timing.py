"""Close a consultation early, keep it open longer, or take it off the site, each for a reason that everybody reads."""

from django import forms
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from consultations.models import ConsultationPage, EventKind
from consultations.stages import editable_by
from consultations.submitting.forms import PlainTextField
from consultations.timing import (
    CHANGE_TIMING,
    TIME_CHANGES,
    ClosedAlready,
    ClosingRefused,
    TimingUnchanged,
    former_closings,
    move_closing,
    take_off_site,
    timeline_entries,
)
from portal.agency.moments import agency_day, day, day_and_time

REASON_CHARACTERS = 200  # as many as a fact of the ledger has
LOCAL_TIME = "%Y-%m-%dT%H:%M"


class TimingForm(forms.Form):
    """What is to change, and why."""

    CLOSE, MOVE, TAKE_OFF = "close", "move", "take_off"

    change = forms.ChoiceField(
        label=gettext_lazy("What is to happen"),
        choices=[
            (CLOSE, gettext_lazy("Close it now")),
            (MOVE, gettext_lazy("Let it close at another time")),
            (TAKE_OFF, gettext_lazy("Take it off the site")),
        ],
        widget=forms.RadioSelect,
    )
    closes_at = forms.DateTimeField(
        label=gettext_lazy("New closing time"),
        required=False,
        help_text=gettext_lazy("For another time only; in the agency's time zone."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_TIME),
    )
    reason = PlainTextField(
        label=gettext_lazy("Why"),
        max_length=REASON_CHARACTERS,
        help_text=gettext_lazy("Everybody reads it on the page; it stays in the audit ledger, too."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self):
        """Ask for the new time where there has to be one, in the future."""
        cleaned = super().clean()
        moment = cleaned.get("closes_at") or timezone.now()
        if cleaned.get("change") == self.MOVE and "closes_at" not in self.errors and moment <= timezone.now():
            self.add_error("closes_at", _("Choose a moment that is still to come."))
        return cleaned

    def save(self, page, actor):
        """Make the change; return the sentence that says what happened."""
        said = {"reason": self.cleaned_data["reason"], "actor": actor}
        if self.cleaned_data["change"] == self.TAKE_OFF:
            take_off_site(page.pk, **said)
            return _("It is off the site. Its address says why.")
        moment = timezone.now() if self.cleaned_data["change"] == self.CLOSE else self.cleaned_data["closes_at"]
        changed = move_closing(page.pk, moment, **said)
        return _("It closes, or has closed: %s. The page says why.") % day_and_time(changed.closes_at)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CHANGE_TIMING)
def timing(request, pk):
    """Show the form beside what was changed before, and make the change."""
    page = get_object_or_404(editable_by(request.user).type(ConsultationPage), pk=pk).specific
    form = TimingForm(request.POST or None, initial={"closes_at": page.closes_at})
    if form.is_valid():
        try:
            messages.success(request, form.save(page, request.user))
            warn_of_timeline(request, page, form)
            return redirect("staff_consultations")
        except ClosedAlready as error:  # a second press: nothing is wrong, and nothing is done
            messages.info(request, str(error))
            return redirect("staff_consultations")
        except TimingUnchanged as error:
            form.add_error("closes_at" if isinstance(error, ClosingRefused) else None, str(error))
    context = {
        "page": page,
        "form": form,
        "timeline": timeline_of_old(page),
        "earlier": page.events.filter(kind__in=[*TIME_CHANGES, EventKind.CONSULTATION_UNPUBLISHED]).select_related(
            "actor"
        ),
        "header": [
            {"url": reverse("staff_consultations"), "label": _("Consultations")},
            {"url": "", "label": _("Closing time")},
        ],
    }
    return render(request, "consultations/timing.html", context, status=422 if form.errors else 200)


def warn_of_timeline(request, page, form):
    """Tell the editor that the timeline still has the closing time that the page had before the change."""
    named = timeline_entries(page, [page.closes_at])
    if named and form.cleaned_data["change"] != form.TAKE_OFF:
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        messages.warning(request, timeline_words(named), buttons=[messages.button(address, _("Edit the text"))])


def timeline_of_old(page):
    """Return the warning that the timeline has entries for days on which it was to close before, or ''."""
    now = agency_day(page.closes_at)
    named = [each for each in timeline_entries(page, former_closings(page)) if each != now]
    return timeline_words(named) if named else ""


def timeline_words(named):
    """Return what to say of a timeline that has entries for these days."""
    says = _("The timeline is text of your own and does not move along. It still has an entry for %s.")
    return says % ", ".join(day(each) for each in named)
