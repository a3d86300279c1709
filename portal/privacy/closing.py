"""Closing one's own account: the name and the address go at once, the texts stay, or are to be erased too."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from portal.accounts.addresses import confirmed_address
from portal.accounts.mails import CLOSED, CLOSED_AND_ERASURE_ASKED, CLOSED_UNCONFIRMED, post_account_mail
from portal.accounts.models import User
from portal.audit import record
from portal.privacy.person import all_record_kinds, find_account

_askers: list[Callable[[Any, str], object]] = []


def asks_for_erasure(function):
    """Register a function that asks, with an account and its confirmed address, that the texts are erased too."""
    _askers.append(function)
    return function


@transaction.atomic
def close_account(user, *, with_texts):
    """Close an account, tell its address, and with its texts ask for their erasure, which an officer approves.

    It is switched off and holds nothing any more by which one could be known. Its row stays, so that what was sent
    with it is still one person's in every figure.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    address = confirmed_address(user)  # any other may be somebody else's, whose texts are not for this person to erase
    asked = CLOSED_AND_ERASURE_ASKED if address else CLOSED_UNCONFIRMED
    post_account_mail(asked if with_texts else CLOSED, user.email, user)
    autodiscover_modules("personal_data")
    if with_texts:
        for ask in _askers:
            ask(user, address)
    release_account(user)
    record("account.closed", subject=user, erasure_asked=with_texts)


def release_account(user):
    """Take the person's name and address out of everything that was sent with an account, and out of the account."""
    kinds = all_record_kinds()
    person = find_account(user, kinds)
    for kind in kinds:
        if kind.release:
            kind.release(kind.rows(person))
