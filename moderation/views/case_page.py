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
from moderation.findings.preview import preview
from moderation.models import Case, CaseClosed, Decision, PolicyVersion
from moderation.models.case import DISTRESSING, SERIOUS
from moderation.review.decisions import refuse_unfit_reader
from moderation.review.exposure import has_opened
from moderation.review.filters import filters_query
from moderation.review.forms import DecisionForm, HandOverForm, NoteForm
from moderation.review.hand_over import notes_for
from moderation.review.opinions import (
    criticism_needs_two,
    opinions_differ,
    opinions_on,
    refuse_repeated_opinion,
)
from moderation.review.precedents import precedents_of
from moderation.review.queue_queries import counts
from moderation.review.tray import tray_of


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
        """Return the decisions on the submission that the reader may know of.

        Whoever reads a text unknowingly is told nothing of the first reader's, not even of what that one took back.
        """
        decisions = decisions_on(self.case.submission)
        if hasattr(self.case, "blind_check"):
            checked = self.case.blind_check.decision
            return [each for each in decisions if each.pk < checked.pk and each.case_id != checked.case_id]
        if reads_unknowingly(self.case):
            return [each for each in decisions if not each.undone_at or each.actor_id == self.user.pk]
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


def is_serious(case):
    """Return whether deciding the case asks once more: what a rule holds it for may do harm."""
    return case.severity >= SERIOUS


def reads_unknowingly(case):
    """Return whether two people have to agree on the case and neither sees the other's opinion."""
    given = opinions_on(case)
    return bool(case.second_reader or given) and not opinions_differ(given)


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
    initial = {}
    if typed:
        initial = {"clauses": typed.getlist("clauses"), "others": typed.get("others"), "reason": typed.get("reason")}
        if typed.get("revision") == str(case.revision_id):
            initial |= {"passages": typed.getlist("passages"), "places": typed.getlist("places")}
    return DecisionForm(
        data,
        submission=case.submission,
        revision=case.revision,
        marks=sight.text.marks,
        clauses=clauses_in_force(),
        appealed=case.appeal.decision if case.cause == Case.Cause.APPEALED else None,
        safety=case.desk == Case.Desk.SAFETY,
        initial=initial,
    )


def shown(request, case, *, form=None, problem="", sure="", typed=None, over=None, note=None, status=200):
    """Show a case: with the decision form to whoever has taken it. `sure`: the decision that is asked about once."""
    sight = Sight(request, case)
    over = over or HandOverForm(desk=case.desk)
    context = {
        "case": case,
        "problem": problem,
        "typed": typed,
        "counts": counts(request.user),
        "filters_query": filters_query(request),
        "header": [{"url": reverse("queue"), "label": _("Queue")}, {"url": "", "label": case.submission.reference}],
        "over": over,
        "note": note or NoteForm(),
        "sure": sure,
        "asks": is_serious(case),
        "tray": tray_of(request.user),
        **for_safety(case, sight, over),
        **who_has_it(case, request.user, sight),
        **the_text(sight, form or form_for(case, sight, typed=typed)),
        **its_past(case, sight),
        **what_others_say(case, request.user, sight),
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


def for_safety(case, sight, over):
    """Return whether the case lies at the safety desk, or should go there first, and what that desk is told."""
    named = {mark.clause.key: mark.clause for mark in sight.text.marks if mark.holds and mark.clause}
    grave = [f"{clause.number}. {clause.title}" for clause in named.values() if clause.severity >= DISTRESSING]
    return {
        "safety": case.desk == Case.Desk.SAFETY,
        "to_safety": not case.desk and case.severity >= DISTRESSING and Case.Desk.SAFETY in dict(over.desks),
        "safety_note": "; ".join(grave) or _("Readers say that somebody may be in danger."),
        "may_see_measures": sight.user.has_perm(Case.Desk.SAFETY.permission),
    }


def the_text(sight, form):
    """Return the text with its findings, clause by clause, each with its checkbox, and the decision's form."""
    text = sight.text
    return {
        "revision": sight.revision,
        "marked": text,
        "shut": sight.shut,
        "hard": sight.is_hard,
        "sealed_text": sight.sealed,
        "groups": by_clause(text.marks, form.boxes()),
        "preview": preview(form.parts, text.marks, form.taken_out),
        "previewed": bool(form.taken_out) or any(mark.redactable for mark in text.marks),
        "taken_out": form.taken_in_words,
        "form": form,
        "stands": form.may_stand,
        "suggested": "" if sight.is_anew or sight.case.report_count else suggested(text),
        "may_return": sight.case.cause != Case.Cause.APPEALED and not sight.case.submission.source,
    }


def by_clause(marks, boxes):
    """Return the marks with their checkboxes, those of one clause together."""
    groups = {}
    for mark in marks:
        _clause, members = groups.setdefault(mark.clause.key if mark.clause else mark.rule, (mark.clause, []))
        members.append((mark, boxes.get(str(mark.finding))))
    return list(groups.values())


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


def why_two(case):
    """Return why two people have to agree: they were asked to, a rule saw criticism of us, or ""."""
    if case.second_reader:
        return "asked"
    return "criticism" if criticism_needs_two(case) else ""


def what_others_say(case, user, sight):
    """Return what author, readers and colleagues say of it; of two opinions nothing before both are given."""
    given = opinions_on(case)
    return {
        "two_because": "" if sight.shut else why_two(case),
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
