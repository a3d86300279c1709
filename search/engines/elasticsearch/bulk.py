"""Requests to and responses from Elasticsearch's _bulk API; pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any

from search.engines.document import EPOCH, Document, DocumentChange
from search.engines.engine import CHECKSUM_BUCKETS
from search.language.analysis import word_forms
from search.language.query import FACETS
from search.language.references import reference_token
from search.language.stemming import stem_cache

DELETED_VISIBILITY = "gone"  # the visibility of a skeleton: in nobody's scope
MAX_BULK_BYTES = 2_000_000
RETRIED_STATUSES = frozenset((429, 502, 503, 504))

BulkOperation = tuple[dict[str, Any], dict[str, Any]]  # action and body


def bulk_operation(change: DocumentChange) -> BulkOperation:
    """Return the operation that stores a document, or a deletion marker in its place.

    External versioning (``external_gte``): an older version is refused with 409, an equal one repairs.
    """
    written = document_body(change) if isinstance(change, Document) else deletion_marker(change)
    return {"index": {"_id": str(change.id), "version": change.version, "version_type": "external_gte"}}, written


def document_body(document: Document) -> dict[str, Any]:
    """Return the stored fields of a document."""
    head, body = word_forms(document.title), word_forms(document.text)
    return {
        **deletion_marker(document),
        "title": document.title,
        "text": document.text,
        "title_stems": _stems(head, document.language),
        "text_stems": _stems(body, document.language),
        "exact": [" ".join(head), " ".join(body), reference_token(document.reference)],
        "reference": document.reference,
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
    """Return the body that takes the place of a deleted document: id and version, in nobody's scope."""
    return {
        "id": change.id,
        "version": change.version,
        "bucket": change.id % CHECKSUM_BUCKETS,
        "visibility": DELETED_VISIBILITY,
    }


def parse_document(source: Mapping[str, Any]) -> Document:
    """Build a document from the stored fields."""
    return Document(
        received_at=EPOCH + timedelta(microseconds=source["received"]),
        day=date.fromordinal(source["day"]),
        **{name: source[name] for name in ("id", "reference", "version", "title", "text", "visibility", "letter")},
        person=source["who"],
        answers=tuple(source["answers"]),
        **{name: source[name] for name in FACETS if name != "month"},
    )


def _stems(words: tuple[str, ...], language: str) -> str:
    return " ".join(stem_cache(language).map(words))


def person_number(person: str) -> int:
    """Return a sender's digest as a 64-bit integer; cardinality of numbers is several times faster than of keywords."""
    return int.from_bytes(blake2b(person.encode(), digest_size=8).digest(), "big", signed=True)


def split_into_requests(operations: Iterable[BulkOperation]) -> Iterator[list[BulkOperation]]:
    """Yield lists of operations of about ``MAX_BULK_BYTES`` each."""
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
    """Return the positions of the operations that the server was too busy for."""
    return [place for place, item in _items(answer) if item["status"] in RETRIED_STATUSES]


def refused_documents(answer: Any) -> dict[int, str]:
    """Return the reasons of permanent refusals, by id; a conflict (409) means that a newer version is stored."""
    return {
        int(item["_id"]): str(item["error"].get("reason", item["error"].get("type", "")))[:300]
        for _place, item in _items(answer)
        if item["status"] >= 400 and item["status"] not in RETRIED_STATUSES and item["status"] != 409
    }
