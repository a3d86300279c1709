"""The forms to follow a consultation or the agency, and to change what one follows."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import Follow, Follower, FollowPace, State
from consultations.submitting.address_form import AddressOnlyForm
from consultations.submitting.forms import AddressField
from consultations.submitting.limits import FOLLOWS_FROM_NETWORK
from portal.accounts.addresses import confirmed_address

FIELD_IDS = "follow_%s"  # the form stands on the page of a consultation, beside others with the same names


def pace_field():
    """Return the field for how often somebody wants to be written to."""
    return forms.ChoiceField(label=_("How often"), choices=FollowPace.choices, initial=FollowPace.AT_ONCE)


class TapForm(forms.Form):
    """Follow with the confirmed address of one's account: nothing to type, and nothing to confirm."""

    pace = pace_field()

    def __init__(self, data=None):
        super().__init__(data, auto_id=FIELD_IDS)


class FollowForm(AddressOnlyForm):
    """Follow by e-mail without an account."""

    address = AddressField(
        label=_("E-mail"), help_text=_("Never shown. We use it only for these letters, and each of them can end them.")
    )
    pace = pace_field()
    limit = FOLLOWS_FROM_NETWORK

    def __init__(self, data=None, **kwargs):
        super().__init__(data, auto_id=FIELD_IDS, **kwargs)


class FollowingForm(forms.Form):
    """What a follower changes: the pace of one thing, or that one or all of them end."""

    CHANGE, STOP, STOP_ALL = "change", "stop", "stop_all"

    do = forms.ChoiceField(choices=[(each, each) for each in (CHANGE, STOP, STOP_ALL)])
    follow = forms.IntegerField(required=False)
    pace = forms.ChoiceField(choices=FollowPace.choices, required=False)


def follow_offer(request, page):
    """Return what a consultation's page offers: the form, or that a person follows already; None for nothing.

    A guest is offered the same form as everybody, which costs no query.
    """
    return offer_to(request, page) if may_be_followed(page) else None


def may_be_followed(page):
    """Return whether a consultation may be followed: everybody may see it, and its answer is still to come."""
    return not page.is_restricted and page.state != State.OUTCOME


def offer_to(request, page):
    """Return the form to follow a consultation, or the agency when there is none; and what is followed already."""
    user = request.user
    if not (user.is_authenticated and (address := confirmed_address(user))):
        return {"form": FollowForm(request=request), "address": "", "follow": None}
    theirs = Follow.objects.confirmed().filter(follower__in=Follower.objects.of_person(user), consultation=page)
    return {"form": TapForm(), "address": address, "follow": theirs.first()}
