"""Filter forms of the outbox pages."""

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from portal.outbox.models import Message, SuppressedAddress
from portal.outbox.templates import template_labels

MESSAGE_GROUPS = {  # states that the page shows as one group
    "waiting": (_("Waiting"), Message.UNSENT),
    "failed": (_("Failed"), (Message.State.FAILED,)),
    "unknown": (_("Perhaps sent"), (Message.State.UNKNOWN,)),
    "refused": (_("Refused"), (Message.State.REFUSED,)),
    "bounced": (_("Came back"), (Message.State.BOUNCED,)),
    "suppressed": (_("Passed over"), (Message.State.SUPPRESSED,)),
    "sent": (_("Sent"), (Message.State.SENT,)),
    "cancelled": (_("Called off"), (Message.State.CANCELLED,)),
}


def template_choices():
    """Return every message template as a choice, and "any"."""
    return [("", _("Everything")), *template_labels()]


class OutboxForm(forms.Form):
    """Filters by template and recipient; both are optional."""

    template = forms.ChoiceField(label=_("What it tells"), required=False, choices=template_choices)
    address = forms.CharField(label=_("Address, in full"), required=False, max_length=254)

    def selected(self):
        """Return the matching messages, latest first; none while the form is invalid."""
        if not self.is_valid():
            return Message.objects.none()
        messages, asked = Message.objects.order_by("-pk"), self.cleaned_data
        if asked["address"]:
            messages = messages.to(asked["address"])
        return messages.filter(template=asked["template"]) if asked["template"] else messages


def counts_of(messages):
    """Return the number of messages in each group."""
    found = dict(messages.order_by().values_list("state").annotate(Count("pk")))
    return {name: sum(found.get(state, 0) for state in states) for name, (_label, states) in MESSAGE_GROUPS.items()}


class AddressForm(forms.Form):
    """Filter of suppressed addresses by the whole address: only a keyed hash of it is kept."""

    address = forms.CharField(label=_("Address, in full"), required=False, max_length=254)

    def selected(self):
        """Return the matching addresses, latest first."""
        addresses, asked = SuppressedAddress.objects.all(), self.data.get("address", "").strip()
        return addresses.of_address(asked) if asked else addresses
