"""A form that asks for an address to write to, and nothing to publish."""

from django.utils.translation import gettext_lazy as _

from consultations.submitting import bot_checks
from consultations.submitting.forms import AddressField, SendingForm
from consultations.submitting.limits import LOST_RECEIPTS_OF_NETWORK
from portal.http.client_address import network_of
from portal.http.puzzle import PuzzledForm
from portal.http.same_origin import Sender, sender_of


class AddressOnlyForm(PuzzledForm):
    """An address that somebody types to be written to; on suspicion it costs a puzzle."""

    address = AddressField(label=_("E-mail"))
    website = SendingForm.base_fields["website"]
    stamp = SendingForm.base_fields["stamp"]
    limit = LOST_RECEIPTS_OF_NETWORK  # of forms from one network, above which each costs a puzzle

    def __init__(self, data=None, *, request, **kwargs):
        super().__init__(data, **kwargs)
        self.request = request
        if not self.is_bound:
            self.initial["stamp"] = bot_checks.new_stamp()
        self.bring_back_puzzle()

    def clean(self):
        """Ask for a puzzle when the form looks like a script's, once everything else is well."""
        cleaned = super().clean()
        self.settle_puzzle(lambda: self.looks_like_a_script(cleaned))
        return cleaned

    def looks_like_a_script(self, cleaned):
        """Count the form; return whether a puzzle is due."""
        is_busy = self.limit.count(network_of(self.request)).is_over
        signs = {"honeypot": cleaned["website"], "stamp": cleaned["stamp"], "text": ""}
        return sender_of(self.request) is Sender.UNKNOWN or bot_checks.is_suspicious(**signs, is_busy_network=is_busy)


class LostReceiptsForm(AddressOnlyForm):
    """The address that was left beside texts whose receipts are lost."""

    address = AddressField(label=_("E-mail"), help_text=_("The address that you left beside your texts."))
