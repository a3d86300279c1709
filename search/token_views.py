"""An officer's API tokens, in the Wagtail admin."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from consultations.submitting.forms import PlainTextField
from search.access.scope import SEARCH_PERMISSION
from search.models import ApiToken

TOKENS_HEADER = [{"url": reverse_lazy("desk"), "label": _("Desk")}, {"url": "", "label": _("Tokens")}]
TOKEN_LIFETIMES = [(30, _("30 days")), (90, _("90 days")), (365, _("One year"))]


class TokenForm(forms.Form):
    """Name and lifetime of a new token."""

    name = PlainTextField(
        one_line=True,
        label=_("What is it for?"),
        max_length=80,
        error_messages={"required": _("Say what it is for, so that you know later which one to revoke.")},
    )
    days = forms.TypedChoiceField(label=_("How long does it last?"), choices=TOKEN_LIFETIMES, coerce=int, initial=90)


@permission_required(SEARCH_PERMISSION, raise_exception=True)
@never_cache
def tokens(request):
    """List a person's tokens and create one; the secret is in this response only."""
    form, words = TokenForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        _token, words = ApiToken.issue(request.user, form.cleaned_data["name"], form.cleaned_data["days"])
        form = TokenForm()
    shown = {
        "header": TOKENS_HEADER,
        "form": form,
        "words": words,
        "tokens": request.user.desk_tokens.order_by("-made_at", "-pk"),
    }
    return render(request, "search/tokens.html", shown, status=422 if form.errors else 200)


@permission_required(SEARCH_PERMISSION, raise_exception=True)
@require_POST
def revoke_token(request, pk):
    """Revoke one of the person's own tokens."""
    token = get_object_or_404(request.user.desk_tokens, pk=pk)
    token.revoke(request.user)
    messages.success(request, _("“%s” opens nothing any more.") % token.name)
    return redirect("search_tokens")
