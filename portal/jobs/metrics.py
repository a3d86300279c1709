"""Prometheus metrics of the worker."""

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from portal.jobs.worker_step import WorkerStep


def exposition() -> bytes:
    """Return the metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    for name, about, value in worker_figures():
        Gauge(f"parley_worker_{name}", about, registry=registry).set(value)
    return generate_latest(registry)


def worker_figures() -> Iterator[tuple[str, str, float]]:
    """Yield each metric with its name and its help text; the silence is left out while no worker has ever run."""
    steps = list(WorkerStep.objects.all())
    yield "steps", "Steps that the worker has told of", len(steps)
    yield "failing_steps", "Steps that failed the last time", sum(step.failures > 0 for step in steps)
    if steps:
        silence = timezone.now() - max(step.told_at for step in steps)
        yield "silent_seconds", "How long ago a worker told of itself", max(silence.total_seconds(), 0)
