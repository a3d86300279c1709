"""What is sent to Elasticsearch's bulk interface, and what its answers say; pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any

from search.engines.document import EPOCH, Change, Document
from search.engines.engine import BUCKETS
from search.language.analysis import forms, stems_in
from search.language.query import FACETS

GONE = "gone"  # the visibility of a skeleton: in nobody's scope
BATCH_BYTES = 2_000_000
BUSY = frozenset((429, 502, 503, 504))

Operation = tuple[dict[str, Any], dict[str, Any]]  # action and body


def operation(change: Change) -> Operation:
    """Write a document, or a skeleton in the place of what should not be found.

    It is written under the submission's own version: an older one loses, an equal one repairs.
    """
    written = body(change) if isinstance(change, Document) else skeleton(change)
    return {"index": {"_id": str(change.id), "version": change.version, "version_type": "external_gte"}}, written


def body(document: Document) -> dict[str, Any]:
    """Return what the index holds of a document."""
    head, body = forms(document.title), forms(document.text)
    return {
        **skeleton(document),
        "title": document.title,
        "text": document.text,
        "title_stems": _stems(head, document.language),
        "text_stems": _stems(body, document.language),
        "exact": [" ".join(head), " ".join(body)],
        "checksum": document.checksum,
        "received": document.received,
        "day": document.day.toordinal(),
        "month": document.month,
        "person": number_of(document.person),
        "letter": document.letter,
        "who": document.person,
        "answers": list(document.answers),
        **{name: getattr(document, name) for name in (*FACETS, "visibility") if name != "month"},
    }


def skeleton(change: Change) -> dict[str, Any]:
    """Return what stays of a submission that should not be found."""
    return {"id": change.id, "version": change.version, "bucket": change.id % BUCKETS, "visibility": GONE}


def stored(source: Mapping[str, Any]) -> Document:
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
    return " ".join(stems_in(language).all(words))


def number_of(person: str) -> int:
    """Return a person as a number: those are counted several times faster than words."""
    return int.from_bytes(blake2b(person.encode(), digest_size=8).digest(), "big", signed=True)


def batches(operations: Iterable[Operation]) -> Iterator[list[Operation]]:
    """Cut a list so that no request is large."""
    batch: list[Operation] = []
    size = 0
    for operation in operations:
        size += 4 * len(operation[1].get("text", "")) + 1000
        if batch and size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(operation)
    if batch:
        yield batch


def _items(answer: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    return ((place, item["index"]) for place, item in enumerate(answer["items"]))


def busy(answer: Any) -> list[int]:
    """Return the places of what the server had no time for."""
    return [place for place, item in _items(answer) if item["status"] in BUSY]


def refused(answer: Any) -> dict[int, str]:
    """Return what the server will never take, with its reason; a newer version (409) is as good as ours."""
    return {
        int(item["_id"]): str(item["error"].get("reason", item["error"].get("type", "")))[:300]
        for _place, item in _items(answer)
        if item["status"] >= 400 and item["status"] not in BUSY and item["status"] != 409
    }
