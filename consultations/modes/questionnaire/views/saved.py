"""Save a questionnaire, and come back to it by a private link; two people with one link never overwrite each other."""

from functools import wraps

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from consultations.access import consultation_or_404
from consultations.models import SavedResponse, StaleSavedResponse
from consultations.modes.questionnaire.conflict_form import ConflictForm
from consultations.modes.questionnaire.forms import QuestionnaireForm
from consultations.modes.questionnaire.saved_answers import answers_as_text, answers_in, differences
from consultations.modes.questionnaire.saving_forms import SavedLinkForm, SavingForm
from consultations.modes.questionnaire.views.questionnaire import refusal_of, show, submit_questionnaire
from consultations.receipt_links import opens_saved
from consultations.saved_letters import post_saved_link
from consultations.submitting.limits import SAVED_LINKS_OF_ADDRESS
from consultations.submitting.once import Sending, once
from consultations.submitting.paused import wants_json
from portal.agency.moments import time_of_day
from portal.http.same_origin import same_origin_form
from portal.http.security_events import SecurityEvent, mark_refusal
from portal.outbox.address_keys import address_key

VERSION_SEEN = "saved_version"  # the field with the version that a form began with


def also_off_site(view):
    """Decorate a page of saved answers: while their consultation is not public, the link shows them to be copied."""

    @wraps(view)
    def answered(request, slug, reference):
        try:
            return view(request, slug, reference)
        except Http404:
            if saved := saved_off_site(request, slug, reference):
                return show_off_site(request, saved)
            raise

    return answered


@same_origin_form
@never_cache
@require_POST
def save_questionnaire(request, slug):
    """Store answers for the first time, and lead to the page with their link."""
    page = consultation_or_404(request, slug)
    form = SavingForm(request.POST, request=request, consultation=page)
    if not form.questions:
        raise Http404("This consultation has no questionnaire.")
    if refusal := refusal_of(request, page, form):
        return refusal
    if not form.is_valid():
        return show(request, page, form)
    return redirect(f"{form.keep().address_of('saved_link')}&new=1")


@same_origin_form
@never_cache
@also_off_site
@once
def saved_questionnaire(request, slug, reference):
    """Show the questionnaire with saved answers, and take it in when it is sent."""
    page = consultation_or_404(request, slug)
    sending = Sending.of(request) if request.method == "POST" else None
    if sending:
        sending.raise_if_sent_before()  # by a tap before this one, which used the saved answers up
    saved = own_saved(request, page, reference)
    if saved is None:
        if sending:
            sending.raise_if_sent_before()  # by one that was quicker by a moment
        return not_there(request, page)
    form = QuestionnaireForm(request.POST or None, request=request, consultation=page, saved=saved)
    if refusal := refusal_of(request, page, form):
        return refusal
    if not sending:
        return show(request, page, form)
    if differing := changed_meanwhile(request, form):
        return show_conflict(request, page, form, differing)
    try:
        return submit_questionnaire(request, page, form, sending)
    except StaleSavedResponse:  # somebody else saved or sent the answers a moment ago
        return after_lost_race(request, page, reference, QuestionnaireForm)


@same_origin_form
@never_cache
@require_POST
@also_off_site
def save_again(request, slug, reference):
    """Store other answers in the place of those that were saved, unless somebody else has changed them meanwhile."""
    page = consultation_or_404(request, slug)
    saved = own_saved(request, page, reference)
    if saved is None:
        return not_there(request, page)
    form = SavingForm(request.POST, request=request, consultation=page, saved=saved)
    if refusal := refusal_of(request, page, form):
        return why_not(request, "refused") or refusal
    if ConflictForm.was_answered(request.POST) and has_version(request, saved):
        return keep_chosen(request, page, form)
    if differing := changed_meanwhile(request, form):
        return show_conflict(request, page, form, differing)
    if not form.is_valid():
        return show(request, page, form)
    try:
        saved.change(form.given, text_version=form.version_read)
    except StaleSavedResponse:
        return after_lost_race(request, page, reference, SavingForm)
    if wants_json(request):
        said = _("Saved at %s.") % time_of_day(saved.saved_at)
        return JsonResponse({"version": saved.version, "said": said})
    return redirect(f"{saved.address_of('saved_link')}&new=1")


def own_saved(request, page, reference):
    """Return saved answers to whoever has their link; None once they are sent, deleted, or past their time.

    None too while the key that they were encrypted with is gone, so that nothing is saved over them.
    """
    if not opens_saved(request.GET.get("key", ""), reference):
        mark_refusal(request, SecurityEvent.BAD_LINK)
        raise Http404("Only the private link opens saved answers.")
    if saved := kept_saved(reference, consultation=page):
        saved.consultation = page
    return saved


def kept_saved(reference, **of_consultation):
    """Return saved answers that are kept and can be read; None if there are none."""
    saved = SavedResponse.kept().filter(reference=reference, **of_consultation).first()
    return None if saved is None or saved.is_unreadable else saved


def why_not(request, why):
    """Return what a script is told that saves what somebody types, and nothing was saved; None for a person."""
    return JsonResponse({"why": why}, status=409) if wants_json(request) else None


def saved_off_site(request, slug, reference):
    """Return the saved answers that a link opens, though nobody may open their consultation; None if there are none."""
    is_own = opens_saved(request.GET.get("key", ""), reference)
    return kept_saved(reference, consultation__slug=slug) if is_own else None


def show_off_site(request, saved):
    """Show saved answers, with what was typed on, to be copied and deleted, and nothing of their consultation."""
    if told := why_not(request, "refused"):
        return told
    typed = answers_in(request.POST, saved.consultation.questions.all(), saved.given)
    context = {
        "saved": saved,
        "typed": answers_as_text({**saved.given, **typed}),
        "delete_address": saved.address_of("delete_saved"),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "consultations/questionnaire/saved_off_site.html", context, status=status)


def not_there(request, page):
    """Say that saved answers are gone; what was typed is given back."""
    if told := why_not(request, "gone"):
        return told
    typed = answers_as_text(answers_in(request.POST, page.questions.all(), {}))
    context = {"page": page, "typed": typed}
    status = 409 if request.method == "POST" else 404
    return render(request, "consultations/questionnaire/saved_gone.html", context, status=status)


def has_version(request, saved):
    """Return whether a form began with the answers as they are saved now."""
    return request.POST.get(VERSION_SEEN) == str(saved.version)


def changed_meanwhile(request, form):
    """Return where saved answers differ from what was typed, if somebody has saved others since the form was shown."""
    return [] if has_version(request, form.saved) else differences(form.given, form.earlier, form.questions)


def after_lost_race(request, page, reference, form_class):
    """Answer whose form was a moment later than somebody else's."""
    saved = own_saved(request, page, reference)
    if saved is None:
        return not_there(request, page)
    form = form_class(request.POST, request=request, consultation=page, saved=saved)
    differing = differences(form.given, form.earlier, form.questions)
    return show_conflict(request, page, form, differing) if differing else show(request, page, form)


def show_conflict(request, page, form, differing, choices=None):
    """Show both people's answers where they differ, each with a choice; nothing is stored."""
    if told := why_not(request, "conflict"):
        return told
    context = {
        "page": page,
        "saved": form.saved,
        "choices": choices or ConflictForm(differing=differing),
        "typed": [(name, value) for name, values in request.POST.lists() if is_typed(name) for value in values],
        "save_action": form.saved.address_of("save_again"),
    }
    status = 409 if choices is None else 422
    return render(request, "consultations/questionnaire/saved_conflict.html", context, status=status)


def is_typed(name):
    """Return whether a field is carried through the page of a conflict; the choices themselves are made anew."""
    return name != VERSION_SEEN and not ConflictForm.was_answered([name])


def keep_chosen(request, page, form):
    """Store the answers that somebody chose of two people's, and show the questionnaire with them to go on."""
    differing = differences(form.given, form.earlier, form.questions)
    choices = ConflictForm(request.POST, differing=differing)
    if not choices.is_valid():
        return show_conflict(request, page, form, differing, choices)
    chosen = SavingForm(choices.chosen_in(request.POST), request=request, consultation=page, saved=form.saved)
    if not chosen.is_valid():
        return show(request, page, chosen)
    try:
        chosen.saved.change(chosen.given, text_version=chosen.version_read)
    except StaleSavedResponse:
        return after_lost_race(request, page, chosen.saved.reference, SavingForm)
    # No redirect: who writes stands in no saved response, and need not be typed again.
    who = {name: request.POST[name] for name in ("author_name", "author_email") if name in request.POST}
    return show(request, page, QuestionnaireForm(request=request, consultation=page, saved=chosen.saved, initial=who))


@same_origin_form
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@also_off_site
def saved_link(request, slug, reference):
    """Show the private link and until when it works, and mail it to whoever asks for it."""
    page = consultation_or_404(request, slug)
    saved = own_saved(request, page, reference)
    if saved is None:
        return not_there(request, page)
    form = SavedLinkForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        mail_link(saved, form.cleaned_data["address"])
        return redirect(f"{saved.address_of('saved_link')}&asked=1")
    context = {
        "page": page,
        "saved": saved,
        "link": request.build_absolute_uri(saved.get_absolute_url()),
        "saved_link": saved.address_of("saved_link"),
        "form": form,
        "is_own": saved.author_id is not None and saved.author_id == request.user.pk,
        "is_new": bool(request.GET.get("new")),
        "asked": bool(request.GET.get("asked")),
        "delete_address": saved.address_of("delete_saved"),
    }
    return render(request, "consultations/questionnaire/saved_link.html", context, status=422 if form.errors else 200)


def mail_link(saved, address):
    """Post the letter unless too many went to the address today; the page says the same either way."""
    if not SAVED_LINKS_OF_ADDRESS.count(address_key(address)).is_over:
        post_saved_link(saved, address, get_language() or "")


@same_origin_form
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete_saved(request, slug, reference):
    """Delete saved answers, after asking once; also when nobody may open their consultation any more."""
    try:
        page = consultation_or_404(request, slug)
        saved = own_saved(request, page, reference)
    except Http404:
        page, saved = None, saved_off_site(request, slug, reference)
        if saved is None:
            raise
    if saved is None:
        return not_there(request, page)
    if request.method == "POST":
        saved.forget()
        messages.success(request, _("Your saved answers are deleted."))
        return redirect(page.get_absolute_url() if page else reverse("consultations:list"))
    context = {"page": page, "saved": saved, "back": saved.address_of("saved_link")}
    return render(request, "consultations/questionnaire/delete_saved.html", context)
