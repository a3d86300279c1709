"""Prometheus metrics of security events."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from portal.http.security_events import SecurityEvent, SecurityEventCount, event_counts


def security_exposition() -> bytes:
    """Return the metrics in Prometheus' text format."""
    event_counts.store(at_once=True)
    registry = CollectorRegistry()
    about = "Sign-ins, failed ones and refusals since the site was set up, by kind"
    gauge = Gauge("parley_security_events", about, ["kind"], registry=registry)
    found = dict(SecurityEventCount.objects.values_list("kind", "number"))
    for kind in SecurityEvent:
        gauge.labels(kind=kind).set(found.get(kind, 0))
    return generate_latest(registry)
