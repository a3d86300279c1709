"""Prometheus metrics of the outbox."""

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from portal.outbox.models import Message, SuppressedAddress, TransportPause


def exposition():
    """Return the metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    counts = dict(Message.objects.order_by().values_list("state").annotate(Count("pk")))
    messages = Gauge("parley_outbox_messages", "Messages that are kept, by state", ["state"], registry=registry)
    for state in Message.State.values:
        messages.labels(state=state).set(counts.get(state, 0))
    for name, about, value in figures():
        Gauge(f"parley_outbox_{name}", about, registry=registry).set(value)
    return generate_latest(registry)


def figures():
    """Return the other metrics, each with its name and its help text."""
    oldest = Message.objects.unsent().aggregate(due=Min("due_at"))["due"]
    late = max((timezone.now() - oldest).total_seconds(), 0) if oldest else 0
    yield "late_seconds", "How long the oldest message that is due has waited", late
    yield "suppressed_addresses", "Addresses that are passed over", SuppressedAddress.objects.count()
    yield "paused_transports", "Transports whose server is away", TransportPause.objects.count()
