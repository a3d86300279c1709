"""Verify the whole ledger: find changed, missing, moved and inserted entries."""

from collections import defaultdict

from portal.audit.chain import ENTRY_FIELDS, head_content
from portal.audit.faults import LedgerFault
from portal.audit.models import AuditEntry, AuditHead, AuditRoot
from portal.audit.roots import split_by_validity
from portal.audit.seal import HEAD_SEAL, is_valid_seal
from portal.audit.walk import ChainWalk, KnownDigest

ENTRIES_PER_QUERY = 2_000  # rows read at a time


def verify_ledger(since=None, *, pinned=(), advance=lambda _count: None):
    """Yield each LedgerFault; none for an intact ledger.

    `since` is the first entry to read, `pinned` are roots kept outside, `advance` is called with the number of entries
    of each batch. Entries may be written meanwhile; memory does not grow with the ledger.
    """
    head, roots = AuditHead.objects.filter(pk=1).first(), AuditRoot.objects.order_by("day")
    valid, invalid = split_by_validity(roots)
    yield from (LedgerFault("root", root.number, name=f"{root.day:%Y-%m-%d}") for root in invalid)
    if not is_valid_head(head):
        yield LedgerFault("head", head.number if head else 0)
    walk = start_walk(max(since or 1, 1), head, [*valid, *pinned])
    for rows in entry_batches(since):
        for row in rows:
            yield from walk.step(row)
        advance(len(rows))
    yield from walk.finish()
    yield from check_head(walk.last)


def start_walk(start, head, roots):
    """Return a ChainWalk from an entry on, with the digests that head and roots prove."""
    known_digests = defaultdict(list)
    for root in roots:
        known_digests[root.number].append(KnownDigest(f"{root.day:%Y-%m-%d}", root.digest))
    if is_valid_head(head):
        end = head.number
        known_digests[end].append(KnownDigest("", head.digest))
    else:
        end = AuditEntry.objects.order_by("-number").values_list("number", flat=True).first() or 0
    before = AuditEntry.objects.filter(number=start - 1).values_list("digest", flat=True).first()
    return ChainWalk(end, known_digests, start=start, before=before or "")


def entry_batches(since):
    """Yield lists of entries by number, one query per list."""
    ordered = AuditEntry.objects.order_by("number").values(*ENTRY_FIELDS, "digest")
    rows = list((ordered.filter(number__gte=since) if since else ordered)[:ENTRIES_PER_QUERY])
    while rows:
        yield rows
        rows = list(ordered.filter(number__gt=rows[-1]["number"])[:ENTRIES_PER_QUERY])


def check_head(last):
    """Yield a LedgerFault when the head, read again, stands before the last valid entry."""
    head = AuditHead.objects.filter(pk=1).first()
    if head and is_valid_head(head) and head.number < last:
        yield LedgerFault("behind", head.number, last)


def is_valid_head(head):
    """Return whether the head exists and its seal is valid."""
    return bool(head) and is_valid_seal(head.seal, HEAD_SEAL, head_content(head.number, head.digest))
