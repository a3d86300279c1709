"""What the page of a case shows, and to whom."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from consultations.models import Status
from moderation.findings.case_text import (
    decisions_on,
    earlier_texts,
    marked,
    others_by_author,
    readable_revision,
    sealed_up_to,
)
from moderation.models import Case, CaseClosed, Decision, PolicyVersion
from moderation.models.case import DISTRESSING
from moderation.review.decisions import refuse_unfit_reader
from moderation.review.exposure import has_opened
from moderation.review.filters import filters_query
from moderation.review.forms import DecisionForm, HandOverForm, NoteForm
from moderation.review.hand_over import notes_for
from moderation.review.opinions import opinions_differ, opinions_on, refuse_repeated_opinion
from moderation.review.precedents import precedents_of
from moderation.review.queue_queries import counts


class Sight:
    """What of a case somebody may see just now.

    `shut`: the text may be hard to read and was not opened. `sealed`: passages were taken out of it, and somebody who
    looks again at that has not opened the whole of it.
    """

    def __init__(self, request, case):
        self.case, self.user = case, request.user
        self.unsealed = case.pk in request.session.get("unsealed", [])

    @property
    def is_anew(self):
        """Return whether the reader must not know who decided on the text before: an appeal, or a blind check."""
        return self.case.cause == Case.Cause.APPEALED or hasattr(self.case, "blind_check")

    @cached_property
    def decisions(self):
        """Return the decisions on the submission that the reader may know of."""
        decisions = decisions_on(self.case.submission)
        if hasattr(self.case, "blind_check"):
            return [each for each in decisions if each.pk < self.case.blind_check.decision_id]
        return decisions

    @property
    def sealed(self):
        """Return whether the reader has to open the whole text before looking at it again."""
        whole = self.case.revision.number > sealed_up_to(self.decisions)
        return self.case.cause == Case.Cause.APPEALED and not whole and not self.unsealed

    @cached_property
    def revision(self):
        """Return the text that the reader may see."""
        if self.case.cause == Case.Cause.APPEALED and self.unsealed:
            return self.case.revision
        return readable_revision(self.case, self.decisions)

    @cached_property
    def text(self):
        """Return the text with its marks."""
        return marked(self.case.submission, self.revision)

    @property
    def is_hard(self):
        """Return whether the text may be hard to read: a rule or a reader says so."""
        return self.text.distressing is not None or self.case.severity >= DISTRESSING

    @cached_property
    def shut(self):
        """Return whether the text stays behind a neutral sentence."""
        return self.is_hard and not has_opened(self.user, self.case)


def obstacle(case, user):
    """Return why the user cannot decide a case that waits, or nothing."""
    try:
        refuse_unfit_reader(case, user)
        refuse_repeated_opinion(case, user)
    except CaseClosed as error:
        return str(error)
    return ""


def clauses_in_force():
    """Return the clauses of the policy in force."""
    version = PolicyVersion.current()
    return version.policy.clauses if version else ()


def form_for(case, sight, data=None, typed=None):
    """Return the decision form of a case; `typed` fills a new one with what was sent before."""
    is_reply = case.cause == Case.Cause.APPEALED
    initial = {"reason": ""} if is_reply else {}  # an answer is written, not offered
    if typed:
        initial = {"clauses": typed.getlist("clauses"), "others": typed.get("others"), "reason": typed.get("reason")}
        if typed.get("revision") == str(case.revision_id):
            initial["passages"] = typed.getlist("passages")
    return DecisionForm(
        data,
        revision=case.revision,
        name=case.submission.author_name,
        marks=sight.text.marks,
        clauses=clauses_in_force(),
        reply=is_reply,
        initial=initial,
    )


def shown(request, case, *, form=None, problem="", typed=None, over=None, note=None, status=200):
    """Show a case: with the decision form to whoever has taken it."""
    sight = Sight(request, case)
    context = {
        "case": case,
        "problem": problem,
        "typed": typed,
        "counts": counts(request.user),
        "filters_query": filters_query(request),
        "header": [{"url": reverse("queue"), "label": _("Queue")}, {"url": "", "label": case.submission.reference}],
        "over": over or HandOverForm(desk=case.desk),
        "note": note or NoteForm(),
        **who_has_it(case, request.user, sight),
        **the_text(sight, form or form_for(case, sight, typed=typed)),
        **its_past(case, sight),
        **what_others_say(case, request.user),
    }
    return render(request, "moderation/case.html", context, status=status)


def who_has_it(case, user, sight):
    """Return whether the user may decide, and if not, why."""
    is_open = case.closed_at is None and case.submission.status != Status.WITHDRAWN and not case.is_with_author
    why_not = obstacle(case, user) if is_open else ""
    has_it = is_open and not why_not and case.claimed_by_id == user.pk
    return {
        "is_open": is_open,
        "why_not": why_not,
        "has_it": has_it,
        "mine": has_it and not sight.shut and not sight.sealed,
        "colleague": case.claimed_by_other(user) if is_open else None,
    }


def the_text(sight, form):
    """Return the text with its findings, each with its checkbox, and the clauses they are about."""
    boxes, text = form.boxes(), sight.text
    concerned = {mark.clause.key for mark in text.marks if mark.clause}
    return {
        "revision": sight.revision,
        "marked": text,
        "shut": sight.shut,
        "hard": sight.is_hard,
        "sealed_text": sight.sealed,
        "findings": [(mark, boxes.get(str(mark.finding))) for mark in text.marks],
        "clauses": [clause for clause in form.in_force if clause.key in concerned],
        "form": form,
        "suggested": "" if sight.is_anew or sight.case.report_count else suggested(text),
        "may_return": sight.case.cause != Case.Cause.APPEALED and not sight.case.submission.source,
    }


def suggested(text):
    """Return the decision that the findings' clauses ask for, if they do."""
    if any(mark.redactable for mark in text.marks):
        return Decision.Action.REDACT
    return "" if any(mark.holds for mark in text.marks) else Decision.Action.PUBLISH


def its_past(case, sight):
    """Return what went before: earlier texts, earlier decisions, other texts of the author, cases like it."""
    return {
        "submission": case.submission,
        "decisions": sight.decisions,
        "anew": sight.is_anew,
        "changed": case.cause == Case.Cause.RETURNED,
        "earlier": [] if sight.shut else earlier_texts(case.submission, sight.revision, sight.decisions),
        "sealed": sealed_up_to(sight.decisions),
        "others": others_by_author(case.submission),
        "precedents": [] if sight.shut else precedents_of(case),
    }


def what_others_say(case, user):
    """Return what author, readers and colleagues say of it; of two opinions nothing before both are given."""
    given = opinions_on(case)
    return {
        "appeal": case.appeal if case.cause == Case.Cause.APPEALED else None,
        "reports": with_clauses(case.reports.open()) if case.report_count else [],
        "opinions": with_clauses(given) if opinions_differ(given) and case.desk == Case.Desk.LEAD else [],
        "notes": notes_for(case, user),
    }


def with_clauses(rows):
    """Return rows with the clauses they name, in the words of the policy in force."""
    in_force = {clause.key: clause for clause in clauses_in_force()}
    keys = [(row, row.clauses if hasattr(row, "clauses") else [row.clause]) for row in rows]
    return [(row, [in_force[key] for key in named if key in in_force]) for row, named in keys]
