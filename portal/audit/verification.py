"""Reading the whole ledger, and saying what in it was changed, removed, moved or put in."""

from collections import defaultdict

from portal.audit.chain import ENTRY_FIELDS, of_head
from portal.audit.faults import Fault
from portal.audit.models import AuditEntry, AuditHead, AuditRoot
from portal.audit.roots import sound_and_unsound
from portal.audit.seal import HEAD, fits
from portal.audit.walk import Mark, Walk

BATCH = 2_000  # rows read at a time


def verify(since=None, *, kept=(), advance=lambda _count: None):
    """Yield each Fault of the ledger; none: every entry is as it was written, and none is missing.

    `since` is the number of the entry to begin with, `kept` are roots that were kept outside, and `advance` is told
    how many entries more were read. Entries may be written meanwhile; memory does not grow with the ledger.
    """
    head, roots = AuditHead.objects.filter(pk=1).first(), AuditRoot.objects.order_by("day")
    sound, unsound = sound_and_unsound(roots)
    yield from (Fault("root", root.number, name=f"{root.day:%Y-%m-%d}") for root in unsound)
    if not is_sound(head):
        yield Fault("head", head.number if head else 0)
    walk = walk_from(max(since or 1, 1), head, [*sound, *kept])
    for rows in batches(since):
        for row in rows:
            yield from walk.step(row)
        advance(len(rows))
    yield from walk.finish()
    yield from head_behind(walk.last)


def walk_from(start, head, roots):
    """Return a walk that begins at an entry and knows what the head and the roots say."""
    marks = defaultdict(list)
    for root in roots:
        marks[root.number].append(Mark(f"{root.day:%Y-%m-%d}", root.digest))
    if is_sound(head):
        end = head.number
        marks[end].append(Mark("", head.digest))
    else:
        end = AuditEntry.objects.order_by("-number").values_list("number", flat=True).first() or 0
    before = AuditEntry.objects.filter(number=start - 1).values_list("digest", flat=True).first()
    return Walk(end, marks, start=start, before=before or "")


def batches(since):
    """Yield the entries in order, some thousands at a time, each batch a query of its own."""
    ordered = AuditEntry.objects.order_by("number").values(*ENTRY_FIELDS, "digest")
    rows = list((ordered.filter(number__gte=since) if since else ordered)[:BATCH])
    while rows:
        yield rows
        rows = list(ordered.filter(number__gt=rows[-1]["number"])[:BATCH])


def head_behind(last):
    """Yield a Fault when the head, read anew, stands before the last entry that fits."""
    head = AuditHead.objects.filter(pk=1).first()
    if head and is_sound(head) and head.number < last:
        yield Fault("behind", head.number, last)


def is_sound(head):
    """Return whether the head is there and as it was written."""
    return bool(head) and fits(head.seal, HEAD, of_head(head.number, head.digest))
