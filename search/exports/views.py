"""Exports inside the Wagtail admin: asked for, watched, fetched; everybody sees only their own."""

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.audit import record
from portal.jobs.views import progress, worker_seems_down
from search.access.scope import EXPORT_PERMISSION, SEARCH_PERMISSION
from search.desk.forms import DeskForm, ExportForm
from search.desk.views.desk import DESK_HEADER, handle_search_unavailable
from search.exports import jobs, storage
from search.exports.formats import EXPORT_FORMATS
from search.exports.outdated import count_outdated, outdated_message
from search.models import Export

logger = logging.getLogger(__name__)

EXPORTS_SHOWN = 50
LINK_LIFETIME = timedelta(hours=1)  # The list makes a new link whenever it is looked at.

for_exporters = permission_required([SEARCH_PERMISSION, EXPORT_PERMISSION], raise_exception=True)


@require_safe
@for_exporters
def exports(request):
    """List somebody's own exports."""
    found = list(Export.objects.asked_by(request.user)[:EXPORTS_SHOWN])
    going_on = [export for export in found if not export.is_over]
    counts = count_outdated(found)
    context = {
        "rows": [export_row(export, request.user, counts.get(export.pk, 0)) for export in found],
        "going_on": bool(going_on),
        "worker_down": worker_seems_down(going_on),
        "days": settings.EXPORTS_KEPT_FOR.days,
        "header": [*DESK_HEADER, {"url": "", "label": _("Your exports")}],
    }
    return render(request, "search/exports.html", context)


def export_row(export, user, changed):
    """Return what the list shows of one; a link where the file is there and may still be fetched."""
    there, may = export.state == Export.State.DONE, jobs.may_download(user, export)
    form = EXPORT_FORMATS.get(export.ending)
    return {
        "export": export,
        "format": form.label if form else export.ending,
        "changed": changed,
        "refused": there and not may,
        "link": download_link(export.pk) if there and may and not (changed and export.originals) else "",
        "again": may and export.is_over and (changed or not there),
    }


@require_POST
@for_exporters
@handle_search_unavailable
def request_export(request):
    """Ask for an export of the result in the address."""
    question, form = DeskForm(request.GET), ExportForm(request.user, request.POST)
    if not question.is_valid():
        return render(request, "search/desk.html", {"form": question, "header": DESK_HEADER}, status=400)
    if not form.is_valid():
        return render(request, "search/ask_export.html", {"form": form, "header": DESK_HEADER}, status=422)
    asked = request.GET.copy()
    asked.pop("page", None)
    wanted = form.cleaned_data
    jobs.request_export(request.user, asked, question.to_query(), wanted["ending"], wanted["reason"])
    return redirect("desk_exports")


@require_safe
@for_exporters
def exports_progress(request):
    """Answer with the progress of somebody's exports."""
    return progress(Export.objects.asked_by(request.user).unfinished()[:EXPORTS_SHOWN])


@require_POST
@for_exporters
def cancel(request, pk):
    """Stop an export of one's own."""
    export = get_object_or_404(Export.objects.asked_by(request.user), pk=pk)
    if export.cancel():
        messages.success(request, _("The export is cancelled."))
    else:
        messages.info(request, _("The export was over already."))
    return redirect("desk_exports")


@require_POST
@for_exporters
@handle_search_unavailable
def again(request, pk):
    """Ask for an export of one's own once more: the same question, for the same reason."""
    export = get_object_or_404(Export.objects.asked_by(request.user), pk=pk)
    if not jobs.may_download(request.user, export):
        raise PermissionDenied
    if not jobs.request_again(request.user, export):
        messages.error(request, _("The question can no longer be read. Ask it anew at the desk."))
    return redirect("desk_exports")


@require_safe
@for_exporters
def download(request, pk):
    """Hand a file over to who asked for it, while the link and the permissions last."""
    export = get_object_or_404(Export.objects.asked_by(request.user), pk=pk)
    try:
        fits = link_signer().unsign(request.GET.get("key", ""), max_age=LINK_LIFETIME) == str(pk)
    except signing.SignatureExpired:
        messages.info(request, _("That link had run out. Here is a fresh one."))
        return redirect("desk_exports")
    except signing.BadSignature:
        fits = False
    if not fits:
        raise Http404
    if export.originals and (count := count_outdated([export]).get(pk)):
        messages.info(request, outdated_message(count))
        return redirect("desk_exports")
    return file_response(request.user, export)


def file_response(user, export):
    """Return the file; raise PermissionDenied or Http404 where there is none for this person any more."""
    if not jobs.may_download(user, export):
        raise PermissionDenied
    if export.state != Export.State.DONE or export.expires_at <= timezone.now():
        raise Http404
    try:
        file = storage.export_path(export).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    if export.originals:
        with transaction.atomic():
            record("submissions.fetched", actor=user, subject=export, reason=export.reason)
    logger.info("%s was fetched by user %s", export, user.pk)
    kind = "application/pdf" if export.file_name.endswith(".pdf") else "application/zip"
    headers = {"Cache-Control": "private, no-store"}
    return FileResponse(file, as_attachment=True, filename=export.file_name, content_type=kind, headers=headers)


def link_signer():
    """Return what signs links to files."""
    return signing.TimestampSigner(salt="search.export")


def link_key(pk):
    """Return the key of a link to an export."""
    return link_signer().sign(str(pk))


def download_link(pk):
    """Return the address of a file, for its owner and for an hour."""
    return f"{reverse('desk_export_file', args=[pk])}?key={link_key(pk)}"
