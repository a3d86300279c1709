"""Generations of an index on a server: created, fed, read, retired.

A generation's name carries the digest of the rules that made it. Readers use one alias. While a generation has the
*fed* alias, every relay writes to it through a write alias of its own, so a deleted generation is not created again.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError
from elasticsearch_dsl import Keyword, Long, Short, Text, analyzer
from elasticsearch_dsl import Mapping as Fields

from search.language.analysis import ANALYSIS_FINGERPRINT
from search.language.query import SearchUnavailable

WHITESPACE_ANALYZER = analyzer("words", tokenizer="whitespace")
MERGE_TIMEOUT_SECONDS = 3600  # seconds for merging what a rebuild wrote
MERGED_SEGMENTS = 4  # after a rebuild: merging to one takes as long again and makes little faster
RETIRED_KEPT_FOR = timedelta(hours=24)
KEYWORD_FIELDS = ("consultation", "kind", "status", "language", "channel", "visibility", "month")
ANSWERS_FIELD = (
    "answers"  # keywords such as 12=Weekly, as in the embedded index; a flattened field would be no easier to ask
)
LONG_FIELDS = ("id", "version", "checksum", "received", "day", "person", "letter")
INDEX_SETTINGS = {
    "number_of_shards": 1,  # so that counts are exact
    "auto_expand_replicas": "0-2",
    "gc_deletes": "1h",
    "analysis": {"analyzer": {"words": {"type": "custom", "tokenizer": "whitespace"}}},
}


def document_mapping() -> Fields:
    """Return the strict mapping of a document."""
    made = Fields()
    made.meta("dynamic", "strict")
    for name in ("title", "text"):
        made.field(name, Text(index=False, norms=False))
        made.field(f"{name}_stems", Text(analyzer=WHITESPACE_ANALYZER))
    made.field(
        "exact", Text(analyzer=WHITESPACE_ANALYZER, position_increment_gap=100)
    )  # no phrase from title into text
    for name in KEYWORD_FIELDS:
        made.field(name, Keyword(eager_global_ordinals=True))
    for name in LONG_FIELDS:
        made.field(name, Long())
    made.field(ANSWERS_FIELD, Keyword())
    made.field("bucket", Short())
    for name in ("who", "reference"):
        made.field(name, Keyword(index=False, doc_values=False))
    return made


RULES_DIGEST = sha256(
    json.dumps([document_mapping().to_dict(), ANALYSIS_FINGERPRINT], sort_keys=True).encode()
).hexdigest()[:8]


class Generations:
    """The indices behind one alias."""

    def __init__(self, client: Elasticsearch, alias: str):
        self.client, self.alias, self.fed_alias = client, alias, f"{alias}-fed"

    def fed_indices(self) -> list[str]:
        """Return the fed indices made by our rules; create the first one.

        Raises SearchUnavailable if other rules made all of them.
        """
        found = self.indices_with_alias(self.fed_alias)
        if not found:
            self._create(f"{self.alias}-{RULES_DIGEST}-first", also=self.alias)
            found = self.indices_with_alias(self.fed_alias)
        ours = [name for name in found if f"-{RULES_DIGEST}-" in name]
        if not ours:
            raise SearchUnavailable("The index was made by another version: run manage.py search_rebuild.")
        return ours

    def indices_with_alias(self, alias: str) -> list[str]:
        """Return the sorted names of the indices with an alias."""
        try:
            return sorted(self.client.indices.get_alias(name=alias))
        except NotFoundError:
            return []

    def start(self) -> str:
        """Create an empty, fed generation and return its name; delete what unfinished rebuilds left."""
        read = set(self.indices_with_alias(self.alias))
        for name in self.indices_with_alias(self.fed_alias):
            if name not in read and not self._retired_at(name):
                self.client.indices.delete(index=name)
        name = f"{self.alias}-{RULES_DIGEST}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        self._create(name, refresh_interval="30s")
        return name

    def _create(self, name: str, *, also: str = "", **settings: Any) -> None:
        """Create a generation; a concurrent creator may win."""
        aliases: dict[str, Any] = {key: {} for key in (self.fed_alias, f"{name}-write", also) if key}
        try:
            self.client.indices.create(
                index=name, mappings=document_mapping().to_dict(), settings=INDEX_SETTINGS | settings, aliases=aliases
            )
        except ApiError as error:
            if error.error != "resource_already_exists_exception":
                raise

    def put_in_use(self, name: str) -> None:
        """Merge a generation and move the read alias to it; the previous one is fed for another day."""
        self.client.options(request_timeout=MERGE_TIMEOUT_SECONDS).indices.forcemerge(
            index=name, max_num_segments=MERGED_SEGMENTS
        )
        self.client.indices.put_settings(index=name, settings={"refresh_interval": None})
        self.client.indices.refresh(index=name)
        old = self.indices_with_alias(self.alias)
        for each in old:
            self.client.indices.put_mapping(index=each, meta={"retired_at": datetime.now(UTC).isoformat()})
        removed = [{"remove": {"index": each, "alias": self.alias}} for each in old]
        self.client.indices.update_aliases(actions=[*removed, {"add": {"index": name, "alias": self.alias}}])
        self.delete_retired()

    def delete_retired(self, kept: timedelta = RETIRED_KEPT_FOR) -> list[str]:
        """Delete generations that were replaced before ``kept`` ago or made by other rules; return their names.

        Those that are kept are fed, so that an erased text leaves them too.
        """
        dropped = []
        for name in sorted(set(self.indices_with_alias(self.fed_alias)) - set(self.indices_with_alias(self.alias))):
            at = self._retired_at(name)
            if at and (f"-{RULES_DIGEST}-" not in name or datetime.fromisoformat(at) <= datetime.now(UTC) - kept):
                self.client.indices.delete(index=name)
                dropped.append(name)
        return dropped

    def _retired_at(self, name: str) -> str:
        mapping = self.client.indices.get_mapping(index=name)[name]["mappings"]
        at: str = mapping.get("_meta", {}).get("retired_at", "")
        return at


class SingleGeneration(Generations):
    """A generation that is filled next to the one in use."""

    def fed_indices(self) -> list[str]:
        """Return its own name only."""
        return [self.alias]
