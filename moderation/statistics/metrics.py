"""Prometheus metrics of the pace: what came in through the site lately, by kind."""

from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from moderation.statistics.pace import sources

PACE_MINUTES = 10
PACE_METRICS_KEY = "moderation.pace_metrics"
PACE_METRICS_SECONDS = 60  # for which numbers are told again: counting reads many rows, and Prometheus asks often


def pace_exposition() -> bytes:
    """Return the metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    about = f"What people sent through the site in the last {PACE_MINUTES} minutes, by kind"
    gauge = Gauge("parley_pace", about, ["kind"], registry=registry)
    for kind, number in cache.get_or_set(PACE_METRICS_KEY, numbers_of_late, PACE_METRICS_SECONDS).items():
        gauge.labels(kind=kind).set(number)
    return generate_latest(registry)


def numbers_of_late() -> dict[str, int]:
    """Return how much of each kind came in lately; one query for each."""
    since = timezone.now() - timedelta(minutes=PACE_MINUTES)
    return {
        kind: rows.filter(**{f"{moment}__gte": since}).count() for kind, (rows, moment, _where) in sources().items()
    }
