"""The staff's door: nobody gets past it without a second factor, and nobody stays who has left the desk."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.powers import may_enter_staff_area
from portal.accounts.weak_password import refusal_with_weak_password
from portal.http.addresses import STAFF_AREA

SEEN_AT = "staff_seen_at"  # in the session, seconds since 1970
SECOND_FACTOR_ADDED = "second_factor_added"  # in the session of somebody who just set one up, and so has it at hand
SEEN_EVERY_SECONDS = 60  # a session is written no more often
OPEN_TO_ALL = ("/account/", "/captcha/", "/static/", "/media/", "/healthz/", "/theme.css")


class StaffDoorMiddleware:
    """Asks staff for a second factor, signs out who was idle too long, and keeps other people out of the staff area.

    Only requests with a session are looked at: a guest costs nothing.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        refusal = refusal_at_door(request) if has_session and request.user.is_authenticated else None
        return refusal or self.get_response(request)


def refusal_at_door(request):
    """Return where a signed-in person is led instead; None for who may go on."""
    if refusal := refusal_with_weak_password(request):
        return refusal
    if request.path.startswith(OPEN_TO_ALL):
        return None
    is_staff_page = request.path.startswith(STAFF_AREA)
    if (is_staff_page or SEEN_AT not in request.session) and not may_enter_staff_area(request.user):
        if is_staff_page:
            raise PermissionDenied  # Wagtail would send them to sign in, and the door back here
        return None
    if is_idle(request):
        logout(request)
        messages.info(request, _("You were away for a while, so we signed you out. Sign in to go on."))
        return redirect_to_login(page_to_return_to(request))
    note_presence(request)
    return None if not settings.SECOND_FACTOR_FOR_STAFF else refusal_without_second_factor(request)


def refusal_without_second_factor(request):
    """Return where staff give, or set up, their second factor; None for who gave it in this session."""
    records = get_authentication_records(request, request.user)
    if SECOND_FACTOR_ADDED in request.session or any(record["method"] == "mfa" for record in records):
        return None
    if is_mfa_enabled(request.user):  # set up since, or signed in by another way
        logout(request)
        return redirect_to_login(page_to_return_to(request))
    messages.info(request, _("Staff sign in with two things: choose your second one now. It takes a minute."))
    return redirect("mfa_index")


def on_second_factor_added(sender, request, authenticator, **_signal):
    """Let somebody go on who has just shown a new second factor; recovery codes are none by themselves."""
    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        request.session[SECOND_FACTOR_ADDED] = True


def page_to_return_to(request):
    """Return the page to go to after signing in; what a button sent cannot be sent again."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else reverse("wagtailadmin_home")


def is_idle(request):
    """Return whether nothing was heard of the session's owner for too long."""
    return time.time() - request.session.get(SEEN_AT, time.time()) > settings.STAFF_IDLE_SECONDS


def note_presence(request):
    """Note in the session that its owner is there, at most once a minute."""
    if time.time() - request.session.get(SEEN_AT, 0) > SEEN_EVERY_SECONDS:
        request.session[SEEN_AT] = int(time.time())
