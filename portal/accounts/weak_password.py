"""Who signed in with a password that is refused today chooses another before going on."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.passwords import is_refused_today
from portal.api.problems import problem

WEAK_SIGN_IN_OF = "weak_sign_in_of"  # in the session: the account that it opened
OPEN_AFTER_WEAK_SIGN_IN = (
    "/account/password/", "/account/logout/", "/account/reauthenticate/", "/account/2fa/", "/static/", "/media/",
    "/theme.css", "/account/login/", "/account/stay/",
)  # fmt: skip


def note_weak_password(request, user, password):
    """Note in the session whether the password that was just right has to be replaced."""
    if is_refused_today(password):
        request.session[WEAK_SIGN_IN_OF] = str(user.pk)
    else:
        request.session.pop(WEAK_SIGN_IN_OF, None)


def has_weak_password(request):
    """Return whether the person who is signed in has to choose another password."""
    return request.session.get(WEAK_SIGN_IN_OF) == str(request.user.pk)


def refusal_with_weak_password(request):
    """Return the way to the page where another password is chosen; None for who may go on.

    Programs get a problem. A form that was sent is answered with a page of its own, so that the browser can send it
    again: what somebody wrote in another tab is not lost.
    """
    if request.path.startswith(OPEN_AFTER_WEAK_SIGN_IN) or not has_weak_password(request):
        return None
    if not request.accepts("text/html") or request.path.startswith("/api/"):
        return problem(403, _("Your password is easy to guess. Choose another one on the site, then ask again."))
    if request.method not in ("GET", "HEAD"):
        return render(request, "portal/weak_password.html", status=403)
    tell_once(request, _("Your password is easy to guess. Choose another one."))
    return redirect("account_change_password")


def tell_once(request, sentence):
    """Add a message unless it waits already: browsers may ask for several pages before they show one."""
    waiting = messages.get_messages(request)
    is_told = any(str(each) == sentence for each in waiting)
    waiting.used = False  # type: ignore[union-attr]  # reading them was not showing them
    if not is_told:
        messages.info(request, sentence)


def forget_weak_password(sender, request, **_signal):
    """Let somebody go on who has chosen another password."""
    request.session.pop(WEAK_SIGN_IN_OF, None)
