"""The privacy officer's page of one person: what is held, as lists and as a file, and its erasure by two people."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import permission_required

from moderation.models import ErasureUnchanged, PersonErasure
from moderation.models.erasure_wish import ERASE
from moderation.review.person_forms import ErasePersonForm, PersonForm
from moderation.views.privacy import SEALED, header
from portal.audit import record, text_digest
from portal.privacy.pack import dossier_of, pack_file

ROWS_SHOWN = 50  # of one kind; the file has all of them
PACK_NAME = "person-pack.zip"
SENT_AGAIN = ("who", "reason", "with_browser")  # by the form of the erasure


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(SEALED)
def people(request):
    """Ask whom it is about and why; show what is held. The address is sent by POST: it stays out of every log."""
    form = PersonForm(request.POST or None)
    if not form.is_valid():
        return shown(request, form, status=422 if form.is_bound else 200)
    return shown(request, form, dossier=looked_up(request, form, "person.looked_up"))


@require_POST
@permission_required(SEALED)
def person_pack(request):
    """Hand everything out as one file."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return shown(request, form, status=422)
    response = HttpResponse(pack_file(looked_up(request, form, "person.packed")), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{PACK_NAME}"'
    return response


@require_POST
@permission_required(ERASE)
def person_erase(request):
    """Ask that all of it is erased; in an emergency, erase it."""
    form = ErasePersonForm(request.POST)
    if not form.is_valid():
        who = PersonForm({name: form.data.get(f"erase-{name}", "") for name in SENT_AGAIN})
        return shown(request, who, dossier=found_for(who) if who.is_valid() else None, erase=form, status=422)
    dossier = found_for(form)
    change = PersonErasure.at_once if form.cleaned_data["alone"] else PersonErasure.ask
    try:
        asked = change(dossier.person, actor=request.user, reason=form.cleaned_data["reason"])
    except ErasureUnchanged as error:
        messages.error(request, str(error))
        return redirect("people")
    words = (
        _("Everything is erased.") if asked.erased_at else _("A colleague has to approve the erasure. They are told.")
    )
    messages.success(request, words)
    return redirect("person_erasure", asked.pk)


@require_safe
@permission_required(ERASE)
def person_erasure(request, pk):
    """Show an erasure that waits, with what it takes, or one that was answered, with what it took."""
    asked = get_object_or_404(
        PersonErasure.objects.select_related("asked_by", "approved_by", "refused_by", "account"), pk=pk
    )
    waits = not (asked.erased_at or asked.refused_at)
    dossier = asked.dossier() if waits else None
    context = {
        "asked": asked,
        "asker": _("the person, who closed the account") if asked.account else asked.asked_by,
        "waits": waits,
        "dossier": dossier,
        "rows_shown": ROWS_SHOWN,
        "counts": sorted(asked.counts.items()),
        "header": header({"url": reverse("people"), "label": _("One person")}, {"url": "", "label": _("Erasure")}),
    }
    return render(request, "moderation/person_erasure.html", context)


@require_POST
@permission_required(ERASE)
def person_erasure_approve(request, pk):
    """Erase the person for ever, as a colleague has asked."""
    return answered(request, pk, "approve", _("Everything is erased."))


@require_POST
@permission_required(ERASE)
def person_erasure_refuse(request, pk):
    """Keep everything: turn a colleague's wish down, or take one's own back."""
    return answered(request, pk, "refuse", _("Nothing is erased."))


def answered(request, pk, change, words):
    """Answer an erasure that waits, say what came of it, and lead back to its page."""
    asked = get_object_or_404(PersonErasure.objects.waiting(), pk=pk)
    try:
        getattr(asked, change)(request.user)
    except ErasureUnchanged as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect("person_erasure", pk)


def found_for(form):
    """Return everything about whoever a valid form names."""
    return dossier_of(form.cleaned_data["who"], with_browser=form.cleaned_data["with_browser"])


def looked_up(request, form, action):
    """Return everything about a person, and note in the ledger who looked and why."""
    dossier = found_for(form)
    facts = {"reason": form.cleaned_data["reason"], "who": text_digest(dossier.person.about), "counts": dossier.counts}
    with transaction.atomic():
        record(action, actor=request.user, **facts)
    return dossier


def shown(request, form, *, dossier=None, erase=None, status=200):
    """Show the form and what was found."""
    if dossier and not erase:
        erase = ErasePersonForm(initial={name: form.cleaned_data[name] for name in SENT_AGAIN})
    context = {
        "form": form,
        "dossier": dossier,
        "erase": erase,
        "may_erase": request.user.has_perm(ERASE),
        "rows_shown": ROWS_SHOWN,
        "asked": PersonErasure.objects.waiting() if request.user.has_perm(ERASE) else (),
        "header": header({"url": "", "label": _("One person")}),
    }
    return render(request, "moderation/people.html", context, status=status)
