"""Lost your receipt? The links are mailed to the address that was left; the page never says whether it is known."""

import logging

from django.core.signing import BadSignature
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consultations.lost_receipts import address_of_token, post_lost_receipts, receipts_with_address
from consultations.submitting.address_form import LostReceiptsForm
from consultations.submitting.limits import LOST_RECEIPTS_OF_ADDRESS
from portal.http.page_cache import public_page
from portal.http.same_origin import same_origin_form
from portal.outbox.address_keys import address_key

logger = logging.getLogger(__name__)


@same_origin_form
@public_page("asked")
@require_http_methods(["GET", "HEAD", "POST"])
def lost_receipts(request):
    """Show the form, and mail the links; the answer is the same for every address."""
    form = LostReceiptsForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        mail_receipts(form.cleaned_data["address"])
        return redirect(f"{request.path}?asked=1")
    context = {"form": form, "asked": bool(request.GET.get("asked"))}
    return render(request, "consultations/lost_receipts.html", context, status=422 if form.errors else 200)


def mail_receipts(address):
    """Post the letter unless too many went to the address today; the log tells neither it nor whether it is known."""
    if LOST_RECEIPTS_OF_ADDRESS.count(address_key(address)).is_over:
        logger.warning("Lost receipts were asked for too often for one address.")
        return
    with transaction.atomic():
        post_lost_receipts(address, get_language() or "")
    logger.info("Lost receipts were asked for.")


@require_safe
@never_cache
def receipts_of_address(request, token):
    """List the receipts of an address to whoever has just confirmed it."""
    try:
        address = address_of_token(token)
    except BadSignature as error:
        raise Http404("The link is not ours, or too old.") from error
    rows, has_more = receipts_with_address(address) if address else ([], False)
    return render(request, "consultations/receipts_of_address.html", {"rows": rows, "has_more": has_more})
