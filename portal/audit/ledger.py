"""Writing the ledger: one entry at a time, at the end of the chain."""

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from portal.audit.chain import of_entry, of_head
from portal.audit.facts import checked_action, checked_facts, split_subject
from portal.audit.models import AuditEntry, AuditHead
from portal.audit.seal import ENTRY, HEAD, fits, sealed
from portal.audit.walk import BROKEN


def record(action, /, *, by=None, subject=None, **facts):
    """Write in the ledger what was done; it stands once the caller's transaction is committed, and only then.

    `action` is a dotted word such as "case.decided", `by` a user or None for the site itself, `subject` an object or
    "label:id". `facts` are short plain values: ids, counts, words; for what a person wrote give `text_digest(text)`.
    Raises ValueError for anything else.

    Call it as the last thing in the transaction: it locks the end of the chain until the commit, and whoever locks
    something else after it can meet another writer who waits the other way round.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("An audit entry is written in the transaction of what it tells.")
    subject_type, subject_id = split_subject(subject)
    written = {
        "action": checked_action(action),
        "by": by.pk if by else None,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "facts": checked_facts(facts),
    }
    return append(sound_head(), written)


def append(head, written):
    """Add an entry after the head, and move the head to it."""
    values = {"number": head.number + 1, "at": timezone.now(), "previous": head.digest, **written}
    entry = AuditEntry(**values, digest=sealed(ENTRY, of_entry(values)))
    entry.save()
    head.number, head.digest = entry.number, entry.digest
    head.seal = sealed(HEAD, of_head(head.number, head.digest))
    head.save()
    return entry


def sound_head():
    """Lock the head and return it.

    A head that somebody changed would, written anew, hide what was cut off before it. Work must go on all the same, so
    the chain goes on after an entry that says for ever that it was broken here.
    """
    head = AuditHead.objects.select_for_update().filter(pk=1).first() or head_made_anew()
    if not fits(head.seal, HEAD, of_head(head.number, head.digest)):
        append(head, site_wrote(BROKEN, {"number": head.number, "digest": head.digest[:64]}))
    return head


def head_made_anew():
    """Return a head, without a seal, in the place of one that is gone."""
    last = AuditEntry.objects.order_by("-number").first()
    return AuditHead.objects.select_for_update().get_or_create(
        pk=1, defaults={"number": last.number if last else 0, "digest": last.digest if last else ""}
    )[0]


def site_wrote(action, facts):
    """Return what an entry holds that nobody but the site wrote."""
    return {"action": action, "by": None, "subject_type": "", "subject_id": "", "facts": facts}
