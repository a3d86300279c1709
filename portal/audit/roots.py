"""Daily roots: the end of the chain as it stood, in a line that is kept where nobody of the site can change it."""

import re
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.audit.chain import of_root
from portal.audit.models import AuditEntry, AuditHead, AuditRoot
from portal.audit.seal import ROOT, fits, sealed

LINE = re.compile(r"audit-root\s+(\S+)\s+(\d{4}-\d{2}-\d{2})\s+(\d+)\s+([0-9a-f]{64})")
SOFT_BREAK = re.compile(r"=\r?\n")  # how mail programs fold a long line
NOTHING = "0" * 64  # the digest of no entry: somebody emptied the ledger


class KeptRoot(NamedTuple):
    """A root as somebody outside kept it."""

    day: date
    number: int
    digest: str


def publish_roots(until=None):
    """Publish the root of each day that has none yet, to the end of `until` (yesterday); return the new ones.

    The first is of the day of the first entry. A day on which nothing was written has a root too: it says so.
    """
    until = until or today() - timedelta(days=1)
    with transaction.atomic():
        AuditHead.objects.select_for_update().filter(pk=1).first()  # one publisher at a time
        last = AuditRoot.objects.published().first()
        day, roots = first_day(last), []
        while day and day <= until:
            last = publish(day, before=last)
            roots.append(last)
            day += timedelta(days=1)
    return roots


def publish(day, *, before):
    """Store the root of one day."""
    entry = AuditEntry.objects.until(day).order_by("-number").first()
    number, digest = (entry.number, entry.digest) if entry else (0, NOTHING)
    values = {"day": day, "number": number, "digest": digest, "published_at": timezone.now()}
    root = AuditRoot(**values, seal=sealed(ROOT, of_root(**values, before=before.seal if before else "")))
    root.save()
    return root


def first_day(last):
    """Return the day after the last root, or that of the first entry; None as long as there is none."""
    if last:
        return last.day + timedelta(days=1)
    first = AuditEntry.objects.order_by("number").values_list("at", flat=True).first()
    return timezone.localdate(first, timezone.get_default_timezone()) if first else None


def today():
    """Return the agency's day."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def sound_and_unsound(roots):
    """Divide the roots, in the order of their days, into those whose seals fit and the others."""
    sound: list[AuditRoot] = []
    unsound: list[AuditRoot] = []
    before = ""
    for root in roots:
        values = of_root(root.day, root.number, root.digest, root.published_at, before)
        (sound if fits(root.seal, ROOT, values) else unsound).append(root)
        before = root.seal
    return sound, unsound


def as_line(root):
    """Return a root in one line, to be mailed to a box outside and looked up there."""
    return f"audit-root {site()} {root.day:%Y-%m-%d} {root.number} {root.digest}"


def kept_in(text):
    """Return the roots of this site that stand in a text, such as a mailbox."""
    found = LINE.findall(SOFT_BREAK.sub("", text))
    return [
        KeptRoot(date.fromisoformat(day), int(number), digest) for host, day, number, digest in found if host == site()
    ]


def site():
    """Return the site's name in a line."""
    return urlsplit(settings.SITE_URL).hostname
