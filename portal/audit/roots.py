"""Daily roots: the end of the chain, published in a line that is kept outside of the site."""

import re
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.audit.chain import root_content
from portal.audit.models import AuditEntry, AuditHead, AuditRoot
from portal.audit.seal import ROOT_SEAL, is_valid_seal, make_seal

ROOT_LINE = re.compile(r"audit-root\s+(\S+)\s+(\d{4}-\d{2}-\d{2})\s+(\d+)\s+([0-9a-f]{64})")
SOFT_BREAK = re.compile(r"=\r?\n")  # how mail programs fold a long line
EMPTY_LEDGER_DIGEST = "0" * 64  # the digest of no entry: somebody emptied the ledger


class PinnedRoot(NamedTuple):
    """A root as it was kept outside."""

    day: date
    number: int
    digest: str


def publish_roots(until=None):
    """Publish the missing roots up to `until` (default: yesterday); return the new ones.

    The first root is of the first entry's day. A day without entries has a root as well, which proves that.
    """
    until = until or agency_today() - timedelta(days=1)
    with transaction.atomic():
        AuditHead.objects.select_for_update().filter(pk=1).first()  # one publisher at a time
        last = AuditRoot.objects.published().first()
        day, roots = next_day_to_publish(last), []
        while day and day <= until:
            last = publish_root(day, before=last)
            roots.append(last)
            day += timedelta(days=1)
    return roots


def publish_root(day, *, before):
    """Store the root of one day."""
    entry = AuditEntry.objects.until(day).order_by("-number").first()
    number, digest = (entry.number, entry.digest) if entry else (0, EMPTY_LEDGER_DIGEST)
    values = {"day": day, "number": number, "digest": digest, "published_at": timezone.now()}
    root = AuditRoot(**values, seal=make_seal(ROOT_SEAL, root_content(**values, before=before.seal if before else "")))
    root.save()
    return root


def next_day_to_publish(last):
    """Return the day after the last root, or the first entry's day; None for an empty ledger."""
    if last:
        return last.day + timedelta(days=1)
    first = AuditEntry.objects.order_by("number").values_list("at", flat=True).first()
    return timezone.localdate(first, timezone.get_default_timezone()) if first else None


def agency_today():
    """Return the current day in the agency's time zone."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def split_by_validity(roots):
    """Return (valid, invalid) roots; `roots` is sorted by day, since each seal covers the previous one."""
    valid: list[AuditRoot] = []
    invalid: list[AuditRoot] = []
    before = ""
    for root in roots:
        values = root_content(root.day, root.number, root.digest, root.published_at, before)
        (valid if is_valid_seal(root.seal, ROOT_SEAL, values) else invalid).append(root)
        before = root.seal
    return valid, invalid


def root_line(root):
    """Return a root as one line, for an e-mail to an outside mailbox."""
    return f"audit-root {site_name()} {root.day:%Y-%m-%d} {root.number} {root.digest}"


def find_root_lines(text):
    """Return the roots of this site found in a text, such as a mailbox."""
    found = ROOT_LINE.findall(SOFT_BREAK.sub("", text))
    return [
        PinnedRoot(date.fromisoformat(day), int(number), digest)
        for host, day, number, digest in found
        if host == site_name()
    ]


def site_name():
    """Return the site's host name."""
    return urlsplit(settings.SITE_URL).hostname
