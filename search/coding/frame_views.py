"""The page of a coding frame: its codes, how they changed, and the frame as a file."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from portal.audit import record
from search.coding.forms import CodeForm, RetireForm
from search.coding.frame_changes import frame_changes
from search.coding.frame_file import MAX_FILE_BYTES, FrameFileError, codes_in_file, frame_as_json
from search.coding.texts import count_codes, progress_of, texts_of
from search.coding.views import FULL, for_officers, get_frame_or_404, header, number_in
from search.models import CodingFrame
from search.models.coding import Code, FrameFull

OUTDATED = gettext_lazy(
    "Somebody changed the frame meanwhile. This is how it is now; send yours again if it still fits."
)


@for_officers
def frame(request, pk):
    """Show a frame with a form for each code, and make one change."""
    frame = get_frame_or_404(pk)
    refused = None
    if request.method == "POST":
        refused = change_frame(request, frame)
        if refused is None:
            return redirect("coding_frame", frame.pk)
    texts = texts_of(frame, request.user)
    counts = count_codes(frame, texts, progress_of(texts).coded)
    context = {
        "header": header(frame, page=_("Coding frame")),
        "frame": frame,
        "rows": [code_row(frame, count, refused) for count in counts],
        "new": refused if refused and refused.code is None else CodeForm(frame),
        "changes": frame_changes(frame),
    }
    return render(request, "search/coding/frame.html", context, status=422 if refused else 200)


def code_row(frame, count, refused):
    """Return what the page shows of a code; the two that every frame has cannot be changed."""
    code = count.code
    code.frame = frame
    if code.purpose != Code.Purpose.OWN or code.retired_at:
        return {"count": count}
    is_refused = refused is not None and refused.code == code
    form = refused if is_refused else CodeForm(frame, code=code)
    retire = RetireForm(code)
    return {"count": count, "form": form, "retire": retire, "is_refused": is_refused, "version": frame.version}


@transaction.atomic
def change_frame(request, frame):
    """Make the change that was asked for, and record it; return the form that refuses it, None when it is made."""
    frame.lock()
    do = request.POST.get("do")
    if number_in(request.POST.get("version")) != frame.version:
        return refuse_outdated(request, frame, do)
    if do == "add":
        return add_code(request, frame)
    if do == "take_in":
        take_in(request, frame)
        return None
    if do == "receipts":
        frame.on_receipts = request.POST.get("on_receipts") == "on"
        CodingFrame.objects.filter(pk=frame.pk).update(on_receipts=frame.on_receipts)
        record_change(request, frame)
        return None
    own = frame.codes_in_use.filter(purpose=Code.Purpose.OWN)
    code = own.filter(pk=number_in(request.POST.get("code"))).first()
    if code is None or do not in CHANGES:
        messages.error(request, _("This code is no longer in use."))
        return None
    code.frame = frame
    return CHANGES[do](request, frame, code)


def refuse_outdated(request, frame, do):
    """Say that a colleague changed the frame meanwhile; what was typed stays in its form."""
    code = frame.codes_in_use.filter(pk=number_in(request.POST.get("code"))).first()
    if do == "add" or (do == "change" and code):
        form = CodeForm(frame, request.POST, code=code if do == "change" else None)
        form.add_error(None, OUTDATED)
        return form
    messages.error(request, OUTDATED)
    return None


def record_change(request, frame):
    """Record in the ledger that the frame was changed, and which version that made."""
    record("coding.frame_changed", actor=request.user, subject=frame.consultation, version=frame.version)


def add_code(request, frame):
    """Add a code, or take a retired one of the name into use again."""
    form = CodeForm(frame, request.POST)
    if not form.is_valid():
        return form
    try:
        frame.name_codes([(form.cleaned_data["name"], form.cleaned_data["definition"])], request.user)
    except FrameFull:
        form.add_error(None, FULL)
        return form
    record_change(request, frame)
    return None


def change_code(request, frame, code):
    """Change the name and the definition of a code."""
    form = CodeForm(frame, request.POST, code=code)
    if not form.is_valid():
        return form
    if form.has_changed():
        code.change(request.user, **form.cleaned_data)
        record_change(request, frame)
    return None


def move_code_up(request, frame, code):
    """Move a code one place up."""
    code.move_up(request.user)
    record_change(request, frame)


def retire_code(request, frame, code):
    """Take a code out of use; its texts keep it, or get another one."""
    form = RetireForm(code, request.POST)
    if not form.is_valid():
        messages.error(request, _("The code that its texts should get is no longer in use."))
        return
    found = code.codings.in_force().filter(submission__in=texts_of(frame, request.user).values("pk"))
    moved = found.count() if form.cleaned_data["into"] else 0
    code.retire(request.user, into=form.cleaned_data["into"])
    record_change(request, frame)
    if moved:
        facts = {"n": moved, "code": form.cleaned_data["into"].name}
        said = ngettext("%(n)d text has “%(code)s” now.", "%(n)d texts have “%(code)s” now.", moved)
        messages.success(request, said % facts)


CHANGES = {"change": change_code, "up": move_code_up, "retire": retire_code}


def take_in(request, frame):
    """Add the codes of a file; those of a name that the frame has already stay as they are."""
    file = request.FILES.get("file")
    if file is None or file.size > MAX_FILE_BYTES:
        messages.error(request, _("Choose the file of a coding frame, of 500 kB at most."))
        return
    try:
        frame.name_codes(codes_in_file(file.read()), request.user)
    except FrameFileError as fault:
        messages.error(request, str(fault))
        return
    except FrameFull:
        messages.error(request, FULL)
        return
    record_change(request, frame)
    messages.success(request, _("The codes of the file are in the frame."))


@require_safe
@for_officers
def frame_file(request, pk):
    """Hand the frame out as a file, without any text."""
    frame = get_frame_or_404(pk)
    response = HttpResponse(frame_as_json(frame), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="coding-frame-{frame.pk}.json"'
    return response
