"""What the site does beside the web process."""

from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from portal.audit.ledger_check import LedgerCheck, check_ledger
from portal.audit.roots import publish_roots
from portal.http.public_change import PublicChange
from portal.http.rate_limits import RateCount
from portal.jobs import worker
from portal.outbox.bounces import read_mailbox
from portal.outbox.confirmation import ConfirmedAddress
from portal.outbox.models import Message, SuppressedAddress
from portal.outbox.sending import send_due
from portal.staff.notifications.delivery import forget_settled, post_digests

HOUR_SECONDS = 3600
REFUSED_KEPT_FOR = timedelta(days=365)


@worker.step(every=300)
def publish_scheduled_pages():
    """Publish and unpublish the pages whose time has come."""
    call_command("publish_scheduled", verbosity=0)


worker.step(every=HOUR_SECONDS)(publish_roots)  # of days that are over: there is at most one new root a day


@worker.step(every=HOUR_SECONDS)
def check_ledger_daily():
    """Read the whole chain of the ledger, unless that was done within a day."""
    if not LedgerCheck.objects.filter(done_at__gt=timezone.now() - timedelta(days=1)).exists():
        check_ledger()


worker.step(every=2)(send_due)
worker.step(every=60)(post_digests)
worker.step(every=HOUR_SECONDS)(forget_settled)


@worker.step(every=300)
def read_bounces():
    """Note what came back to the mailbox for bounces, if there is one."""
    if settings.BOUNCE_MAILBOX_URL:
        read_mailbox(settings.BOUNCE_MAILBOX_URL)


@worker.step(every=HOUR_SECONDS)
def clear_away():
    """Delete sessions, captchas, messages, public changes, counts and confirmations that are not needed any more."""
    PublicChange.clear_away()
    RateCount.clear_away()
    ConfirmedAddress.clear_away()
    Message.objects.prune(timezone.now() - settings.OUTBOX_KEPT_FOR)
    SuppressedAddress.objects.prune(timezone.now() - REFUSED_KEPT_FOR)
    call_command("clearsessions", verbosity=0)
    call_command("captcha_clean", verbosity=0)
