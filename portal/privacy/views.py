"""What is held about oneself, as a file, and closing one's own account."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.addresses import confirmed_address
from portal.accounts.powers import has_role
from portal.http.rate_limits import RateLimit
from portal.privacy.closing import close_account
from portal.privacy.forms import CloseAccountForm
from portal.privacy.pack import own_holdings, own_pack_file

OWN_PACK_NAME = "my-data.zip"
OWN_PACKS_OF_ACCOUNT = RateLimit("own_packs_of_account", most=20, window_seconds=60 * 60)  # each reads many tables


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request):
    """Say what the file with everything about oneself holds, and hand it out."""
    if request.method != "POST":
        return render(request, "account/data.html")
    if OWN_PACKS_OF_ACCOUNT.count(str(request.user.pk)).is_over:
        return render(request, "account/data.html", {"is_over_limit": True}, status=429)
    holdings = own_holdings(request.user, confirmed_address(request.user))
    response = HttpResponse(own_pack_file(holdings, request.user.email), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{OWN_PACK_NAME}"'
    return response


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def close_own_account(request):
    """Say what closing the account takes and what it leaves, and close it."""
    if has_role(request.user):
        return render(request, "account/close.html", {"has_role": True})
    form = CloseAccountForm(request.POST or None)
    if form.is_valid():
        close_account(request.user, with_texts=form.cleaned_data["texts"] == CloseAccountForm.ERASE)
        logout(request)
        return redirect("account_closed")
    return render(request, "account/close.html", {"form": form}, status=422 if request.method == "POST" else 200)


@require_safe
def account_closed(request):
    """Tell that an account was closed; the page says nothing of whose."""
    return render(request, "account/closed.html")
