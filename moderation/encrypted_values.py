"""Moderation's rows that are encrypted: the originals of redacted texts."""

from consultations.models import Submission
from moderation.models import Decision
from moderation.review.sealing import follow_seal
from portal.encryption import UnreadableValue
from portal.encryption.rotation import holds_encrypted


def redacted_submissions():
    """Select the submissions of which a revision was ever redacted."""
    redacted = Decision.objects.filter(action=Decision.Action.REDACT).values("revision__submission")
    return Submission.objects.filter(pk__in=redacted)


@holds_encrypted("Originals of redacted texts", redacted_submissions)
def write_originals_again(submission):
    """Encrypt what is sealed with the newest key, and what was redacted before there was encryption."""
    if any(revision.is_unreadable for revision in submission.revisions.all()):
        raise UnreadableValue(f"{submission} was sealed with another key.")
    follow_seal(submission)
