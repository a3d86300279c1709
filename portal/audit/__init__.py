"""The audit ledger: an append-only chain of what was done, whose changes show.

`record` adds an entry in the caller's transaction; `text_digest` stands for what a person wrote.
"""

from portal.audit.ledger import record
from portal.audit.seal import text_digest

__all__ = ["record", "text_digest"]
