"""The page on which a privacy officer makes the disclosure pack of a consultation."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import permission_required

from moderation.views.privacy import header
from moderation.views.retention import ever_public
from search.access.scope import SEALED_PERMISSION
from search.disclosure.forms import RequestForm
from search.disclosure.pack import Wish, count_of_texts, disclosure_pack, pack_bytes, record_disclosure

TEXTS_AT_ONCE = 2_000  # read and covered while the officer waits; for more there is the command


class DisclosureForm(RequestForm):
    """Which consultation, for which request, under which law."""

    consultation = forms.ModelChoiceField(
        ever_public().order_by("-closes_at"),
        label=gettext_lazy("Consultation"),
    )
    with_refused = forms.BooleanField(
        label=gettext_lazy("Also the words of texts that were refused"),
        help_text=gettext_lazy("They may insult or threaten somebody. Left out, each is listed as withheld."),
        required=False,
    )

    field_order = ["consultation", "request", "law", "with_refused"]

    def clean_consultation(self):
        """Raise ValidationError for more texts than can be read while somebody waits."""
        consultation = self.cleaned_data["consultation"]
        if (number := count_of_texts(consultation)) > TEXTS_AT_ONCE:
            command = f"manage.py disclosure_pack {consultation.slug}"
            raise forms.ValidationError(
                _("It has %(number)d texts, more than a page can read at once. An administrator runs “%(command)s”.")
                % {"number": number, "command": command}
            )
        return consultation


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(SEALED_PERMISSION)
def disclosure(request):
    """Ask for the consultation and the request; hand out the pack, and note it in the ledger."""
    form = DisclosureForm(request.POST or None)
    if not form.is_valid():
        context = {"form": form, "header": header({"url": "", "label": _("Freedom of information")})}
        return render(request, "search/disclosure.html", context, status=422 if form.is_bound else 200)
    pack = disclosure_pack(Wish(**form.cleaned_data))
    response = HttpResponse(pack_bytes(pack), content_type="application/zip")
    record_disclosure(pack, request.user)
    name = f"disclosure-{form.cleaned_data['consultation'].slug}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
