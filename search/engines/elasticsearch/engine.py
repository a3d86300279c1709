"""The engine for large sites: Elasticsearch 8, through elasticsearch_dsl, in this folder only.

Words are analysed by ``search.language.analysis`` and sent ready-made: both engines find the same submissions, in
every language, without server plug-ins. A deleted document stays as a *deletion marker* (id and version), so that a
late write of an older version loses against it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from fcntl import LOCK_EX, LOCK_NB
from time import perf_counter
from typing import Any, Self

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, NotFoundError
from elasticsearch_dsl import Q, Search

from search.engines.document import DocumentChange
from search.engines.elasticsearch import bulk, requests
from search.engines.elasticsearch.address import ElasticsearchAddress
from search.engines.elasticsearch.errors import translate_errors
from search.engines.elasticsearch.generations import Generations, SingleGeneration
from search.engines.engine import CHECKSUM_BUCKETS, GenerationMark
from search.engines.generations import file_lock
from search.language.query import FACETS, Query, SearchResult, SearchUnavailable
from search.language.snippets import Highlighter

REQUEST_TIMEOUT_SECONDS = 10  # seconds for an answer
PARALLEL_BULK_REQUESTS = 2  # requests under way while the next one is made ready
MAX_BULK_ATTEMPTS = 6  # of an operation that the server is too busy for
SCROLL_PAGE_SIZE = 10_000
EXPUNGED_FROM_PERCENT = "index.merge.policy.expunge_deletes_allowed"  # of a segment's documents; 10 by itself
PURGE_SECONDS = 600  # a merge of large segments takes minutes
LANGUAGES_CACHE_SECONDS = 10.0  # seconds that the list of languages stays good


class ElasticsearchEngine:
    """An index on an Elasticsearch server or cluster."""

    embedded = False

    def __init__(self, address: ElasticsearchAddress):
        self.address = address
        self.client = Elasticsearch(
            list(address.hosts),
            request_timeout=REQUEST_TIMEOUT_SECONDS,
            max_retries=2,
            retry_on_timeout=False,
            **address.credentials,
        )
        self.retrying_client = self.client.options(retry_on_timeout=True)  # to ask twice does no harm
        self.alias = f"{address.prefix}-submissions"
        self.generations = Generations(self.client, self.alias)
        self._languages: tuple[float, list[str]] = (0.0, [])

    def write(self, changes: Iterable[DocumentChange]) -> dict[int, str]:
        """Send changes to every fed generation; return the reasons of refusals by id.

        The next batch is read while others are being sent. The fed generations are looked up after the batch was read:
        a generation missing from that list was started after its rows were read, so its own filling sees them.
        """
        refused: dict[int, str] = {}
        sending: deque[Future[dict[int, str]]] = deque()
        with translate_errors(), ThreadPoolExecutor(PARALLEL_BULK_REQUESTS) as pool:
            for batch in bulk.split_into_requests(map(bulk.bulk_operation, changes)):
                sending += [pool.submit(self._send, generation, batch) for generation in self.generations.fed_indices()]
                while len(sending) > PARALLEL_BULK_REQUESTS:
                    refused |= sending.popleft().result()
            for each in sending:
                refused |= each.result()
        return refused

    def _send(self, generation: str, operations: Sequence[bulk.BulkOperation]) -> dict[int, str]:
        """Send one batch; retry operations that the server is too busy for, and halve a request that is too large."""
        refused: dict[int, str] = {}
        for attempt in range(MAX_BULK_ATTEMPTS):
            try:
                answer = self._bulk(generation, operations)
            except ApiError as error:
                if error.status_code == 413:
                    return refused | self._send_in_halves(generation, operations)
                if error.status_code not in bulk.RETRIED_STATUSES or attempt == MAX_BULK_ATTEMPTS - 1:
                    raise
            else:
                refused |= bulk.refused_documents(answer)
                operations = [operations[place] for place in bulk.retried_positions(answer)]
                if not operations:
                    return refused
            time.sleep(min(0.1 * 2**attempt, 3))
        raise SearchUnavailable("The search server is too busy to take changes.")

    def _bulk(self, generation: str, operations: Sequence[bulk.BulkOperation]) -> Any:
        """Send operations to one generation; ``require_alias`` keeps a deleted generation from being created again."""
        flat = [part for operation in operations for part in operation]
        return self.client.bulk(operations=flat, index=f"{generation}-write", require_alias=True)

    def _send_in_halves(self, generation: str, operations: Sequence[bulk.BulkOperation]) -> dict[int, str]:
        if len(operations) == 1:
            return {int(operations[0][0]["index"]["_id"]): "It is too large for the search server."}
        middle = len(operations) // 2
        return self._send(generation, operations[:middle]) | self._send(generation, operations[middle:])

    def search(self, query: Query) -> SearchResult:
        """Run a query; return one page."""
        began = perf_counter()
        languages = self.languages()
        answer = self._search(self.body(query, languages))
        highlighter = Highlighter.for_query(query.node, languages)
        found = {facet: requests.facet_counts(answer["aggregations"][facet]) for facet in FACETS}
        copies = self._copies(query, languages, answer["hits"]["hits"]) if query.collapse else {}
        return SearchResult(
            total=answer["hits"]["total"]["value"],
            hits=tuple(requests.parse_hit(one, highlighter, copies) for one in answer["hits"]["hits"]),
            facets=found,
            months=tuple(sorted(found["month"])),
            people=requests.distinct_count(answer["aggregations"]["person"]),
            distinct_texts=requests.distinct_count(answer["aggregations"]["letter"]),
            partial=answer["timed_out"] or answer["_shards"]["failed"] > 0,
            took_ms=round((perf_counter() - began) * 1000, 1),
        )

    def body(self, query: Query, languages: Sequence[str]) -> dict[str, Any]:
        """Return the request body for one page of a query."""
        sent: dict[str, Any] = requests.page_search(self._new_search(), query, languages).to_dict()
        return sent

    def _copies(self, query: Query, languages: Sequence[str], hits: Sequence[Mapping[str, Any]]) -> dict[int, int]:
        """Return the number of hits by letter, for the letters on a page."""
        if not hits:
            return {}
        letters = [one["_source"]["letter"] for one in hits]
        answer = self._search(requests.copies_search(self._new_search(), query, languages, letters).to_dict())
        return {each["key"]: each["doc_count"] for each in answer["aggregations"]["letter"]["buckets"]}

    def _new_search(self) -> Search:
        return Search(using=self.client, index=self.alias)

    def _search(self, body: dict[str, Any]) -> Any:
        """Search the generation in use; create the first one if there is none."""
        with translate_errors():
            try:
                return self.retrying_client.search(index=self.alias, body=body)
            except NotFoundError:
                self.generations.fed_indices()
                return self.retrying_client.search(index=self.alias, body=body)

    def languages(self) -> list[str]:
        """Return the languages of the documents, cached for ``LANGUAGES_CACHE_SECONDS``."""
        at, known = self._languages
        if not known or time.monotonic() - at > LANGUAGES_CACHE_SECONDS:
            found = {"terms": {"field": "language", "size": requests.MAX_FACET_VALUES}}
            answer = self._search({"size": 0, "aggs": {"found": found}})
            known = sorted(each["key"] for each in answer["aggregations"]["found"]["buckets"])
            self._languages = (time.monotonic(), known)
        return known

    def iterate(self, query: Query) -> Iterator[int]:
        """Yield the ids of all hits in sort order from one point in time, however slowly they are consumed."""
        search = requests.ids_search(self._new_search(), query, self.languages())
        with translate_errors():
            for found in search.extra(size=SCROLL_PAGE_SIZE).iterate(keep_alive="5m"):
                yield int(found.meta.id)

    def similar(self, id_: int, scope: Mapping[str, tuple[str, ...]], limit: int) -> list[int]:
        """Return ids of similar texts in scope, most similar first; one per letter, none of the text's own letter."""
        own = self._search(self._new_search().filter("term", id=id_).source(["letter"]).to_dict())["hits"]["hits"]
        if not own or "letter" not in own[0]["_source"]:
            return []
        search = requests.similar_search(self._new_search(), own[0], scope)[:limit]
        return [int(one["_id"]) for one in self._search(search.to_dict())["hits"]["hits"]]

    def typical(self, query: Query, limit: int) -> list[tuple[str, int]]:
        """Return words typical of the hits compared with the rest of the scope, with their number of hits."""
        languages = self.languages()
        answer = self._search(requests.typical_words_search(self._new_search(), query, languages, limit).to_dict())
        words = requests.significant_words(answer["aggregations"]["sample"]["found"])
        if not words:
            return []
        answer = self._search(requests.word_counts_search(self._new_search(), query, languages, words).to_dict())
        return [(word, answer["aggregations"]["found"]["buckets"][word]["doc_count"]) for word in words]

    def spellings(self, word: str, limit: int) -> list[str]:
        """Return indexed words with a similar spelling."""
        answer = self._search(requests.spelling_search(self._new_search(), word, limit).to_dict())
        return [each["text"] for part in answer["suggest"]["found"] for each in part["options"]]

    def bucket_totals(self) -> dict[int, tuple[int, int]]:
        """Return (number of documents, sum of checksums) of each bucket that is not empty."""
        self._refresh()
        found = {
            "terms": {"field": "bucket", "size": CHECKSUM_BUCKETS},
            "aggs": {"sum": {"sum": {"field": "checksum"}}},
        }
        answer = self._search({"size": 0, "query": {"exists": {"field": "checksum"}}, "aggs": {"found": found}})
        buckets = answer["aggregations"]["found"]["buckets"]
        return {each["key"]: (each["doc_count"], int(each["sum"]["value"])) for each in buckets}

    def bucket_checksums(self, bucket: int) -> dict[int, int]:
        """Return the checksum of every document in a bucket, recomputed from the stored fields, by id."""
        self._refresh()
        found = self._new_search().filter("term", bucket=bucket).filter("exists", field="checksum").sort("id")
        with translate_errors():
            return {
                int(one.meta.id): bulk.parse_document(one.to_dict()).checksum
                for one in found.extra(size=1000).iterate()
            }

    def versions(self) -> dict[int, int]:
        """Return the version of everything ever written, by id; deletion markers included."""
        self._refresh()
        found = self._new_search().query(Q("match_all")).source(["version"]).sort("id").extra(size=SCROLL_PAGE_SIZE)
        with translate_errors():
            return {int(one.meta.id): one.version for one in found.iterate(keep_alive="5m")}

    def _refresh(self) -> None:
        """Make everything written so far searchable."""
        with translate_errors():
            if not self.client.indices.exists(index=self.alias):
                self.generations.fed_indices()
            self.client.options(request_timeout=60).indices.refresh(index=self.alias)

    def generation_mark(self) -> GenerationMark:
        """Return the unique ids of the indices in use; the server gives new ones to indices that are restored."""
        with translate_errors():
            if not (found := self._index_ids()):
                self.generations.fed_indices()
                found = self._index_ids()
        return GenerationMark(",".join(found), 0)

    def _index_ids(self) -> list[str]:
        try:
            found = self.client.indices.get_settings(index=self.alias, name="index.uuid")
        except NotFoundError:
            return []
        return sorted(each["settings"]["index"]["uuid"] for each in found.values())

    def info(self) -> dict[str, str]:
        """Return server version, cluster and generation in use."""
        with translate_errors():
            info = self.client.info()
            read = self.generations.indices_with_alias(self.alias)
        return {
            "engine": f"Elasticsearch {info['version']['number']}",
            "cluster": info["cluster_name"],
            "generation": ", ".join(read),
        }

    def shared_lock(self) -> AbstractContextManager[None]:
        """Return a lock that excludes nobody: a generation is fed for as long as it is read."""
        return nullcontext()

    exclusive_lock = shared_lock

    @contextmanager
    def rebuild_lock(self) -> Iterator[None]:
        """Raise SearchUnavailable while a rebuild runs on this machine; on another machine, the later rebuild wins."""
        try:
            with file_lock(settings.VAR_DIR / f"{self.alias}.rebuild-lock", LOCK_EX | LOCK_NB):
                yield
        except BlockingIOError as error:
            raise SearchUnavailable("Another rebuild of the index is running.") from error

    def new_generation(self) -> Self:
        """Start an empty generation; every relay feeds it from now on."""
        one = type(self)(self.address)
        with translate_errors():
            one.alias = self.generations.start()
        one.generations = SingleGeneration(one.client, one.alias)
        return one

    def swap(self, fresh: Self) -> None:
        """Move the read alias to the filled generation atomically."""
        with translate_errors():
            self.generations.put_in_use(fresh.alias)
        fresh.close()
        self._languages = (0.0, [])

    def discard(self) -> None:
        """Delete a generation that was never put in use."""
        with translate_errors():
            self.client.indices.delete(index=self.alias, ignore_unavailable=True)
        self.close()

    def delete_retired(self) -> list[str]:
        """Delete the generations that were replaced a day ago; return their names."""
        with translate_errors():
            return self.generations.delete_retired()

    def purge(self) -> None:
        """Write the segments of every fed generation anew that hold a deleted or replaced document, and its log.

        Elasticsearch keeps such a document for copies of a shard that may want to catch up; half a minute after the
        last of them has, a purge takes it. So what was written just now is gone after the next purge.
        """
        fed: dict[str, Any] = {"index": self.generations.fed_alias, "ignore_unavailable": True}
        with translate_errors():
            patient = self.client.options(request_timeout=PURGE_SECONDS)
            patient.indices.put_settings(settings={EXPUNGED_FROM_PERCENT: 0}, **fed)
            patient.indices.flush(force=True, **fed)
            patient.indices.forcemerge(only_expunge_deletes=True, **fed)
            patient.indices.flush(force=True, **fed)  # the segments of before are deleted, and the log is cut

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
