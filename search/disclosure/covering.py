"""One submission as it may be handed out: what is personal is covered, what is withheld listed with its ground."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consultations.models import Status, Submission
from moderation.detectors import DETECTORS, Context
from moderation.findings.redaction import Span, merged, redacted
from moderation.review.personal_data import PRIVATE_DETECTORS, SHORTEST_NAME, WORD
from moderation.text.normalised import Text

COVERED_LABEL = "personal detail withheld"
PERSONAL = _("Personal information")
UNDECIDED = _("Not yet decided: a moderator has still to read it")
REFUSED = _("Refused under the house rules")
REDACTED = _("Passages taken out under the house rules")
WITHDRAWN = _("Withdrawn by its author")
ERASED = _("Erased; nothing is held any more")


@dataclass(frozen=True, slots=True)
class Withheld:
    """One thing that is not handed out: of which text, what it is, and why."""

    reference: str
    what: str | Promise
    ground: str | Promise
    count: int = 1
    note: str = ""  # the public sentence about a decision


@dataclass(slots=True)
class Disclosed:
    """A submission as it is handed out."""

    reference: str
    kind: str
    received_at: datetime
    status: str
    channel: str
    question: str
    reply_to: str
    author: str
    title: str = ""
    text: str = ""
    support: int = 0
    withheld: list[Withheld] = field(default_factory=list)


def disclosed(submission: Submission, context: Context, *, with_refused: bool) -> Disclosed:
    """Return a submission as it may be handed out; a refused text only if that is wanted."""
    row = Disclosed(
        reference=submission.reference,
        kind=submission.get_kind_display(),
        received_at=submission.received_at,
        status=submission.get_status_display(),
        channel=submission.get_channel_display(),
        question=submission.question.label if submission.question else "",
        reply_to=submission.parent.reference if submission.parent else "",
        author=submission.author_name if submission.is_public else "",
        support=submission.support_count,
    )
    if submission.author_name and not row.author:
        row.withheld.append(Withheld(row.reference, _("The author's name"), PERSONAL))
    if submission.author_email:
        row.withheld.append(Withheld(row.reference, _("The author's e-mail address"), PERSONAL))
    if ground := ground_against(submission, with_refused=with_refused):
        row.withheld.append(Withheld(row.reference, _("The text"), ground, note=submission.status_reason))
        return row
    give_text(row, submission, context)
    return row


def ground_against(submission, *, with_refused):
    """Return why the whole text is withheld, or None."""
    if submission.erased_at:
        return ERASED
    if submission.status == Status.WITHDRAWN:
        return WITHDRAWN
    if submission.status in (Status.HELD, Status.RECEIVED):
        return UNDECIDED
    return REFUSED if submission.status == Status.REFUSED and not with_refused else None


def give_text(row, submission, context):
    """Put the words into a row, with what is personal covered."""
    revision = submission.cleared if submission.status in (Status.PUBLISHED, Status.NOT_PUBLIC) else submission.current
    if revision.origin == revision.Origin.REDACTION:
        row.withheld.append(
            Withheld(row.reference, _("What moderators took out"), REDACTED, note=submission.status_reason)
        )
    if submission.pending:
        row.withheld.append(Withheld(row.reference, _("A newer version"), UNDECIDED))
    names = None if row.author else withheld_names(submission)
    row.title, in_title = covered(revision.title, context, names)
    row.text, in_text = covered(revision.text, context, names)
    if in_title + in_text:
        row.withheld.append(Withheld(row.reference, _("Personal details in the text"), PERSONAL, in_title + in_text))


def covered(words: str, context: Context, names: re.Pattern[str] | None) -> tuple[str, int]:
    """Return words with contacts, numbers and the author's withheld name covered, and how many passages that were."""
    text = Text(words)
    spans = [
        Span("text", match.start, match.end, COVERED_LABEL)
        for name in PRIVATE_DETECTORS
        for match in DETECTORS[name].detect(text, context)
    ]
    spans += [Span("text", *found.span(), COVERED_LABEL) for found in names.finditer(words)] if names else []
    return redacted(words, spans), len(merged(spans))


def withheld_names(submission) -> re.Pattern[str] | None:
    """Return what finds an author's name in a text, whole or in parts, and the address before the @; None without."""
    name, mailbox = submission.author_name.strip(), submission.author_email.partition("@")[0]
    parts = [word for word in WORD.findall(f"{name} {mailbox}") if len(word) >= SHORTEST_NAME and not word.isdigit()]
    said = "|".join(re.escape(each) for each in (name, *parts) if each)
    return re.compile(rf"(?<!\w)(?:{said})(?!\w)", re.IGNORECASE) if said else None
