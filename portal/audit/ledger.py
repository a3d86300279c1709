"""Append entries to the end of the chain."""

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from portal.audit.chain import entry_content, head_content
from portal.audit.facts import split_subject, validate_action, validate_facts
from portal.audit.models import AuditEntry, AuditHead
from portal.audit.seal import ENTRY_SEAL, HEAD_SEAL, is_valid_seal, make_seal
from portal.audit.walk import BROKEN_HEAD_ACTION


def record(action, /, *, actor=None, subject=None, **facts):
    """Append an entry to the ledger; it exists once the caller's transaction is committed.

    `action` is a dotted word such as "case.decided", `actor` a user or None for the site, `subject` an object or
    "label:id". `facts` are short plain values: ids, counts, words; for what a person wrote give `text_digest(text)`.
    Raises ValueError for anything else, TransactionManagementError outside a transaction.

    Call it last in the transaction: it locks the end of the chain until the commit, and taking another lock
    afterwards can deadlock with a writer that takes the two in the other order.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("An audit entry is written in the transaction of what it tells.")
    subject_type, subject_id = split_subject(subject)
    written = {
        "action": validate_action(action),
        "by": actor.pk if actor else None,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "facts": validate_facts(facts),
    }
    return append_entry(lock_valid_head(), written)


def append_entry(head, written):
    """Append an entry and move the head to it."""
    values = {"number": head.number + 1, "at": timezone.now(), "previous": head.digest, **written}
    entry = AuditEntry(**values, digest=make_seal(ENTRY_SEAL, entry_content(values)))
    entry.save()
    head.number, head.digest = entry.number, entry.digest
    head.seal = make_seal(HEAD_SEAL, head_content(head.number, head.digest))
    head.save()
    return entry


def lock_valid_head():
    """Lock the head and return it; after an invalid head, append an entry that records this for good.

    A forged head that was simply sealed again would hide entries cut off before it. Work has to go on all the same, so
    the chain continues after the record of the break.
    """
    head = AuditHead.objects.select_for_update().filter(pk=1).first() or replace_head()
    if not is_valid_seal(head.seal, HEAD_SEAL, head_content(head.number, head.digest)):
        append_entry(head, site_entry(BROKEN_HEAD_ACTION, {"number": head.number, "digest": head.digest[:64]}))
    return head


def replace_head():
    """Return a new head without a seal, in place of a missing one."""
    last = AuditEntry.objects.order_by("-number").first()
    return AuditHead.objects.select_for_update().get_or_create(
        pk=1, defaults={"number": last.number if last else 0, "digest": last.digest if last else ""}
    )[0]


def site_entry(action, facts):
    """Return the values of an entry written by the site itself."""
    return {"action": action, "by": None, "subject_type": "", "subject_id": "", "facts": facts}
