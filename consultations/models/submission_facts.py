"""What follows from the columns of a submission: whether it is public, what of it, and what may be done with it."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.choices import Status
from consultations.models.history import Revision
from portal.accounts.visitors import person_key


def agency_key():
    """Return the author key of what the agency itself says; it leads to no person."""
    return person_key("agency", "statements")


class SubmissionFacts:
    """Facts about one submission that are computed from its row; nothing here writes."""

    @property
    def is_reply(self):
        """Return whether the text replies to a text of its own kind; a comment on an idea starts a thread instead."""
        return self.parent_id is not None and self.parent.kind == self.kind

    @property
    def is_public(self):
        """Return whether everybody may read it."""
        return self.status == Status.PUBLISHED and self.cleared_id is not None

    @property
    def status_if_fit(self):
        """Return the status of a text that is found fit: published, or not public."""
        return Status.PUBLISHED if self.for_public else Status.NOT_PUBLIC

    @property
    def public_title(self):
        """Return the public title, or '' while the text is not public."""
        return self.cleared.title if self.is_public else ""

    @property
    def public_text(self):
        """Return the public text, or '' while the text is not public."""
        return self.cleared.text if self.is_public else ""

    @property
    def redacted(self):
        """Return whether a moderator redacted the public text."""
        return self.is_public and self.cleared.origin == Revision.Origin.REDACTION

    @property
    def edited(self):
        """Return whether the public text is a later version by its author."""
        return self.is_public and self.cleared.number > 1 and not self.redacted

    @property
    def pending(self):
        """Return whether a newer revision waits while an older one is public."""
        return self.status == Status.PUBLISHED and self.current_id != self.cleared_id

    @property
    def is_waiting(self):
        """Return whether a moderator has yet to read the latest text."""
        return self.pending or self.status in (Status.HELD, Status.RECEIVED)

    @property
    def is_change_requested(self):
        """Return whether a moderator asked for a change and the deadline has not passed."""
        return self.revisable_until is not None and timezone.now() < self.revisable_until

    @property
    def is_editable(self):
        """Return whether the author may change the text: while the consultation is open, or after our request."""
        return self.status != Status.WITHDRAWN and (self.consultation.is_open or self.is_change_requested)

    @property
    def editable_until(self):
        """Return the moment until which the author may change the text."""
        closes_at = self.consultation.closes_at
        return max(closes_at, self.revisable_until) if self.is_change_requested else closes_at

    @property
    def is_official(self):
        """Return whether a spokesperson wrote it for the agency."""
        return bool(self.official_line)

    @property
    def is_agencys_own(self):
        """Return whether the agency itself is the author, not somebody who works there."""
        return self.author_key == agency_key()

    @property
    def wants_letters(self):
        """Return whether to write to the author: an address in an imported file was not left for this."""
        return bool(self.author_email) and not self.source

    @property
    def author_label(self):
        """Return the author's name as shown to readers."""
        return self.author_name or _("Somebody who gave no name")
