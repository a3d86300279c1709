"""What is sent to Elasticsearch's bulk interface, and what its answers say; pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any

from search.engines.document import EPOCH, Document, DocumentChange
from search.engines.engine import CHECKSUM_BUCKETS
from search.language.analysis import stem_cache, word_forms
from search.language.query import FACETS

DELETED_VISIBILITY = "gone"  # the visibility of a skeleton: in nobody's scope
MAX_BULK_BYTES = 2_000_000
RETRIED_STATUSES = frozenset((429, 502, 503, 504))

BulkOperation = tuple[dict[str, Any], dict[str, Any]]  # action and body


def bulk_operation(change: DocumentChange) -> BulkOperation:
    """Write a document, or a skeleton in the place of what should not be found.

    It is written under the submission's own version: an older one loses, an equal one repairs.
    """
    written = document_body(change) if isinstance(change, Document) else deletion_marker(change)
    return {"index": {"_id": str(change.id), "version": change.version, "version_type": "external_gte"}}, written


def document_body(document: Document) -> dict[str, Any]:
    """Return what the index holds of a document."""
    head, body = word_forms(document.title), word_forms(document.text)
    return {
        **deletion_marker(document),
        "title": document.title,
        "text": document.text,
        "title_stems": _stems(head, document.language),
        "text_stems": _stems(body, document.language),
        "exact": [" ".join(head), " ".join(body)],
        "checksum": document.checksum,
        "received": document.received,
        "day": document.day.toordinal(),
        "month": document.month,
        "person": person_number(document.person),
        "letter": document.letter,
        "who": document.person,
        "answers": list(document.answers),
        **{name: getattr(document, name) for name in (*FACETS, "visibility") if name != "month"},
    }


def deletion_marker(change: DocumentChange) -> dict[str, Any]:
    """Return what stays of a submission that should not be found."""
    return {
        "id": change.id,
        "version": change.version,
        "bucket": change.id % CHECKSUM_BUCKETS,
        "visibility": DELETED_VISIBILITY,
    }


def parse_document(source: Mapping[str, Any]) -> Document:
    """Put a document together again from what the index holds."""
    return Document(
        received_at=EPOCH + timedelta(microseconds=source["received"]),
        day=date.fromordinal(source["day"]),
        **{name: source[name] for name in ("id", "version", "title", "text", "visibility", "letter")},
        person=source["who"],
        answers=tuple(source["answers"]),
        **{name: source[name] for name in FACETS if name != "month"},
    )


def _stems(words: tuple[str, ...], language: str) -> str:
    return " ".join(stem_cache(language).map(words))


def person_number(person: str) -> int:
    """Return a person as a number: those are counted several times faster than words."""
    return int.from_bytes(blake2b(person.encode(), digest_size=8).digest(), "big", signed=True)


def split_into_requests(operations: Iterable[BulkOperation]) -> Iterator[list[BulkOperation]]:
    """Cut a list so that no request is large."""
    batch: list[BulkOperation] = []
    size = 0
    for operation in operations:
        size += 4 * len(operation[1].get("text", "")) + 1000
        if batch and size > MAX_BULK_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(operation)
    if batch:
        yield batch


def _items(answer: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    return ((place, item["index"]) for place, item in enumerate(answer["items"]))


def retried_positions(answer: Any) -> list[int]:
    """Return the places of what the server had no time for."""
    return [place for place, item in _items(answer) if item["status"] in RETRIED_STATUSES]


def refused_documents(answer: Any) -> dict[int, str]:
    """Return what the server will never take, with its reason; a newer version (409) is as good as ours."""
    return {
        int(item["_id"]): str(item["error"].get("reason", item["error"].get("type", "")))[:300]
        for _place, item in _items(answer)
        if item["status"] >= 400 and item["status"] not in RETRIED_STATUSES and item["status"] != 409
    }
