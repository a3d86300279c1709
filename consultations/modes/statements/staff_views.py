"""The page on which editors add statements of the agency's own."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from consultations.models import ConsultationPage
from consultations.modes.statements.adding import add_lines
from consultations.modes.statements.ballot import Ballot
from consultations.modes.statements.forms import PastedStatementsForm
from consultations.modes.statements.mode import STATEMENTS
from consultations.stages import editable_by


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("wagtailadmin.access_admin")
def add_statements(request, pk):
    """Show the form beside the statements that are there, and store what was pasted."""
    page = editable_by(request.user).type(ConsultationPage).filter(pk=pk).first()
    if page is None:
        raise PermissionDenied
    page = page.specific
    form = PastedStatementsForm(request.POST or None)
    if form.is_valid():
        stored, doubles = add_lines(page, form.cleaned_data["lines"], request.user)
        say_what_was_added(request, stored, doubles)
        return redirect("consultation_statements", pk)
    context = {
        "page": page,
        "form": form,
        "is_on": STATEMENTS.is_on(page),
        "number": Ballot(page, "").total,
        "header": [
            {"url": reverse("staff_consultations"), "label": _("Consultations")},
            {"url": "", "label": _("Statements")},
        ],
    }
    return render(request, "consultations/statements/add.html", context, status=422 if form.errors else 200)


def say_what_was_added(request, stored, doubles):
    """Say how many statements were stored, and name those that were there already."""
    if stored:
        said = ngettext("%(n)d statement is added.", "%(n)d statements are added.", stored) % {"n": stored}
        messages.success(request, said)
    for line in doubles:
        messages.warning(request, _("It was there already, so it is not added again: %s") % line)
