"""To support a text, and to take the support back, where its button stands."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from consultations.access import consultation_or_404, submission_or_404
from consultations.models import Support
from consultations.submitting.forms import SupportForm
from consultations.submitting.limits import are_many_supports
from consultations.submitting.once import Sending
from consultations.submitting.paused import answer_paused
from portal.accounts.visitors import visitor_key
from portal.http.addresses import parts_of
from portal.http.same_origin import same_origin_form


@same_origin_form
def support(request, slug, reference):
    """Support a public submission and go back to where the button stood; a second time changes nothing.

    A new browser without script is asked first: what it sends then carries a token, so that it counts once.
    """
    page = consultation_or_404(request, slug, with_content=False)
    submission = submission_or_404(page, reference)
    back = place_of_button(request, page, submission)
    if request.method != "POST" or not (submission.is_public and page.is_open):
        return redirect(back)
    if page.pause:
        return answer_paused(request, page, back=back)
    sending = Sending.of(request)
    is_new = bool(sending.visitor.new_name)
    is_suspicious = is_new and sending.has_token and are_many_supports(request, submission.pk)
    form = SupportForm(request.POST, request=request, is_suspicious=is_suspicious)
    if not form.is_valid() or (is_new and not sending.has_token):
        context = {"page": page, "submission": submission, "form": form, "back": back}
        return render(request, "consultations/support.html", context, status=422)
    Support.give(submission, sending.visitor.key)
    return sending.visitor.remembered(request, answer(request, submission, back, supported=True))


@same_origin_form
def take_back(request, slug, reference):
    """Take a support back and go back to where the button stood; a second time changes nothing."""
    page = consultation_or_404(request, slug, with_content=False)
    submission = submission_or_404(page, reference)
    back = place_of_button(request, page, submission)
    if request.method == "POST" and page.is_open and (key := visitor_key(request)):
        Support.take_back(submission, key)
        return answer(request, submission, back, supported=False)
    return redirect(back)


def answer(request, submission, back, *, supported):
    """Say what was done: to the script, which changes the button alone, or on the page that the button stood on."""
    said = _("You support this.") if supported else _("You have taken your support back.")
    if request.headers.get("Accept") != "application/json":
        messages.success(request, said)
        return redirect(back)
    submission.refresh_from_db(fields=["support_count"])
    name = "take_back" if supported else "support"
    address = reverse(f"consultations:{name}", args=[submission.consultation.slug, submission.reference])
    return JsonResponse({"supported": supported, "count": submission.support_count, "address": address, "said": said})


def place_of_button(request, page, submission):
    """Return the address that the button was pressed on, at the text; the text's own when the browser does not say."""
    said = request.POST.get("back") or request.headers.get("Referer", "")
    parts = parts_of(said)
    is_ours = parts and url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure())
    if not (is_ours and parts.path.startswith(page.get_absolute_url()) and parts.path != request.path):
        return submission.get_absolute_url()
    return parts._replace(scheme="", netloc="", fragment=submission.reference).geturl()
