"""The pages on which officers code: what can be coded, and the texts of a frame one by one."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from consultations.models import ConsultationPage, Question
from consultations.plain_text import plain_name
from portal.audit import record
from portal.audit.looking import record_look
from search.access.scope import SEARCH_PERMISSION
from search.coding import texts as coding_texts
from search.desk.answers import describe_response
from search.index.documents import findable_revision
from search.models import Coding, CodingFrame
from search.models.coding import LONGEST_CODE_NAME, FrameFull

CODING_HEADER = [{"url": reverse_lazy("coding_list"), "label": gettext_lazy("Coding")}]
LIST_CHOICES = (coding_texts.TO_DO, coding_texts.CODED, coding_texts.ALL)
FULL = gettext_lazy("This frame has all the codes that it can hold. Put two together first.")

for_officers = permission_required(SEARCH_PERMISSION, raise_exception=True)


def get_frame_or_404(pk):
    """Return a frame with what its pages name."""
    return get_object_or_404(CodingFrame.objects.select_related("consultation", "question"), pk=pk)


def header(frame, *, page=""):
    """Return the breadcrumbs of a frame's page."""
    asked = frame.question.label if frame.question else frame.consultation.title
    own = {"url": reverse("coding", args=[frame.pk]) if page else "", "label": asked}
    return [*CODING_HEADER, own, *([{"url": "", "label": page}] if page else [])]


@require_safe
@for_officers
def coding_list(request):
    """List what can be coded, with how far each is."""
    rows = coding_texts.list_codable(request.user)
    return render(request, "search/coding/list.html", {"header": CODING_HEADER, "rows": rows})


@require_POST
@for_officers
def begin(request):
    """Begin a frame, or go on with the one that there is."""
    page = get_object_or_404(ConsultationPage, pk=number_in(request.POST.get("consultation")))
    asked = request.POST.get("question")
    question = get_object_or_404(Question, pk=number_in(asked), page=page) if asked else None
    if question and not question.is_open:
        raise Http404("Only answers in people's own words are coded.")
    if not coding_texts.findable_texts(request.user).filter(consultation=page, question=question).exists():
        raise Http404("There is no text to code.")
    with transaction.atomic():
        frame = CodingFrame.begin(page, question, request.user)
        record("coding.begun", actor=request.user, subject=page)
    return redirect("coding", frame.pk)


def number_in(value):
    """Return a typed number that fits a key, else 0, which no row has."""
    return int(value) if value and value.isdecimal() and len(value) < 19 else 0


@require_safe
@for_officers
def coding(request, pk):
    """Show the texts of a frame around the one that is read, with the codes that it has."""
    frame = get_frame_or_404(pk)
    record_look("coding.opened", request.user, frame.consultation, question=str(frame.question_id))
    texts = coding_texts.texts_of(frame, request.user)
    show, code = shown_by(request, frame)
    current = current_text(texts, request.GET.get("text"))
    window = coding_texts.window_around(coding_texts.shown_texts(texts, show, code), current, whole=texts)
    progress = coding_texts.progress_of(texts)
    context = {
        "header": header(frame),
        "frame": frame,
        "show": show,
        "code": code,
        "window": window,
        "progress": progress,
        "counts": coding_texts.count_codes(frame, texts, progress.coded),
        "coders": coding_texts.count_coders(frame, texts),
    }
    if window.current:
        context |= text_context(request.user, frame, window.current, context["counts"])
    return render(request, "search/coding/coding.html", context)


def shown_by(request, frame):
    """Return which texts are listed and, if it is those with one code, the code."""
    show = request.GET.get("show")
    code = frame.codes.filter(pk=number_in(request.GET.get("code"))).first()
    return show if show in LIST_CHOICES else coding_texts.TO_DO, code


def current_text(texts, reference):
    """Return the text that is asked for; None for none; raise Http404 for one that is not of the frame."""
    if not reference:
        return None
    return get_object_or_404(texts.select_related("current", "cleared"), reference=reference)


def text_context(user, frame, text, counts):
    """Return what the pane shows of a text: its words, its codes and who gave them."""
    revision = findable_revision(text)
    codings = Coding.objects.in_force().filter(code__frame=frame, submission=text).select_related("coder", "code")
    given = {coding.code_id: coding for coding in codings}
    choices = [(count, given.get(count.code.pk)) for count in counts]
    return {
        "text": text,
        "revision": revision,
        "answered": describe_response(text.response_id),
        "other_answers": coding_texts.other_open_answers(user, text),
        "choices": [(count, coding) for count, coding in choices if coding or not count.code.retired_at],
        "is_changed": any(coding.revision_number != revision.number for coding in given.values()),
    }


@for_officers
def code_text(request, pk, reference):
    """Give a text a code, or take one off; the address itself leads to the text."""
    frame = get_frame_or_404(pk)
    text = current_text(coding_texts.texts_of(frame, request.user), reference)
    if request.method == "POST":
        with transaction.atomic():
            frame.lock()  # a code is not retired while it is given
            apply_wish(request, frame, text)
    listed = {name: request.GET[name] for name in ("show", "code") if request.GET.get(name)}
    return redirect(reverse("coding", args=[frame.pk], query=listed | {"text": text.reference}))


def apply_wish(request, frame, text):
    """Do what a button or the field of the pane asks for; say why when it cannot be done."""
    number = findable_revision(text).number
    if number_in(request.POST.get("number")) not in (0, number):
        messages.error(request, _("The text was changed meanwhile. Read it as it is now."))
    elif taken_off := request.POST.get("take_off"):
        for code in frame.codes.filter(pk=number_in(taken_off)):
            Coding.take_off(code, text, request.user)
    elif (code := wished_code(request, frame)) is not None:
        code.frame = frame
        Coding.give(code, text, number, request.user)


def wished_code(request, frame):
    """Return the code that was pressed or named; None, and a message that says why, for one that cannot be given."""
    name = plain_name(request.POST.get("name", ""))
    if request.POST.get("give"):
        code = frame.codes.filter(pk=number_in(request.POST["give"])).first()
        if code and not code.retired_at:
            return code
        why = _("This code was retired a moment ago. Choose another one.")
    elif not name:
        why = _("Choose a code, or name a new one.")
    elif len(name) > LONGEST_CODE_NAME:
        why = _("The name of a code has %d characters at most.") % LONGEST_CODE_NAME
    else:
        try:
            return frame.name_codes([(name, "")], request.user)[0]
        except FrameFull:
            why = str(FULL)
    messages.error(request, why)
    return None
