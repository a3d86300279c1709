"""Screening: the rules look at a text, their findings are stored, the text is published or held.

`consultations.screening` calls ``assess`` before a new text is stored, and ``store`` in the transaction that stores it;
``screen`` does both for a later text of a submission. No network is reached, and the rules take milliseconds. When
something raises here, the submission stays received, and ``sweep`` screens it later.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import EventKind, Status, Submission
from consultations.models.pages import Moderation
from consultations.official_names import is_official
from consultations.screening import Assessment, Screener
from moderation.detectors import Context
from moderation.models import Case, Crisis, Finding, PolicyVersion, Report, Screening
from moderation.models.redress import NOT_MINE
from moderation.models.screening import Action
from moderation.policy import ruleset
from moderation.restrictions import crisis, in_force
from moderation.screening.campaigns import Sketch, join_campaign, sketch_of, store_bands
from moderation.screening.precheck import warnings_about
from moderation.screening.resemblance import Resemblance, find_resemblance
from moderation.screening.topic import topic_of
from portal.row_insert import insert_rows

MAX_FINDINGS = 200  # rows stored for one text; more repetitions add nothing


class Hold(NamedTuple):
    """Why a person reads a text first: a cause of `Case.Cause`, and the reason as anybody may read it."""

    cause: str
    reason: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the rules of one version found in a text, and what the text resembles; nothing of it is stored."""

    version: PolicyVersion
    result: ruleset.Screening
    sketch: Sketch
    nearest: Screening | None

    @property
    def holding_clauses(self):
        """Return the clauses under which a rule holds the text, each once."""
        return clauses_of(self.version, [each for each in self.result.findings if each.action == Action.HOLD])

    @property
    def severity(self):
        """Return the severity of the gravest clause that holds the text."""
        return max((clause.severity for clause in self.holding_clauses), default=0)


def assess(submission, title, text):
    """Run the rules on a text that is not stored yet, and say whether a person has to read it first."""
    now = in_force.moderation_in_force()
    evaluation = evaluate(submission, title, text, now)
    hold = reason_to_hold(submission, title, text, evaluation, now)
    return Assessment(
        is_held=hold is not None,
        reason=hold.reason if hold else "",
        due_at=due_from_now(evaluation.severity if evaluation else 0) if hold else None,
        warnings=warnings_about(submission, title, text, evaluation) if evaluation else (),
        evaluation=(evaluation, hold),
    )


def evaluate(submission, title, text, now):
    """Return what the policy in force finds in a text; None while no policy is in force."""
    if now.version is None:
        return None
    rules = now.version.ruleset
    sketch = sketch_of(text, submission.kind)
    resemblance = find_resemblance(submission, sketch, count_published="new" in rules.asks)
    context = context_of(submission, rules.asks, now, resemblance)
    result = rules.screen(text, title=title, name=submission.author_name, context=context)
    return Evaluation(now.version, result, sketch, resemblance.nearest)


def store(submission, revision, assessment):
    """Store what was found in the first text of a submission; open a case when it is held."""
    evaluation, hold = assessment.evaluation
    screening = store_screening(revision, evaluation) if evaluation else None
    if hold:
        severity, campaign = (evaluation.severity, screening.campaign) if evaluation else (0, None)
        case = Case(submission=submission, revision=revision, cause=hold.cause, severity=severity, campaign=campaign)
        case.due_at = assessment.due_at
        case.rank_at = case.place_in_queue
        case.save(force_insert=True)
        case.record(EventKind.CASE_OPENED, note=case.get_cause_display())


def screen(submission, revision, assessment=None):
    """Apply the policy in force to a later text of a submission: store what was found, then publish or hold it."""
    now = in_force.moderation_in_force()
    if assessment and assessment.evaluation[0]:
        evaluation = assessment.evaluation[0]
    else:
        evaluation = evaluate(submission, revision.title, revision.text, now)
    screening = store_screening(revision, evaluation) if evaluation else None
    # The submission is locked by now, so whether it is held is looked at again.
    if hold := reason_to_hold(submission, revision.title, revision.text, evaluation, now):
        hold_for_review(submission, revision, hold, screening)
    else:
        publish(submission, revision)
    return screening


SCREENER = Screener(assess=assess, store=store, screen=screen)


def store_screening(revision, evaluation):
    """Store the findings on a revision, and let its text join the campaign of the one that it resembles."""
    screening = Screening(
        revision=revision,
        version=evaluation.version,
        action=evaluation.result.action,
        fingerprint=evaluation.sketch.fingerprint,
        campaign=join_campaign(evaluation.nearest),
    )
    insert_rows([screening])
    found = [
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
            advice=finding.advice[:300],
        )
        for finding in evaluation.result.findings[:MAX_FINDINGS]
    ]
    insert_rows(found)
    store_bands(screening, evaluation.sketch)
    return screening


def context_of(submission, asks, now, resemblance=Resemblance()):  # noqa: B008  (immutable)
    """Return what the rules may know besides the text; the topic is looked up only if a rule asks for it."""
    settings = now.settings
    return Context(
        consultation=submission.consultation.slug if submission.consultation else "",
        kind=submission.kind,
        language=submission.language,
        channel=submission.channel,
        today=timezone.localdate(),
        crisis_level=now.crisis_level,
        signed_in=submission.author_id is not None,
        staff=submission.by_staff,
        published=resemblance.published,
        author_domain=submission.author_email.rpartition("@")[2].lower(),
        staff_domains=tuple(settings.staff_domains.lower().split()),
        public_people=tuple(settings.public_people.split("\n")) if settings.public_people else (),
        topic=topic_of(submission.consultation) if "off_topic" in asks else {},
        regions=tuple(settings.phone_regions.split()),
        own_contacts=tuple(settings.own_contacts.split("\n")) if settings.own_contacts else (),
        own_domains=tuple(settings.own_domains.split()),
        maximum_length=settings.maximum_length,
        readable=tuple(settings.languages.split()),
        copies=resemblance.copies,
        own_copies=resemblance.own_copies,
        near_copies=resemblance.near_copies,
    )


def reason_to_hold(submission, title, text, evaluation, now):
    """Return why a person has to read a text first, or None."""
    if evaluation is None:
        return Hold(Case.Cause.NO_POLICY, _("No policy is in force yet, so a person reads everything first."))
    if evaluation.result.action == Action.HOLD:
        return Hold(Case.Cause.RULE, clauses_in_words(evaluation))
    name = submission.author_name
    if name and not submission.by_staff and is_official(name):  # a door without a form of its own
        return Hold(Case.Cause.RULE, _("A person looks at the name first: it looks like ours."))
    if submission.status == Status.REFUSED:
        return Hold(Case.Cause.REFUSED, _("An earlier text was refused, so a person reads the new one first."))
    if not submission.for_public:  # What follows is about what a person reads before it appears.
        return None
    if submission.consultation and submission.consultation.moderation == Moderation.BEFORE:
        return Hold(Case.Cause.BEFORE, _("In this consultation a person reads everything before it appears."))
    if hold := reason_of_earlier_text(submission):
        return hold
    if now.review_first_reason:
        return Hold(Case.Cause.CRISIS, now.review_first_reason)
    if now.crisis_level >= Crisis.Level.SLOW and (reason := crisis.reason_to_wait(submission, title, text)):
        return Hold(Case.Cause.CRISIS, reason)
    return None


def reason_of_earlier_text(submission):
    """Return why a person reads a text after what became of the one before, or None: an edit is no way round them."""
    if submission.revisable_until and Case.objects.returned().filter(submission=submission).exists():
        return Hold(Case.Cause.RETURNED, _("We had asked for another text, so a person reads the new one first."))
    if submission.status == Status.HELD and is_disowned(submission):
        return Hold(Case.Cause.REPORTED, submission.status_reason)
    return None


def is_disowned(submission):
    """Return whether somebody said “This was not me” of a text, and nobody has looked yet."""
    return Report.objects.open().filter(submission=submission.pk, clause=NOT_MINE).exists()


def clauses_in_words(evaluation):
    """Return the clauses that hold a text, as anybody may read them: “Clause 4: Private details”."""
    words = "; ".join(
        _("Clause %(number)s: %(title)s") % {"number": clause.number, "title": clause.title}
        for clause in evaluation.holding_clauses
        if clause.tombstone == "public"
    )
    return words[:300] or _("A person reads this text first.")


def clauses_of(version, findings):
    """Return the clauses that findings cite, each once; a rule that could not be tried cites none."""
    keys = dict.fromkeys(finding.clause for finding in findings)
    return [clause for clause in map(version.clause, keys) if clause]


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
    holding = [finding for finding in screening.findings.all() if finding.action == Action.HOLD]
    return max((clause.severity for clause in clauses_of(screening.version, holding)), default=0)


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
    """Show a revision to everybody, if it may be public; a case that waited for an earlier text is closed.

    One that a moderator opened stays open and turns to the new text: an edit is no way round a person.
    """
    submission.move(submission.status_if_fit, revision=revision)
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
    return in_force.settings().due_from(timezone.localtime(), severity)


def unscreened():
    """Select the submissions whose current text nobody has screened."""
    waiting = Submission.objects.filter(status=Status.RECEIVED).select_related("current", "consultation")
    return waiting.defer("consultation__body", "consultation__outcome").order_by("id")


def sweep(batch=200):
    """Screen what was received while screening was broken; yield each submission, settled or not."""
    last = 0
    while rows := list(unscreened().filter(pk__gt=last)[:batch]):
        for submission in rows:
            submission.screen(submission.current)
            yield submission
        last = rows[-1].pk
