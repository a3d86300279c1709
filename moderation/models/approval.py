"""The check list of a policy draft, and its publication after a second person's approval."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import TaskState, WorkflowState

from consultations.models import ConsultationPage
from moderation.models.policy import PUBLISH, NotApproved, PolicyVersion
from moderation.models.publishing import publish_policy
from moderation.models.replay import Replay
from moderation.policy.digests import changed_rules, digest_of, rules_digest
from moderation.policy.own_words import own_words
from portal.audit import record

MAX_REPLAY_AGE = timedelta(days=30)  # a replay older than this counts as none


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the check list: `passed` is None while it is open; `says` is a sentence, `details` are more of them."""

    name: str
    passed: bool | None
    says: str
    details: tuple[str, ...] = ()
    url: str = ""


def checks(draft, actor=None):
    """Return the check list of a draft; `actor` is the person who would approve it, if known."""
    return [*checks_of_text(draft), check_second_person(draft.writers(), actor)]


def problems(draft, actor=None):
    """Return the sentences of the failed checks; an empty list means that the person may approve the draft."""
    return in_sentences(checks(draft, actor))


def in_sentences(found):
    """Return the failed checks as sentences."""
    failed = [check for check in found if check.passed is False]
    return [" ".join([check.says, *check.details]) for check in failed]


def checks_of_text(draft):
    """Return the checks of a draft's content, which do not depend on the person who approves it."""
    faults = tuple(fault.message for fault in draft.faults())
    if faults:
        says = _("The draft has faults; the other checks wait until they are put right.")
        return [Check("faults", False, says, faults)]
    policy, current = draft.as_policy(), PolicyVersion.current()
    complete = _("Every clause and rule is complete, and every rule does what its examples say.")
    return [
        Check("faults", True, complete),
        check_news(policy),
        check_replay(policy, current.policy if current else None),
        check_topics(policy),
    ]


def check_news(policy):
    """Check that the draft differs from the latest version."""
    last = PolicyVersion.objects.order_by("-number").first()
    if last and last.digest == digest_of(policy.as_dict()):
        return Check("news", False, _("Nothing in it differs from version %d.") % last.number)
    says = _("It differs from version %d.") % last.number if last else _("It is the first version.")
    return Check("news", True, says)


def check_replay(policy, in_force):
    """Check that a recent replay tried exactly these rules, if a rule that holds texts is new or changed."""
    holding = [rule.title for rule in changed_rules(in_force, policy) if rule.mode == "hold"]
    if not holding:
        return Check("replay", True, _("No rule is new or changed in what it holds, so no replay is needed."))
    replay = latest_replay(policy)
    if replay and replay.finished_at >= timezone.now() - MAX_REPLAY_AGE:
        return Check("replay", True, replay_in_words(replay), url=replay_url(replay))
    says = ngettext(
        "A rule that holds texts is new or changed. It needs a replay, as it is, in the last 30 days.",
        "%(count)d rules that hold texts are new or changed. They need a replay, as they are, in the last 30 days.",
        len(holding),
    )
    rules = tuple(_("Rule “%s”.") % title for title in holding)
    return Check("replay", False, says % {"count": len(holding)}, rules, replay_url(replay))


def latest_replay(policy):
    """Return the latest finished replay of exactly these rules, or None."""
    return Replay.objects.finished().filter(rules_digest=rules_digest(policy)).first()


def replay_in_words(replay):
    """Return the date of a replay and the number of its texts as a sentence."""
    when = date_format(timezone.localtime(replay.finished_at), "j F Y")
    return ngettext(
        "Replay of %(when)s: %(count)d text was tried with exactly these rules.",
        "Replay of %(when)s: %(count)d texts were tried with exactly these rules.",
        replay.total,
    ) % {"when": when, "count": replay.total}


def replay_url(replay):
    """Return the address of a replay's page, or of the list of replays."""
    try:
        return reverse("replay", args=[replay.pk]) if replay else reverse("replays")
    except NoReverseMatch:
        return ""


def check_topics(policy):
    """Check that no rule that holds texts looks for a word of the agency's own consultations."""
    held = {rule.title: own_words(rule) for rule in policy.rules if rule.mode == "hold"}
    held = {title: words for title, words in held.items() if words}
    found = tuple(topic_words(held)) if held else ()
    if not found:
        return Check("topics", True, _("No rule that holds texts looks for words of our own consultations."))
    says = _("Words that our own consultations use are about a topic, so a rule with them may only suggest.")
    return Check("topics", False, says, found)


def topic_words(held):
    """Yield a sentence for each rule with such a word, which names the first consultation that uses the word."""
    told = texts_of_consultations()
    for title, words in held.items():
        seen = ((consultation, each.found_in(text)) for consultation, text in told for each in words)
        if first := next(((consultation, passage) for consultation, passage in seen if passage), None):
            facts = {"rule": title, "passage": first[1], "consultation": first[0]}
            yield _("The rule “%(rule)s” finds “%(passage)s” in the consultation “%(consultation)s”.") % facts


def texts_of_consultations():
    """Return (title, whole text) of every public consultation, latest first."""
    body = ConsultationPage._meta.get_field("body")
    return [
        (page.title, "\n".join([page.title, page.summary, *body.get_searchable_content(page.body)]))
        for page in ConsultationPage.objects.live().order_by("-opens_at")
    ]


def check_second_person(writers, actor):
    """Check that the approver did not write the draft; open while `actor` is None."""
    names = ", ".join(str(person) for person in writers)
    if not writers:
        return Check("second", False, _("Nobody is known to have written it, so nobody can be the second person."))
    if actor is None:
        return Check("second", None, _("Approved by somebody else than %s: not yet.") % names)
    if actor in writers:
        return Check("second", False, _("You submitted or last changed it, so somebody else has to approve it."))
    if not actor.has_perm(PUBLISH):
        return Check("second", False, _("You may not approve a policy."))
    return Check("second", True, _("It was written by %s, and you are somebody else.") % names)


def publish_signed_off(draft, revision):
    """Publish a revision of a draft as the next version; raise NotApproved unless it was signed off.

    The caller's word is not enough: a finished workflow on exactly this revision, by a second person, must be stored.
    """
    signed = signed_off(draft, revision)
    if signed is None:
        raise NotApproved(_("A policy is published when somebody else has approved it, and in no other way."))
    approver, writers = signed.current_task_state.finished_by, [signed.requested_by, revision.user]
    written = revision.as_object()
    found = [*checks_of_text(written), check_second_person([person for person in writers if person], approver)]
    if in_the_way := in_sentences(found):
        raise NotApproved("\n".join(in_the_way))
    version = publish_written(written, actor=signed.requested_by or revision.user, approved_by=approver)
    facts = {"number": version.number, "digest": version.digest, "submitted_by": version.published_by_id}
    # The ledger locks its end, so the entry comes last. Wagtail only inserts rows after it, which lock nothing.
    record("policy.published", actor=approver, subject=version, **facts, replay=version.replay_id)


def signed_off(draft, revision):
    """Return the workflow that approved this revision, or None. An approval is valid for one publication."""
    if revision.pk != draft.latest_revision_id or revision.pk == draft.live_revision_id:
        return None
    ended = draft.workflow_states.filter(status=WorkflowState.STATUS_APPROVED, current_task_state__revision=revision)
    ended = ended.filter(current_task_state__status=TaskState.STATUS_APPROVED)
    return ended.exclude(current_task_state__finished_by=None).order_by("-id").first()


def publish_written(draft, *, actor, approved_by):
    """Publish a draft's policy, in force from its date or from now."""
    policy = draft.as_policy()
    return publish_policy(
        policy,
        actor=actor,
        approved_by=approved_by,
        effective_from=max(draft.effective_from or timezone.now(), timezone.now()),
        summary=draft.summary,
        replay=latest_replay(policy),
    )
