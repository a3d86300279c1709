"""Prometheus metrics of the pace: what came in through the site lately, by kind."""

from datetime import timedelta

from django.utils import timezone
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from moderation.statistics.pace import sources

PACE_MINUTES = 10


def pace_exposition() -> bytes:
    """Return the metrics in Prometheus' text format; one query for each kind."""
    registry = CollectorRegistry()
    about = f"What people sent through the site in the last {PACE_MINUTES} minutes, by kind"
    gauge = Gauge("parley_pace", about, ["kind"], registry=registry)
    since = timezone.now() - timedelta(minutes=PACE_MINUTES)
    for kind, (rows, moment, _consultation) in sources().items():
        gauge.labels(kind=kind).set(rows.filter(**{f"{moment}__gte": since}).count())
    return generate_latest(registry)
