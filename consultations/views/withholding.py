"""Withhold earlier texts of a consultation, for a reason that everybody reads."""

from django import forms
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from consultations.models import ConsultationPage
from consultations.models.text_version import WITHHELD_REASON_LENGTH
from consultations.stages import editable_by
from consultations.submitting.forms import PlainTextField
from consultations.timing import CHANGE_TIMING
from consultations.withholding import WithholdingRefused, withhold_version, withholdable
from portal.agency.moments import day_and_time


class WithholdingForm(forms.Form):
    """Which version is withheld, and why."""

    number = forms.TypedChoiceField(label=gettext_lazy("Which text"), coerce=int, widget=forms.RadioSelect)
    reason = PlainTextField(
        label=gettext_lazy("Why"),
        max_length=WITHHELD_REASON_LENGTH,
        help_text=gettext_lazy("Everybody reads it in the place of the text; it stays in the audit ledger, too."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, versions, **kwargs):
        super().__init__(*args, **kwargs)
        says = _("Version %(number)d, %(when)s")
        self.fields["number"].choices = [
            (each.number, says % {"number": each.number, "when": day_and_time(each.published_at)}) for each in versions
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CHANGE_TIMING)
def withholding(request, pk):
    """Show which versions can be withheld, and withhold one."""
    page = get_object_or_404(editable_by(request.user).type(ConsultationPage), pk=pk).specific
    versions = list(withholdable(page).defer("summary", "body"))
    form = WithholdingForm(request.POST or None, versions=versions)
    if form.is_valid():
        try:
            version = withhold_version(page.pk, **form.cleaned_data, actor=request.user)
            messages.success(request, _("Version %d is withheld. Its address says why.") % version.number)
            return redirect("version_withholding", page.pk)
        except WithholdingRefused as error:  # somebody else was faster
            form.add_error("number", str(error))
    context = {
        "page": page,
        "form": form,
        "versions": versions,
        "withheld": page.text_versions.filter(withheld_at__isnull=False).defer("summary", "body"),
        "header": [
            {"url": reverse("staff_consultations"), "label": _("Consultations")},
            {"url": "", "label": _("Withhold an earlier text")},
        ],
    }
    return render(request, "consultations/withholding.html", context, status=422 if form.errors else 200)
