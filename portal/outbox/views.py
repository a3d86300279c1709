"""The outbox pages in the Wagtail admin, and the public unsubscribe page."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.signing import BadSignature
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import permission_required
from wagtail.admin.paginator import WagtailPaginator

from portal.audit import record
from portal.http.same_origin import same_origin_form
from portal.http.security_events import SecurityEvent, mark_refusal
from portal.outbox.confirmation import ConfirmedAddress, read_confirmation
from portal.outbox.forms import MESSAGE_GROUPS, AddressForm, OutboxForm, counts_of
from portal.outbox.models import Message, SuppressedAddress, TransportPause
from portal.outbox.templates import series_of, template_labels

MANAGE_OUTBOX = "portal.manage_outbox"
OUTBOX_PAGE_SIZE = 50


@require_safe
@permission_required(MANAGE_OUTBOX)
def outbox(request):
    """List the messages of one group, latest first, and the number of messages in each group."""
    form = OutboxForm(request.GET)
    found = form.selected()
    counts = counts_of(found)
    chosen = request.GET.get("group", "waiting")
    _label, states = MESSAGE_GROUPS.get(chosen, MESSAGE_GROUPS["waiting"])
    page = WagtailPaginator(found.filter(state__in=states), OUTBOX_PAGE_SIZE).get_page(request.GET.get("p"))
    labels = dict(template_labels())
    shown = {
        "header": [{"url": "", "label": _("Outbox")}],
        "form": form,
        "tabs": [group_tab(request, name, counts[name], name == chosen) for name in MESSAGE_GROUPS],
        "chosen": chosen,
        "page": page,
        "rows": [(message, labels.get(message.template, message.template)) for message in page.object_list],
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "pauses": TransportPause.objects.all(),
        "suppressed": SuppressedAddress.objects.count(),
        "can_try_again": set(states) <= set(Message.TRIED_AGAIN_FROM),
    }
    return render(request, "portal/outbox.html", shown, status=200 if form.is_valid() else 422)


def group_tab(request, name, count, is_here):
    """Return one group as a tab, whose link keeps the other query parameters."""
    asked = request.GET.copy()
    asked["group"] = name
    asked.pop("p", None)
    return {"url": f"?{asked.urlencode()}", "label": MESSAGE_GROUPS[name][0], "count": count, "is_here": is_here}


@require_POST
@permission_required(MANAGE_OUTBOX)
def try_again(request, message_id):
    """Return one failed or unknown message to the queue; of two taps, the second says what became of the first."""
    with transaction.atomic():
        message = get_object_or_404(Message, pk=message_id)
        state = message.state
        waits = message.try_again()
        if waits:
            record("outbox.tried_again", actor=request.user, subject=message, state=state, template=message.template)
    message.refresh_from_db()
    if message.state in Message.UNSENT:
        messages.success(request, _("It waits again and is sent within seconds."))
    elif message.state == Message.State.SENT:
        messages.success(request, _("It has been sent."))
    else:
        messages.error(request, _("It cannot be sent again: its state has changed, or its address is gone."))
    return redirect("outbox")


@require_POST
@permission_required(MANAGE_OUTBOX)
def try_all_again(request):
    """Return every message that failed by our own fault to the queue."""
    with transaction.atomic():
        failed = Message.objects.filter(state=Message.State.FAILED).order_by("pk")
        number = sum(bool(message.try_again()) for message in failed.iterator(chunk_size=500))
        record("outbox.all_tried_again", actor=request.user, number=number)
    said = ngettext("%(n)d message waits again.", "%(n)d messages wait again.", number)
    messages.success(request, said % {"n": number})
    return redirect("outbox")


@require_safe
@permission_required(MANAGE_OUTBOX)
def addresses(request):
    """List the suppressed addresses, latest first."""
    form = AddressForm(request.GET)
    page = WagtailPaginator(form.selected(), OUTBOX_PAGE_SIZE).get_page(request.GET.get("p"))
    header = [
        {"url": reverse("outbox"), "label": _("Outbox")},
        {"url": "", "label": _("Addresses that are passed over")},
    ]
    return render(request, "portal/addresses.html", {"header": header, "form": form, "page": page})


@require_POST
@permission_required(MANAGE_OUTBOX)
def forget_bounce(request, address_id):
    """Remove an address from the suppressed ones."""
    with transaction.atomic():
        address = get_object_or_404(SuppressedAddress, pk=address_id)
        record("outbox.address_forgotten", actor=request.user, subject=address, reason=address.reason)
        address.delete()
    messages.success(request, _("Messages to this address are sent again. Those that were passed over wait for you."))
    return redirect("outbox_addresses")


@csrf_exempt  # Mail programs post here without opening a page first (RFC 8058), so there is no CSRF token.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_messages(request, token):
    """Ask for confirmation to stop a series of messages; stop it on a POST."""
    try:
        template, subject_id = series_of(token)
    except BadSignature as error:
        mark_refusal(request, SecurityEvent.BAD_LINK)
        raise Http404 from error
    stopped = request.method == "POST"
    if stopped:
        template.stop(subject_id)
    return render(request, "portal/stop_messages.html", {"stopped": stopped, "label": template.label})


@same_origin_form
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request, token):
    """Ask whether an address is the reader's; on a POST note that it is, and lead to what the letter was about."""
    try:
        key, private_page = read_confirmation(token)
        path = private_page()
    except (BadSignature, LookupError, ObjectDoesNotExist) as error:
        mark_refusal(request, SecurityEvent.BAD_LINK)
        raise Http404 from error
    if request.method != "POST":
        return render(request, "portal/confirm_address.html")
    ConfirmedAddress.note(key)
    messages.success(request, _("Thank you. From now on we write to you about it."))
    return redirect(path)
