"""The page of one's own account."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.forms import ManageUserSessionsForm
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from portal.accounts.middleware import note_presence
from portal.accounts.powers import has_role, may_enter_staff_area


@login_required
def account(request):
    """Show one's own account: what keeps it safe, where one is signed in, what one wrote."""
    user = request.user
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    context = {
        "person": user,
        "is_staff_member": may_enter_staff_area(user),
        "has_role": has_role(user),
        "has_password": user.has_usable_password(),
        "passkeys": factors.filter(type=Authenticator.Type.WEBAUTHN).count(),
        "has_app": factors.filter(type=Authenticator.Type.TOTP).exists(),
        "sessions": UserSession.objects.filter(user=user).count(),
    }
    return render(request, "account/account.html", context)


@require_POST
def stay_signed_in(request):
    """Note that somebody who types, or asked to stay, is there; answer 403 to who is signed out already."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    note_presence(request)
    return HttpResponse(status=204)


class EndSessionsForm(ManageUserSessionsForm):
    """Ends the one session that was chosen; without a choice all of one's own but the present one."""

    session = forms.ModelChoiceField(UserSession.objects.none(), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = UserSession.objects.filter(user=self.request.user)

    def save(self, request):
        """End the session, or the others."""
        if chosen := self.cleaned_data["session"]:
            end_sessions(request, [chosen])
        else:
            super().save(request)


class OwnSessionsView(ListUserSessionsView):
    """Shows where one is signed in, and ends these sessions."""

    form_class = EndSessionsForm


# Whoever finds a desk open could otherwise throw out the owner's other devices.
own_sessions = reauthentication_required(allow_get=True)(OwnSessionsView.as_view())
