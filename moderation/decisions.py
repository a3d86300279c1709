"""Deciding a case: once, on the text that was read, with everything that must be kept."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import Status, Submission
from moderation.models import Case, CaseClosed, Citation, Decision, PolicyVersion
from moderation.redaction import Span, redacted


@transaction.atomic
def decide(case, *, revision_id, action, by, clauses=(), reason="", spans=(), imported=False):
    """Decide a case as the moderator asked, or raise CaseClosed and change nothing.

    1. The submission's row is locked first, as everywhere, so that two decisions and an edit queue up.
    2. The case must still be open, and its text the one that was read (``revision_id``).
    3. The decision is kept, the case closed, the submission moved: one transaction.
    """
    submission = Submission.objects.select_for_update().get(pk=case.submission_id)
    case = Case.objects.select_related("revision", "claimed_by").get(pk=case.pk)
    refuse_late_decision(case, submission, revision_id)
    version = PolicyVersion.current()
    if version is None:
        raise CaseClosed(_("No policy is in force, so nothing can be decided under it."))
    decision = Decision.objects.create(
        case=case,
        revision=case.revision,
        version=version,
        action=action,
        reason=reason,
        spans=[list(span) for span in spans],
        by=by,
        imported=imported,
    )
    Citation.objects.bulk_create(Citation(decision=decision, clause=key) for key in clauses)
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now())
    APPLY[action](submission, decision, in_words(version, clauses))
    return decision


def refuse_late_decision(case, submission, revision_id):
    """Raise CaseClosed, saying who or what came first."""
    if case.closed_at:
        last = case.decisions.select_related("by").first()
        if last is None:
            raise CaseClosed(_("The author changed the text, and the new one needs no decision."))
        raise CaseClosed(
            _("%(who)s decided this case a moment ago: %(what)s.")
            % {"who": last.by or _("Somebody"), "what": last.get_action_display().lower()}
        )
    if submission.status == Status.WITHDRAWN:
        raise CaseClosed(_("The author has withdrawn this text."))
    if case.revision_id != revision_id:
        raise CaseClosed(_("The author has changed the text since you opened it. Read the new one first."))


def apply_publish(submission, decision, _clauses):
    """Show the text as it is."""
    submission.move(Status.PUBLISHED, revision=decision.revision, by=decision.by)


def apply_redact(submission, decision, clauses):
    """Show the text without the marked passages; the whole of it stays, sealed."""
    revision = decision.revision
    kept = {
        field: redacted(getattr(revision, field), [span for span in as_spans(decision) if span.field == field])
        for field in ("title", "text")
    }
    decision.result = submission.redact(by=decision.by, **kept)
    decision.save(update_fields=["result"])
    reason = _("A moderator took passages out: %s") % clauses
    submission.move(Status.PUBLISHED, revision=decision.result, by=decision.by, reason=reason[:300])


def apply_refuse(submission, decision, clauses):
    """Do not show the text; when it was a change to a public one, the public one stays."""
    if submission.status == Status.PUBLISHED and submission.cleared_id != decision.revision_id:
        submission.drop_change(by=decision.by)
    else:
        reason = _("Refused under %s") % clauses if clauses else decision.reason
        submission.move(Status.REFUSED, revision=decision.revision, by=decision.by, reason=reason[:300])


APPLY = {
    Decision.Action.PUBLISH: apply_publish,
    Decision.Action.REDACT: apply_redact,
    Decision.Action.REFUSE: apply_refuse,
}


def as_spans(decision):
    """Return the passages a decision takes out."""
    return [Span(*span) for span in decision.spans]


def in_words(version, keys):
    """Return clauses as the public reads them, such as “clause 4 (Private details)”."""
    clauses = [version.clause(key) for key in keys]
    return ", ".join(
        _("clause %(number)s (%(title)s)") % {"number": clause.number, "title": clause.title} for clause in clauses
    )
