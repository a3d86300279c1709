"""Reading: the list, a consultation, a thread, the ideas."""

from django.shortcuts import render

from consultations.access import consultation_or_404
from consultations.counts import counts
from consultations.models import ConsultationIndexPage, ConsultationPage, Kind, State, Submission
from consultations.modes.page_part import page_parts, rail
from consultations.submitting.forms import IdeaForm, StateForm, SubmissionForm
from consultations.threads import SORTS, comments_on, mark_supported, page_of, page_of_threads, placed, whole_thread
from portal.accounts.visitors import visitor_key
from portal.http.page_cache import public_page


@public_page("state", "page")
def listing(request):
    """List all consultations, or those in one state."""
    form = StateForm(request.GET, choices=[("", ""), *State.choices])
    state = form.cleaned_data["state"] if form.is_valid() else ""
    live = ConsultationPage.objects.live().public().for_cards()
    chosen = live.in_state(state) if state else live.order_by("-closes_at")
    context = {
        "page": ConsultationIndexPage.objects.live().first(),
        "consultations": page_of(chosen, request.GET.get("page")),
        "state": state,
        "states": State.choices,
    }
    return render(request, "consultations/consultation_index_page.html", context)


@public_page("sort", "page", "passage")
def detail(request, slug):
    """Show a consultation with what people say, and the form while it is open."""
    return show_consultation(request, consultation_or_404(request, slug))


def show_consultation(request, page, forms=None):
    """Render a consultation, answer 422 for errors; ``forms`` holds what was sent and is shown again, by mode."""
    figures = counts(page)
    parts = page_parts(page, figures, request, forms)
    sent = next(iter((forms or {}).values()), None)
    context = {
        "page": page,
        "form": sent,
        "counts": figures,
        "parts": parts,
        "rail": rail(page, parts),
        "behind": behind(page),
    }
    return render(request, page.template, context, status=422 if sent and sent.errors else 200)


def page_of_own_threads(request, comments, page, parent=None):
    """Return the page of threads that was asked for; what the visitor supports is marked."""
    found = page_of_threads(comments, request.GET.get("page"), page, parent)
    mark_own_support(request, found)
    return found


def behind(page):
    """Return the public submissions that the outcome names, by reference: one query when there is an outcome."""
    references = [key for block in page.outcome if block.block_type == "point" for key in block.value["behind"]]
    if not references:
        return {}
    public = Submission.objects.filter(consultation=page, reference__in=references).public()
    return {each.reference: placed(each, page) for each in public.with_text().select_related("parent")}


def mark_own_support(request, threads, *others):
    """Mark what the visitor supports among what is shown."""
    mark_supported([*others, *(each for thread in threads for each in thread.submissions)], visitor_key(request))


def chosen_sort(request):
    """Return how comments or ideas are sorted: newest first unless asked otherwise."""
    sort = request.GET.get("sort")
    return sort if sort in SORTS else "newest"


def show_thread(request, page, comment, form=None):
    """Render one comment with all its replies."""
    if form is None and page.is_open and "comments" in page.modes:
        form = SubmissionForm(request=request, consultation=page, parent=comment)
    thread, replies = whole_thread(comment, page, request.GET.get("page"))
    mark_own_support(request, [thread])
    context = {"page": page, "thread": thread, "replies": replies, "form": form}
    return render(request, "consultations/thread.html", context, status=422 if form and form.errors else 200)


@public_page("sort", "page", "q")
def ideas(request, slug):
    """List the ideas of a consultation."""
    page = consultation_or_404(request, slug)
    sort = chosen_sort(request)
    found = Submission.objects.filter(consultation=page, kind=Kind.IDEA, parent=None).public().with_text()
    if words := request.GET.get("q", "").strip()[:100]:
        found = found.filter(cleared__title__icontains=words) | found.filter(cleared__text__icontains=words)
    count = None if words else counts(page)["ideas"]
    shown = page_of(found.order_by(*SORTS[sort]), request.GET.get("page"), count)
    shown.object_list = [placed(idea, page) for idea in shown.object_list]
    mark_supported(shown.object_list, visitor_key(request))
    context = {"page": page, "ideas": shown, "sort": sort, "q": words}
    return render(request, "consultations/ideas.html", context)


def show_idea(request, page, idea, form=None):
    """Render an idea with the comments on it."""
    if form is None and page.is_open and "comments" in page.modes:
        form = SubmissionForm(request=request, consultation=page, parent=idea)
    comments = comments_on(page, parent=idea, sort=chosen_sort(request))
    threads = page_of_threads(comments, request.GET.get("page"), page, parent=idea)
    mark_own_support(request, threads, idea)
    context = {
        "page": page,
        "idea": idea,
        "form": form,
        "threads": threads,
        "comment_sort": chosen_sort(request),
    }
    return render(request, "consultations/idea.html", context, status=422 if form and form.errors else 200)


def show_proposal(request, page, form=None):
    """Render the form for a new idea."""
    form = form or IdeaForm(request=request, consultation=page)
    status = 422 if form.errors else 200
    return render(request, "consultations/propose.html", {"page": page, "form": form}, status=status)
