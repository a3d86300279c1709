"""To answer one statement after the other, to write one, and to see how people answered."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from consultations.access import consultation_or_404, submission_or_404
from consultations.models import Kind, State, StatementVote, Submission, WordsChanged
from consultations.modes.statements.ballot import Ballot, is_over
from consultations.modes.statements.forms import StatementForm, VoteForm
from consultations.modes.statements.mode import STATEMENTS
from consultations.modes.statements.results import chosen_order, page_of_results
from consultations.submission_lists import placed
from consultations.submitting.limits import are_many_voters
from consultations.submitting.once import TOKEN_FIELD, Sending, once
from consultations.submitting.paused import answer_paused
from consultations.submitting.submit import writing_page
from portal.accounts.visitors import visitor_key
from portal.http.page_cache import public_page
from portal.http.same_origin import same_origin_form


@public_page()
def statements(request, slug):
    """Lead to the next statement, whose own address Back and reload keep; or to how people answered."""
    page = consultation_or_404(request, slug)
    ballot = Ballot(page, visitor_key(request))
    if not (ballot.total or STATEMENTS.is_on(page)):
        raise Http404("This consultation has no statements.")
    if page.state == State.UPCOMING:
        return redirect(page.get_absolute_url())
    if not page.is_open or (ballot.total and ballot.next is None):
        return redirect("consultations:statement_results", slug)
    if ballot.next is None:
        return render(request, "consultations/statements/none.html", {"page": page})
    return redirect("consultations:statement", slug, ballot.next.reference)


@same_origin_form
@public_page("after")
def statement(request, slug, reference):
    """Show a statement with the three answers, and take one in."""
    page = consultation_or_404(request, slug, with_content=request.method != "POST")
    found = submission_or_404(page, reference, kind=Kind.STATEMENT)
    if request.method == "POST":
        return vote(request, page, found)
    return show_statement(request, page, found, Ballot(page, visitor_key(request)))


def show_statement(request, page, found, ballot):
    """Render one statement, with how people answered it or the one before, as far as this person answered."""
    here = ballot.statements.get(found.reference)
    before = ballot.answered_one(request.GET.get("after", ""))
    context = {
        "page": page,
        "statement": found,
        "here": here,
        "may_vote": bool(here and page.is_taking_part and STATEMENTS.is_on(page)),
        "may_see": bool(here and (here.choice or is_over(page))),
        "number": len(ballot.answered) + (1 if here and not here.choice else 0),
        "total": ballot.total,
        "before": before,
        "before_text": before and with_text(page, [before])[0],
    }
    return render(request, "consultations/statements/statement.html", context)


def with_text(page, statements):
    """Return the submissions of statements on a ballot, in their order: one query."""
    found = Submission.objects.with_text().in_bulk([each.pk for each in statements])
    return [placed(found[each.pk], page) for each in statements]


def vote(request, page, found):
    """Take in an answer and lead to the next statement; the same answer again changes nothing.

    A new browser without script is asked first, as for support: what it sends then carries a token, and counts once.
    So is whoever read other words than those that stand there now.
    """
    if not (found.is_public and page.is_open and STATEMENTS.is_on(page)):
        return redirect(found.get_absolute_url())
    if page.pause:
        return answer_paused(request, page, back=found.get_absolute_url())
    read = request.POST.get("revision", "")
    if read and read != str(found.cleared.number):
        return ask_about_new_words(request, page, found)
    sending = Sending.of(request)
    is_new = bool(sending.visitor.new_name)
    is_suspicious = is_new and sending.has_token and are_many_new_voters(request, sending.visitor.key)
    form = VoteForm(request.POST, request=request, is_suspicious=is_suspicious)
    if not form.is_valid() or not read or (is_new and not sending.has_token):
        context = {"page": page, "statement": found, "form": form, "chosen": request.POST.get("choice", "")}
        return render(request, "consultations/statements/vote.html", context, status=422)
    try:
        StatementVote.cast(found, sending.visitor.key, form.cleaned_data["choice"])
    except WordsChanged:
        return ask_about_new_words(request, page, submission_or_404(page, found.reference, kind=Kind.STATEMENT))
    return sending.visitor.remembered(request, redirect(address_after(page, sending.visitor.key, found)))


def are_many_new_voters(request, voter_key):
    """Return whether a network has sent too many new voters of late; one who has answered before is not counted.

    A browser that keeps no cookie is new with each answer. Its page keeps the token, and with it the voter's key.
    """
    return not StatementVote.objects.filter(voter_key=voter_key).exists() and are_many_voters(request)


def ask_about_new_words(request, page, found):
    """Show the words that stand there now to somebody whose answer was to earlier ones, and ask anew."""
    if not found.is_public:
        return redirect(found.get_absolute_url())
    kept = {TOKEN_FIELD: request.POST.get(TOKEN_FIELD, "")}
    form = VoteForm(kept, request=request, is_suspicious="captcha_0" in request.POST)
    context = {"page": page, "statement": found, "form": form, "chosen": "", "has_new_words": True}
    return render(request, "consultations/statements/vote.html", context, status=409)


def address_after(page, voter_key, found):
    """Return where somebody goes on who has answered a statement: to the next, or to how people answered."""
    following = Ballot(page, voter_key).next
    if following:
        address = reverse("consultations:statement", args=[page.slug, following.reference])
    else:
        address = reverse("consultations:statement_results", args=[page.slug])
    return f"{address}?after={found.reference}"


@same_origin_form
@public_page()
@once
def write_statement(request, slug):
    """Show the form for a statement, and take it in."""
    template, when_over = "consultations/statements/write.html", "consultations:statement_results"
    return writing_page(request, slug, StatementForm, mode=STATEMENTS, template=template, when_over=when_over)


@public_page("sort", "page", "after")
def results(request, slug):
    """Show how one answered and how everybody did: while it is open, of what one has answered; afterwards of all."""
    page = consultation_or_404(request, slug)
    ballot = Ballot(page, visitor_key(request))
    if not (ballot.total or STATEMENTS.is_on(page)):
        raise Http404("This consultation has no statements.")
    order = chosen_order(request.GET.get("sort"))
    shown = page_of_results(ballot.shown(is_over=is_over(page)), order, request.GET.get("page"))
    shown.object_list = list(zip(shown.object_list, with_text(page, shown.object_list), strict=True))
    context = {
        "page": page,
        "ballot": ballot,
        "left": ballot.total - len(ballot.answered),
        "results": shown,
        "order": order,
        "is_over": is_over(page),
        "may_vote": page.is_taking_part and STATEMENTS.is_on(page),
        "just_answered": ballot.answered_one(request.GET.get("after", "")),
    }
    return render(request, "consultations/statements/results.html", context)
