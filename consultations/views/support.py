"""To support a text, and to take the support back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consultations.access import consultation_or_404, submission_or_404
from consultations.models import Support
from consultations.submitting.forms import SupportForm
from consultations.submitting.once import Sending
from portal.accounts.visitors import visitor_key
from portal.http.same_origin import same_origin_form


@same_origin_form
def support(request, slug, reference):
    """Support a public submission and go back to it; a second time changes nothing.

    A new browser without script is asked first: what it sends then carries a token, so that it counts once.
    """
    page = consultation_or_404(request, slug, with_content=False)
    submission = submission_or_404(page, reference)
    response = redirect(submission.get_absolute_url())
    if request.method != "POST" or not (submission.is_public and page.is_open):
        return response
    sending = Sending.of(request)
    form = SupportForm(request.POST, request=request)
    if not form.is_valid() or (sending.visitor.new_name and not sending.has_token):
        context = {"page": page, "submission": submission, "form": form}
        return render(request, "consultations/support.html", context, status=422)
    Support.give(submission, sending.visitor.key)
    messages.success(request, _("You support this."))
    return sending.visitor.remembered(request, response)


@same_origin_form
def take_back(request, slug, reference):
    """Take a support back and go to what it was for; a second time changes nothing."""
    page = consultation_or_404(request, slug, with_content=False)
    submission = submission_or_404(page, reference)
    if request.method == "POST" and page.is_open and (key := visitor_key(request)):
        Support.take_back(submission, key)
        messages.success(request, _("You have taken your support back."))
    return redirect(submission.get_absolute_url())
