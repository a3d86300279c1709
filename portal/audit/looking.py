"""Entries for what staff look at: a search, a case, a text. Looking again within ten minutes is the same look."""

from hashlib import sha256

from django.core.cache import cache
from django.db import transaction

from portal.audit.ledger import record

LOOK_SECONDS = 600


def record_look(action, actor, subject=None, *, question="", **facts):
    """Record that somebody looked at a subject, or at the result of a question, which itself is not kept."""
    looked_at = subject.pk if subject else ""
    key = sha256(f"{action}:{actor.pk}:{looked_at}:{question}".encode("utf-8", "surrogatepass")).hexdigest()
    if cache.get(f"look:{key}"):
        return
    with transaction.atomic():
        record(action, actor=actor, subject=subject, **facts)
    cache.set(f"look:{key}", True, LOOK_SECONDS)
