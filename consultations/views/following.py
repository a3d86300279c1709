"""Follow a consultation or the agency by e-mail, confirm it, change it and stop it."""

from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consultations.access import consultation_or_404
from consultations.follow_letters import FOLLOW_QUESTION, is_shown
from consultations.models import Follow, Follower, FollowPace
from consultations.models.following import follow_with_token, follower_with_token
from consultations.submitting.follow_forms import FollowForm, FollowingForm, TapForm, may_be_followed, offer_to
from consultations.submitting.limits import FOLLOWS_OF_ADDRESS, FOLLOWS_OF_ONE_THING
from portal.accounts.addresses import confirmed_address
from portal.http.page_cache import public_page
from portal.http.rate_limits import count_together
from portal.http.same_origin import same_origin_form
from portal.models import Message
from portal.outbox.address_keys import address_key


@same_origin_form
@public_page("asked")
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request, slug=None):
    """Show the form to follow a consultation, or without one the agency, and take it in.

    The answer is the same whether an address is new, follows already, takes no mail, or was asked too often.
    """
    page = consultation_or_404(request, slug, with_content=False) if slug else None
    if page and not may_be_followed(page):
        raise Http404("What few may see is not written about, and after the answer nothing more happens.")
    offer = offer_to(request, page)
    if request.method == "POST":
        form = TapForm(request.POST) if offer["address"] else FollowForm(request.POST, request=request)
        if form.is_valid():
            return follow_at_once(request, page, form) if offer["address"] else ask_address(request, page, form)
        offer["form"] = form
    context = {"page": page, "offer": offer, "asked": bool(request.GET.get("asked"))}
    status = 422 if offer["form"].is_bound else 200
    return render(request, "consultations/follow.html", context, status=status)


def follow_at_once(request, page, form):
    """Let a signed-in person follow with the address of the account."""
    with transaction.atomic():
        follower = Follower.objects.of_account(request.user, get_language() or "")
        made = Follow.objects.begin(follower, page, form.cleaned_data["pace"])
        made.confirm()
    messages.success(request, _("We write to you at %s.") % confirmed_address(request.user))
    return redirect(f"{page.get_absolute_url()}#follow" if page else reverse("consultations:follow_agency"))


def ask_address(request, page, form):
    """Write to the address that was typed, unless it was written to too often today; the answer never tells."""
    address = form.cleaned_data["address"]
    if not were_many_asked(address, page):
        with transaction.atomic():
            language = get_language() or settings.LANGUAGE_CODE
            follower = Follower.objects.with_address(address, language)
            asked = Follow.objects.begin(follower, page, form.cleaned_data["pace"])
            to = follower.recipient
            Message.objects.post(FOLLOW_QUESTION, to=to, about=asked, cause="asked", language=language)
    return redirect(f"{request.path}?asked=1")


def were_many_asked(address, page):
    """Count one more form with an address; return whether it was asked too often today.

    These letters have limits of their own: somebody who types another's address uses up none of their other letters.
    """
    key, what = address_key(address), page.pk if page else "agency"
    tallies = count_together((FOLLOWS_OF_ADDRESS, key), (FOLLOWS_OF_ONE_THING, f"{key} {what}"))
    return any(tally.is_over for tally in tallies)


@same_origin_form
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_follow(request, token):
    """Ask the owner of an address whether to write; on a POST do so. Opening the link changes nothing."""
    try:
        found = follow_with_token(token)
    except BadSignature:
        found = None
    if found is None or not is_shown(found.consultation_id):
        return render(request, "consultations/follow_gone.html", status=404)
    if request.method == "POST":
        found.confirm()
        messages.success(request, _("From now on we write to you about it."))
    if request.method == "POST" or found.confirmed_at:
        return redirect(found.follower.get_absolute_url())
    return render(request, "consultations/confirm_follow.html", {"follow": found, "page": found.consultation})


@same_origin_form
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def following(request, token):
    """Show a follower what is followed, and let them change the pace, stop one thing or all."""
    try:
        follower = follower_with_token(token)
    except BadSignature as error:
        raise Http404("Only the follower's own link opens this page.") from error
    if request.method == "POST" and follower:
        messages.success(request, change_following(follower, FollowingForm(request.POST)))
    if request.method == "POST":
        return redirect("account" if request.POST.get("back") == "account" else request.path)
    follows = list(Follow.objects.for_list().filter(follower=follower)) if follower else []
    context = {"follows": follows, "paces": FollowPace.choices}
    return render(request, "consultations/following.html", context)


@transaction.atomic
def change_following(follower, form):
    """Make the change that a form asks for; return the sentence that says what was done."""
    wanted = form.cleaned_data if form.is_valid() else {}
    if wanted.get("do") == FollowingForm.STOP_ALL:
        follower.stop_all()
        return _("We write to you no more, and have deleted your address from what you followed.")
    found = follower.follows.confirmed().filter(pk=wanted.get("follow")).first()
    if found and wanted["do"] == FollowingForm.STOP:
        found.stop()
        return _("Stopped: we write to you about it no more.")
    if found and wanted["pace"]:
        found.change_pace(wanted["pace"])
        return _("Changed: %s.") % FollowPace(wanted["pace"]).label
    return _("Nothing was changed: you do not follow it.")
