"""The sample moderators’ work: promises, letters, reports, an appeal, a register of requests from outside."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from consultations.models import ConsultationPage, Kind, Submission
from moderation.models import CaretakerPeriod, Case, Decision, ExternalRequest, ModerationSettings, Opinion
from moderation.redress.appeals import file_appeal
from moderation.redress.reports import file_report
from moderation.review.decisions import decide
from portal.accounts.visitors import person_key

DECISION_TIME = timedelta(hours=3)  # from a text's arrival to its decision


def load_settings(data):
    """Set what the moderators promise and what the rules know of the agency."""
    ModerationSettings.objects.update_or_create(pk=1, defaults=data)


def decide_in_time(case, *, readers, **decision):
    """Decide a case three hours after its text came in; where two people have to agree, both do."""
    for reader in readers:
        made = decide(case, revision_id=case.revision_id, actor=reader, **decision)
        if isinstance(made, Decision):
            break
    else:
        raise ValueError(f"Nobody of {readers} could decide {case}.")
    received, known = case.submission.received_at, ModerationSettings.load()
    at = min(received + DECISION_TIME, timezone.now())
    promised = known.due_from(timezone.localtime(received), case.severity)
    Case.objects.filter(pk=case.pk).update(opened_at=received, due_at=promised, rank_at=promised, closed_at=at)
    Opinion.objects.filter(case=case).update(created_at=at)
    Decision.objects.filter(pk=made.pk).update(created_at=at)
    case.submission.events.filter(actor__in=readers).update(created_at=at)
    return made


@transaction.atomic
def load_casework(data, known, lead):
    """Load what came back from citizens and from outside; `known` holds the submissions by their names."""
    for letter in data["letter"]:
        send_letters(letter)
    for entry in data["report"]:
        about = known[entry["about"]]
        key = person_key("demo reader", entry["text"])
        file_report(about, about.cleared, reporter_key=key, clause=entry["clause"], text=entry["text"])
    for entry in data["appeal"]:
        file_appeal(Decision.objects.get(revision__submission=known[entry["about"]], undone_at=None), entry["text"])
    for entry in data["request"]:
        enter(entry, lead)
    load_caretaker(data["caretaker"], lead)


def send_letters(letter):
    """Take in one letter from several people, each with a sentence of their own."""
    page = ConsultationPage.objects.get(slug=letter["consultation"])
    for own in letter["own"]:
        Submission.receive(
            kind=Kind.COMMENT,
            consultation=page,
            text=" ".join(letter["text"].format(own=own).split()),
            author_key=person_key("demo", own),
            language="en",
        )


def enter(entry, lead):
    """Enter a request from outside."""
    today = timezone.localdate()
    answered = entry.get("answered_days_ago")
    ExternalRequest.objects.create(
        asked_on=today - timedelta(days=entry["asked_days_ago"]),
        answered_on=today - timedelta(days=answered) if answered is not None else None,
        entered_by=lead,
        **{name: entry[name] for name in ("asked_by", "about", "basis", "outcome", "answer")},
    )


def load_caretaker(period, lead):
    """Enter a caretaker period that is over."""
    starts = timezone.now() - timedelta(days=period["starts_days_ago"])
    CaretakerPeriod.objects.create(
        title=period["title"],
        notice=period["notice"],
        starts_at=starts,
        ends_at=starts + timedelta(days=period["days"]),
        entered_by=lead,
    )
