"""Accounts that nobody signs in with: their owners are warned twice, and then the accounts are closed.

What counts is the last sign-in, or the day the account was made. A sign-in begins the count anew, and makes what was
written about the time before void. Accounts with a role are left to administrators.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.accounts.mails import CLOSED_UNUSED, UNUSED_WARNING, post_account_mail
from portal.accounts.models import User
from portal.agency.days import months_later
from portal.audit import record
from portal.privacy.closing import release_account
from portal.privacy.models import UnusedAccount

FIRST_WARNING, SECOND_WARNING = timedelta(days=30), timedelta(days=7)  # before the account is closed
WARNINGS_AT_ONCE = 500  # in one step of the worker, so that a mail server takes them
WITH_A_ROLE = Q(groups__isnull=False) | Q(is_staff=True) | Q(is_superuser=True)


def unused_since(moment, *, with_role=False):
    """Select the accounts with which nobody has signed in since a moment: citizens', or those with a role."""
    accounts = User.objects.filter(is_active=True).annotate(seen_at=Coalesce("last_login", "date_joined"))
    accounts = accounts.filter(WITH_A_ROLE) if with_role else accounts.exclude(WITH_A_ROLE)
    return accounts.filter(seen_at__lte=moment).order_by("pk").distinct()


def months_ago(months):
    """Return the moment so many months ago."""
    now = timezone.localtime()
    day = months_later(now.date(), -months)
    return now.replace(year=day.year, month=day.month, day=day.day)


def due_to_close(months):
    """Select the accounts that are closed now: the time is over, and the second warning is a week old."""
    warned = UnusedAccount.objects.filter(warned_again_at__lte=timezone.now() - SECOND_WARNING)
    return unused_since(months_ago(months)).filter(pk__in=warned.values("user"))


def forget_used_accounts():
    """Forget the warnings of accounts with which somebody has signed in since, or that have got a role."""
    UnusedAccount.objects.filter(user__last_login__gt=F("warned_at")).delete()
    UnusedAccount.objects.filter(user__in=User.objects.filter(WITH_A_ROLE | Q(is_active=False))).delete()


def warn_owners(months):
    """Write to the owners of accounts that are closed in 30 days, and again in 7; return how many letters.

    Nobody gets less time than that, also when this did not run for a while or the period has become shorter.
    """
    forget_used_accounts()
    now, over_at = timezone.now(), months_ago(months)
    again = UnusedAccount.objects.filter(warned_again_at=None, warned_at__lte=now - FIRST_WARNING + SECOND_WARNING)
    twice = unused_since(over_at + SECOND_WARNING).filter(pk__in=again.values("user"))[:WARNINGS_AT_ONCE]
    once = unused_since(over_at + FIRST_WARNING).exclude(pk__in=UnusedAccount.objects.values("user"))[:WARNINGS_AT_ONCE]
    letters = [(user, SECOND_WARNING) for user in twice] + [(user, FIRST_WARNING) for user in once]
    for user, notice in letters:
        warn_owner(user, notice)
    return len(letters)


@transaction.atomic
def warn_owner(user, notice):
    """Write to the owner of an account when it will be closed."""
    now = timezone.now()
    if notice == FIRST_WARNING:
        UnusedAccount.objects.get_or_create(user=user, defaults={"warned_at": now})
    else:
        UnusedAccount.objects.filter(user=user).update(warned_again_at=now)
    day = timezone.localdate(now + notice) + timedelta(days=1)  # the worker closes it in the night after
    post_account_mail(UNUSED_WARNING, user.email, user, code=day.isoformat())


@transaction.atomic
def close_if_unused(user, months):
    """Close an account and tell its address; return whether it was still unused."""
    if not due_to_close(months).filter(pk=user.pk).exists():  # somebody has just signed in
        return False
    post_account_mail(CLOSED_UNUSED, user.email, user)
    release_account(user)
    UnusedAccount.objects.filter(user=user).delete()
    record("account.closed_unused", subject=user, unused_months=months)
    return True
