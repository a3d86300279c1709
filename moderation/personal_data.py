"""Moderation's rows about one person: reports, appeals, decisions about their texts, and what colleagues wrote."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.models import Submission
from moderation.models import (
    Appeal,
    Case,
    CaseNote,
    Crisis,
    Decision,
    Erasure,
    ExternalRequest,
    Finding,
    ModerationSettings,
    Opinion,
    PersonErasure,
    PolicyVersion,
    Report,
)
from moderation.models.redress import REPORT_MESSAGE
from moderation.review.sealing import take_names_out
from portal.models import Message
from portal.privacy.closing import asks_for_erasure
from portal.privacy.person import record_kind
from portal.privacy.traces import leave_unsearched, words_of_staff


def erase_reports(reports, person, actor):
    """Blank what the reader wrote, and every key by which they could be known; forget the messages about it."""
    for report in reports:
        Message.objects.about(report).forget_recipients()
    reports.update(text="", reporter_key="", network_key="", reporter_email="")


def take_addresses_out(reports):
    """Blank the addresses of reports that stay, and call off the letters about them."""
    for report in reports:
        Message.objects.about(report).forget_recipients()
    reports.update(reporter_email="")


@record_kind(
    Report,
    _("Reports of texts by others"),
    words=("text",),
    erase=erase_reports,
    release=take_addresses_out,
    unproven=("reference", "created_at"),
)
def reports_of(person):
    """Select the reports with this address, those whose address moved on to a message included."""
    theirs = Q(reporter_key__in=person.counted_keys)
    if person.reference:
        theirs |= Q(reference=person.reference)
    if person.address:
        told = Message.objects.filter(pk__in=person.found(Message), template=REPORT_MESSAGE)
        theirs |= Q(reporter_email=person.address) | Q(pk__in=[message.about_id for message in told])
    return Report.objects.filter(theirs)


@record_kind(Appeal, _("Appeals"), words=("text",), unproven=())
def appeals_of(person):
    """Select the appeals against decisions about these texts."""
    return Appeal.objects.filter(decision__revision__submission__in=person.found(Submission))


@record_kind(Case, _("Cases in the queue"), by_staff=True)
def cases_about(person):
    """Select the cases in which these texts were read."""
    return Case.objects.filter(submission__in=person.found(Submission))


@record_kind(Finding, _("What rules found in these texts"), by_staff=True)
def findings_about(person):
    """Select what the rules found."""
    return Finding.objects.filter(screening__revision__submission__in=person.found(Submission))


@record_kind(
    Decision,
    _("Decisions about these texts"),
    left_out=("previous_state",),
    by_staff=True,
    release=take_names_out,
)
def decisions_about(person):
    """Select the decisions."""
    return Decision.objects.filter(revision__submission__in=person.found(Submission))


@record_kind(Opinion, _("Opinions of two moderators about these texts"), internal=True)
def opinions_about(person):
    """Select what each of two moderators thought."""
    return Opinion.objects.filter(revision__submission__in=person.found(Submission))


@record_kind(CaseNote, _("Notes among colleagues about these texts"), internal=True)
def notes_about(person):
    """Select the notes."""
    return CaseNote.objects.filter(case__submission__in=person.found(Submission))


asks_for_erasure(PersonErasure.ask_of_account)
for model in (PersonErasure, ModerationSettings, PolicyVersion):  # the agency's own contacts and rules are no person's
    leave_unsearched(model)
words_of_staff(CaseNote, "text")
words_of_staff(Crisis, "reason", "banner")
words_of_staff(Decision, "reason")
words_of_staff(Opinion, "reason")
words_of_staff(Appeal, "reply")
words_of_staff(Erasure, "reason")
words_of_staff(ExternalRequest, "about", "basis", "answer")
