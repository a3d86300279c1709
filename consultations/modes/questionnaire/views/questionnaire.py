"""The questionnaire: answer it, read its receipt, withdraw it."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from consultations.access import consultation_or_404
from consultations.conditions import applying, with_conditions
from consultations.models import Response, SavedResponse
from consultations.models.saved_response import end_of_keeping
from consultations.modes.questionnaire.forms import QuestionnaireForm
from consultations.outcomes import points_on_receipt
from consultations.receipt_links import opens_receipt
from consultations.submitting.once import Sending, note_receipt_opened, once
from consultations.submitting.paused import answer_paused
from consultations.submitting.submit import accepts_form, author_key
from portal.http.page_cache import public_page
from portal.http.same_origin import same_origin_form
from portal.http.security_events import SecurityEvent, mark_refusal


@same_origin_form
@public_page()
@once
def questionnaire(request, slug):
    """Show the questionnaire, and take it in."""
    page = consultation_or_404(request, slug)
    sending = Sending.of(request) if request.method == "POST" else None
    if sending:
        sending.raise_if_sent_before()
    form = QuestionnaireForm(request.POST or None, request=request, consultation=page)
    if not form.questions:
        raise Http404("This consultation has no questionnaire.")
    if not (page.is_open or form.is_bound):
        return redirect("consultations:answers", slug)
    if refusal := refusal_of(request, page, form):
        return refusal
    return submit_questionnaire(request, page, form, sending) if sending else show(request, page, form)


def refusal_of(request, page, form):
    """Return the page that says why nothing is taken, with what was typed or saved; None if it may be sent."""
    if not (page.is_open or (form.is_bound and accepts_form(page, request.POST.get("stamp", "")))):
        return too_late(request, page, form)
    if page.pause:
        return answer_paused(request, page, form.typed)
    if earlier := earlier_response(request.user, page):
        return answered_already(request, page, form, earlier)
    return None


def show(request, page, form, status=None):
    """Render the questionnaire; with errors, answer 422 if nothing else is said."""
    saved = form.saved
    action = saved.get_absolute_url() if saved else path_of("questionnaire", page)
    context = {
        "page": page,
        "form": form,
        "saved": saved,
        "action": action,
        "kept_on_device_as": (action or request.path).partition("?")[0],  # never with the key of a private link
        "saved_link": saved.address_of("saved_link") if saved else "",
        "save_action": saved.address_of("save_again") if saved else path_of("save_questionnaire", page),
        "kept_until": end_of_keeping(page),
        "by_account": saved.author_id is not None if saved else request.user.is_authenticated,
        "saves_itself": saved and not (form.solved_captcha or "captcha" in form.fields),  # a puzzle has one try
        "own_saved": [] if saved else own_saved_responses(request.user, page),
    }
    status = status or (422 if form.errors else 200)
    return render(request, "consultations/questionnaire/questionnaire.html", context, status=status)


def path_of(view, page):
    """Return an address of the questionnaire; '' for a draft of the editor's that has none yet."""
    return reverse(f"consultations:{view}", args=[page.slug]) if page.slug else ""


def own_saved_responses(user, page):
    """Return what a signed-in person has saved of the questionnaire; nothing in the preview of a new one."""
    if not (user.is_authenticated and page.pk):
        return []
    saved = list(SavedResponse.kept().filter(author=user, consultation=page).defer("answers"))
    for each in saved:
        each.consultation = page
    return saved


def preview(request, draft):
    """Show the questions of a draft to its editor."""
    for number, question in enumerate(draft.questions.all()):
        question.pk = question.pk or -number - 1  # what is not stored yet needs a name in the form
    return show(request, draft, QuestionnaireForm(request=request, consultation=draft))


def submit_questionnaire(request, page, form, sending):
    """Save a valid questionnaire and redirect to its receipt; redisplay one that is invalid or has warnings."""
    if not form.is_valid():
        sending.raise_if_sent_before()  # the same form may have used up the puzzle a moment ago
        return show(request, page, form)
    if form.refuse_to_leave_out():
        return show(request, page, form)
    if form.refuse_to_drop_words():
        return show(request, page, form, status=409)
    key = author_key(request, sending, form)
    if form.needs_confirmation(form.draft(author_key=key)):
        return show(request, page, form)
    try:
        received = sending.save_once(lambda note: form.save(author_key=key, alongside=with_saved(form, note)))
    except IntegrityError:  # A second tab of the same person was quicker.
        if earlier := earlier_response(request.user, page):
            return answered_already(request, page, form, earlier)
        raise
    return sending.redirect_to_receipt(request, received)


def with_saved(form, note):
    """Return what happens in the transaction that stores a response: what it was saved as is deleted."""

    def alongside(made):
        note(made)
        if form.saved:
            form.saved.use_up()

    return alongside


def earlier_response(user, page):
    """Return what a signed-in person has answered already, or None."""
    return page.responses.not_withdrawn().filter(author=user).first() if user.is_authenticated else None


def answered_already(request, page, form, earlier):
    """Say that there is one response for each account; what was typed is given back."""
    context = {"page": page, "earlier": earlier, "typed": form.typed}
    return render(request, "consultations/questionnaire/answered.html", context, status=409 if form.is_bound else 200)


def too_late(request, page, form):
    """Say that it has closed; what was typed or saved is given back."""
    context = {"page": page, "typed": form.typed, "saved": form.saved}
    return render(request, "consultations/too_late.html", context, status=409 if form.is_bound else 200)


def own_or_404(request, reference):
    """Return a response to its author and to nobody else."""
    if not opens_receipt(request.GET.get("key", ""), reference):
        mark_refusal(request, SecurityEvent.BAD_LINK)
        raise Http404("Only the author's own link opens this page.")
    return get_object_or_404(Response.objects.select_related("consultation"), reference=reference)


@never_cache
def response(request, reference):
    """Show somebody what they answered, and how each text stands."""
    found = own_or_404(request, reference)
    note_receipt_opened(request, found)
    context = {
        "response": found,
        "page": found.consultation,
        "key": request.GET["key"],
        "is_new": bool(request.GET.get("new")),
        "answers": (answers := answers_of(found)),
        "points": points_on_receipt(found.consultation, {found.reference, *references_in(answers)}),
    }
    return render(request, "consultations/questionnaire/response.html", context)


def references_in(answers):
    """Return the references of the texts among somebody's answers."""
    return [answer["text"].reference for answer in answers if answer["text"]]


def answers_of(found):
    """Return each question with what was chosen and what was written; three queries."""
    texts = {each.question_id: each for each in found.open_answers.select_related("current", "cleared")}
    chosen: dict[int, list[str]] = {}
    for each in found.closed_answers.all():
        chosen.setdefault(each.question_id, []).append(each.value)
    questions = with_conditions(found.consultation.questions.all())
    asked = applying(questions, lambda question: chosen.get(question.pk, ()))
    return [
        {
            "question": question,
            "asked": question.pk in asked,
            "chosen": question.all_said(chosen.get(question.pk, ())),
            "text": texts.get(question.pk),
            "waits": question.pk in texts and texts[question.pk].is_waiting,
        }
        for question in questions
    ]


@same_origin_form
@never_cache
def withdraw(request, reference):
    """Let somebody take all their answers back, after asking once; a second time changes nothing."""
    found = own_or_404(request, reference)
    if request.method != "POST":
        context = {"response": found, "page": found.consultation, "back": found.get_receipt_url()}
        return render(request, "consultations/questionnaire/withdraw.html", context)
    found.withdraw(actor=found.author)
    messages.success(request, _("Your answers are withdrawn. They are no longer counted, and nobody sees your texts."))
    return redirect(found.get_receipt_url())
