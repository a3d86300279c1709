"""What the ledger keeps of a search."""

from portal.audit import text_digest
from portal.audit.looking import record_look
from search.language.query import Query, SearchResult


def record_search(action, user, query: Query, result: SearchResult, subject=None) -> None:
    """Record that somebody searched, without the words: what they were can be shown by their digest."""
    words = {"words": text_digest(query.text)} if query.text else {}
    narrowed = {"narrowed_by": sorted(query.filters)} if query.filters else {}
    asked = f"{query.text}:{sorted(query.filters.items())}"
    record_look(action, user, subject, question=asked, found=result.total, **words, **narrowed)
