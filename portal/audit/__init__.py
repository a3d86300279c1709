"""The audit ledger: an append-only, hash-chained log of staff actions.

`record` appends an entry in the caller's transaction; `text_digest` stands for what a person wrote.
"""

from portal.audit.ledger import record
from portal.audit.seal import text_digest

__all__ = ["record", "text_digest"]
