"""The status of search as Prometheus metrics."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from search.index.status import SearchStatus

Metric = tuple[str, str, float]


def render_metrics(status: SearchStatus) -> bytes:
    """Render the metrics in Prometheus' text format; unknown values are left out."""
    registry = CollectorRegistry()
    for name, about, value in metric_values(status):
        Gauge(f"parley_search_{name}", about, registry=registry).set(value)
    return generate_latest(registry)


def metric_values(status: SearchStatus) -> Iterator[Metric]:
    """Yield (name, description, value)."""
    yield "up", "Whether the index can be asked", float(status.available)
    yield "lag_changes", "Submissions with a change that the index has not seen", status.lag
    yield "lag_seconds", "The least time that the oldest such change has waited", status.lag_seconds
    yield "poison_documents", "Documents that the index refuses", status.poison
    if status.index.documents is not None:
        yield "documents", "Documents in the index", status.index.documents
    if status.sealed.documents is not None:
        yield "sealed_documents", "Sealed originals in the index of their own", status.sealed.documents
    if (last := status.verified) and last.problem:
        yield "verify_failed", "Whether the last comparison broke off", 1.0
    elif last:
        yield "verify_failed", "Whether the last comparison broke off", 0.0
        yield "verified_timestamp_seconds", "When index and database were last compared", last.finished_at.timestamp()
        yield "verified_submissions", "Submissions compared then", last.checked
        yield "verify_duration_seconds", "How long that took", last.seconds
        yield "drift_submissions", "Submissions on which they disagreed", last.drift
    if status.rebuilt and status.rebuilt.finished_at:
        yield "rebuilt_timestamp_seconds", "When the index was last made anew", status.rebuilt.finished_at.timestamp()
