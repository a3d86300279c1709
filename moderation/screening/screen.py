"""Screening a stored text: the rules look, the findings are kept, the text is published or held.

Answers `consultations.signals.submission_received` inside the transaction that stored the text:
milliseconds, no network. What raises here leaves the submission `received`, and `sweep` comes back to it.
"""

import logging
from collections import namedtuple

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import EventKind, Status, Submission
from consultations.models.pages import Moderation
from moderation.models import Case, Finding, ModerationSettings, PolicyVersion, Screening
from moderation.models.screening import Action
from moderation.policy.ruleset import Context
from moderation.restrictions import crisis, in_force
from moderation.screening.campaigns import campaign_of, keep_bands, sketch_of
from moderation.screening.topic import topic_of
from moderation.text.normalised import fingerprint
from portal.casework.working_hours import due

logger = logging.getLogger(__name__)

MOST_FINDINGS = 200  # rows kept for one text: the same word a thousand times says no more

Hold = namedtuple("Hold", "cause reason")


def answer(sender, submission, revision, **_signal):
    """Screen a text that just arrived."""
    screen(submission, revision)


def screen(submission, revision):
    """Apply the policy in force to one revision: keep what was found, then publish or hold."""
    version = PolicyVersion.current()
    screening = record(submission, revision, version) if version else None
    hold = reason_to_hold(submission, screening)
    if hold:
        hold_for_review(submission, revision, hold, screening)
    else:
        publish(submission, revision)
    return screening


def record(submission, revision, version):
    """Run the rules and keep the result."""
    sketch = sketch_of(revision.text, fingerprint(revision.text))
    campaign = campaign_of(submission, sketch)
    known = ModerationSettings.load()
    context = context_of(submission, version.ruleset.asks, known, sketch=sketch, campaign=campaign)
    result = version.ruleset.screen(revision.text, title=revision.title, name=submission.author_name, context=context)
    screening = Screening.objects.create(
        revision=revision, version=version, action=result.action, fingerprint=sketch.fingerprint, campaign=campaign
    )
    keep_findings(screening, result.findings)
    keep_bands(screening, sketch)
    return screening


def keep_findings(screening, findings):
    """Store what the rules saw; of very many, the first."""
    Finding.objects.bulk_create(
        Finding(
            screening=screening,
            rule=finding.rule,
            clause=finding.clause,
            detector=finding.detector,
            action=finding.action,
            field=finding.field,
            start=finding.start,
            end=finding.end,
            explanation=finding.explanation[:300],
        )
        for finding in findings[:MOST_FINDINGS]
    )


def context_of(submission, asks, known, *, sketch=None, campaign=None):
    """Return what the rules may know besides the text; what costs a query is looked up only if a rule `asks` for it."""
    copies, own_copies = count_copies(submission, sketch.fingerprint if sketch else "")
    return Context(
        consultation=submission.consultation.slug if submission.consultation else "",
        kind=submission.kind,
        language=submission.language,
        channel=submission.channel,
        today=timezone.localdate(),
        crisis_level=in_force.crisis_level(),
        signed_in=submission.author_id is not None,
        staff=submission.by_staff,
        published=count_published(submission) if "new" in asks else 0,
        author_domain=submission.author_email.rpartition("@")[2].lower(),
        staff_domains=tuple(known.staff_domains.lower().split()),
        public_people=tuple(known.public_people.split("\n")) if known.public_people else (),
        topic=topic_of(submission.consultation) if "off_topic" in asks else {},
        regions=tuple(known.phone_regions.split()),
        own_contacts=tuple(known.own_contacts.split("\n")) if known.own_contacts else (),
        own_domains=tuple(known.own_domains.split()),
        maximum_length=known.maximum_length,
        readable=tuple(known.languages.split()),
        copies=copies,
        own_copies=own_copies,
        near_copies=max(campaign.size - 1 - copies, 0) if campaign else 0,
    )


def count_published(submission):
    """Return how many other texts of the author are public, in any consultation."""
    theirs = Submission.objects.filter(author_key=submission.author_key).exclude(author_key="")
    return theirs.public().exclude(pk=submission.pk).count()


def count_copies(submission, mark):
    """Return how many other submissions to the consultation carry the same text, and how many are the author's."""
    if not mark:
        return 0, 0
    alike = Screening.objects.filter(fingerprint=mark).exclude(fingerprint="")  # lets SQLite use the partial index
    others = Submission.objects.filter(
        pk__in=alike.values("revision__submission"), consultation=submission.consultation_id
    ).exclude(pk=submission.pk)
    own = Count("pk", distinct=True, filter=Q(author_key=submission.author_key) & ~Q(author_key=""))
    counts = others.aggregate(copies=Count("pk", distinct=True), own=own)
    return counts["copies"], counts["own"]


def reason_to_hold(submission, screening):
    """Return why a person has to look first, or None."""
    if screening is None:
        return Hold(Case.Cause.NO_POLICY, _("No policy is in force yet, so a person reads everything first."))
    if screening.action == Action.HOLD:
        return Hold(Case.Cause.RULE, clauses_in_words(screening))
    if submission.status == Status.REFUSED:
        return Hold(Case.Cause.REFUSED, _("An earlier text was refused, so a person reads the new one first."))
    if submission.consultation and submission.consultation.moderation == Moderation.BEFORE:
        return Hold(Case.Cause.BEFORE, _("In this consultation a person reads everything before it appears."))
    if submission.revisable_until and Case.objects.returned().filter(submission=submission).exists():
        return Hold(Case.Cause.RETURNED, _("We had asked for another text, so a person reads the new one first."))
    if notice := in_force.reading_first():
        return Hold(Case.Cause.CRISIS, notice)
    if reason := crisis.reason_to_wait(submission):
        return Hold(Case.Cause.CRISIS, reason)
    return None


def clauses_in_words(screening):
    """Return the clauses that hold a text, as anybody may read them: “Clause 4: Private details”."""
    keys = dict.fromkeys(f.clause for f in screening.findings.all() if f.action == Action.HOLD)
    clauses = [clause for clause in map(screening.version.clause, keys) if clause.tombstone == "public"]
    words = "; ".join(
        _("Clause %(number)s: %(title)s") % {"number": clause.number, "title": clause.title} for clause in clauses
    )
    return words[:300] or _("A person reads this text first.")


def hold_for_review(submission, revision, hold, screening=None):
    """Put a revision into the queue; what was cleared before stays public."""
    severity = severity_of(screening)
    due_at = due_from_now(severity)
    if submission.status == Status.PUBLISHED:
        submission.await_review(reason=hold.reason, due_at=due_at)
    elif submission.status == Status.HELD:
        due_at = min(submission.review_due_at or due_at, due_at)
        submission.await_review(reason=hold.reason, due_at=due_at)
    else:
        submission.move(Status.HELD, revision=revision, reason=hold.reason, due_at=due_at)
    campaign = screening.campaign if screening else None
    open_case(submission, revision, hold.cause, due_at, severity=severity, campaign=campaign)


def severity_of(screening):
    """Return the severity of the gravest clause that holds a text."""
    if screening is None:
        return 0
    keys = {finding.clause for finding in screening.findings.all() if finding.action == Action.HOLD}
    return max((screening.version.clause(key).severity for key in keys), default=0)


def open_case(submission, revision, cause, due_at, **fields):
    """Open a case for a revision; an open case turns to the new text, and the sooner of two due times counts."""
    defaults = {"revision": revision, "cause": cause, "due_at": due_at, **fields}
    defaults["rank_at"] = Case(submission=submission, **defaults).place_in_queue
    case, created = Case.objects.get_or_create(submission=submission, closed_at=None, defaults=defaults)
    if created:
        case.record(EventKind.CASE_OPENED, note=case.get_cause_display())
    else:
        case.turn_to(revision, cause, due_at, **fields)
        case.rank()
    return case


def publish(submission, revision):
    """Show a revision to everybody; a case that waited for an earlier text is closed.

    One that a moderator opened stays open and turns to the new text: an edit is no way round a person.
    """
    submission.move(Status.PUBLISHED, revision=revision)
    if revision.number == 1:
        return  # nothing was there before that could wait
    for case in Case.objects.filter(submission=submission, closed_at=None):
        if case.cause == Case.Cause.OPENED:
            case.write(revision=revision)
        else:
            case.submission = submission
            case.close_undecided()


def due_from_now(severity=0):
    """Return by when a person will have read what is held now under a clause of this severity."""
    known = ModerationSettings.load()
    return due(timezone.localtime(), known.promise(severity), known.calendar)


def unscreened():
    """Select the submissions whose current text nobody has screened."""
    waiting = Submission.objects.filter(status=Status.RECEIVED).select_related("current", "consultation")
    return waiting.defer("consultation__body", "consultation__outcome").order_by("id")


def sweep(batch=200):
    """Screen what was received while screening was broken; yield each submission, settled or not."""
    last = 0
    while rows := list(unscreened().filter(pk__gt=last)[:batch]):
        for submission in rows:
            submission.ask_for_screening(submission.current)
            yield submission
        last = rows[-1].pk
