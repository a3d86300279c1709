"""How entries read that are about texts, cases, the policy, data of people and crises."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consultations.models import Submission
from moderation.models import Case, PolicyVersion
from moderation.views.privacy import SEALED
from portal.audit.sentences import ledger_sentences, ledger_subject

ledger_sentences(
    "cases",
    _("Cases and decisions"),
    {
        "case.opened": _("{who} opened {what}"),
        "reading.opened": _("{who} opened the reading list: {texts}"),
        "case.decided": _("{who} decided on {what}: {action}"),
        "case.taken_back": _("{who} took the decision on {what} back"),
        "case.assigned": _("{who} made {to} responsible for {what}"),
        "case.handed_over": _("{who} handed {what} over: {reached}"),
        "case.noted": _("{who} wrote a note about {what}"),
        "case.opinion": _("One of two readers said what to do with {what}"),
        "case.disagreed": _("The two readers of {what} differ"),
        "case.second_opinion_asked": _("{who} wants a second reader for {what}"),
        "batch.decided": _("{who} decided on {decided} texts together: {action}"),
        "batch.taken_back": _("{who} took back what was decided together: {taken_back}"),
        "note.seen": _("{who} looked at {what}, which had passed with a note"),
        "appeal.made": _("The author of {what} asked for another look"),
        "externalrequest.entered": _("{who} entered a request from outside"),
        "externalrequest.changed": _("{who} changed a request from outside: {fields}"),
    },
)
ledger_sentences(
    "policy",
    _("The policy"),
    {
        "policy.imported": _("{who} put a policy from a file into the draft"),
        "policy.published": _("{who} approved {what}, which published it"),
        "replay.asked": _("{who} had a draft’s rules tried on texts of the past"),
        "replay.finished": _("The draft’s rules were tried on texts of the past"),
        "replay.cancelled": _("{who} stopped a trial of a draft’s rules"),
        "statements.exported": _("Statements of reasons were written to a file: {count}"),
    },
)
ledger_sentences(
    "privacy",
    _("Personal data and erasure"),
    {
        "sealed.opened": _("{who} opened the original of {what}: {reason}"),
        "person.looked_up": _("{who} looked up what is held about a person: {reason}"),
        "person.packed": _("{who} took what is held about a person as a file: {reason}"),
        "person.erased": _("{who} erased everything about a person: {reason}"),
        "person_erasure.asked": _("{who} asked that everything about a person is erased: {reason}"),
        "person_erasure.refused": _("{who} refused to erase a person"),
        "erasure.asked": _("{who} asked that {what} is erased: {reason}"),
        "erasure.refused": _("{who} refused to erase {what}"),
        "submission.erased": _("{who} erased {what}: {reason}"),
        "submission.opened": _("{who} opened {what}"),
        "retention.changed": _("{who} changed how long data is kept"),
        "retention.deleted": _("Data was deleted whose time was over"),
    },
)
ledger_sentences(
    "crisis",
    _("Crisis and caretaker"),
    {
        "crisis.asked": _("{who} asked for crisis level {level}, for {hours} hours"),
        "crisis.approved": _("{who} approved crisis level {level}, for {hours} hours"),
        "crisis.refused": _("{who} refused crisis level {level}"),
        "crisis.ended": _("{who} ended crisis level {level}"),
        "caretakerperiod.entered": _("{who} entered a caretaker period"),
        "caretakerperiod.changed": _("{who} changed a caretaker period: {fields}"),
    },
)


@ledger_subject("moderation.case")
def name_cases(ids, user):
    """Find cases by the references of their texts; who works at their desk is led to them."""
    cases = Case.objects.filter(pk__in=ids).select_related("submission")
    return {
        str(case.pk): (
            case.submission.reference,
            case.get_staff_url() if case.may_be_read_by(user) else "",
        )
        for case in cases
    }


@ledger_subject("consultations.submission")
def name_submissions(ids, user):
    """Find texts by their references; who opens what is sealed is led to their pages."""
    may_open = user.has_perm(SEALED)
    return {
        str(pk): (reference, reverse("privacy_submission", args=[reference]) if may_open else "")
        for pk, reference in Submission.objects.filter(pk__in=ids).values_list("pk", "reference")
    }


@ledger_subject("moderation.policyversion")
def name_versions(ids, _user):
    """Find versions of the policy by their numbers."""
    versions = PolicyVersion.objects.filter(pk__in=ids).values_list("pk", "number")
    words = _("version %d")
    return {str(pk): (words % n, reverse("moderation:policy_version", args=[n])) for pk, n in versions}
