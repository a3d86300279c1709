"""Whether open data is still what it was, told by the newest events (decision 5)."""

from hashlib import sha256

from django.db.models import Count, Max
from django.http import HttpRequest
from django.utils import timezone

from consultations.api.consultations import public_consultations
from consultations.models import Event, Support


def etag(request: HttpRequest) -> str:
    """Return what changes whenever an answer may: four short queries."""
    seen = [request.get_full_path(), Event.objects.newest_ids(), consultations(), supports()]
    return f'W/"{sha256(repr(seen).encode()).hexdigest()[:32]}"'


def consultations() -> list[tuple]:
    """Return the public consultations as they stand now: it opens and closes before its event comes."""
    now = timezone.now()
    rows = public_consultations().order_by("pk").values_list("pk", "last_published_at", "opens_at", "closes_at")
    return [(pk, published, opens <= now, closes <= now) for pk, published, opens, closes in rows]


def supports() -> dict:
    """Return the number of supports and the newest: whoever gives or takes one back changes it."""
    return Support.objects.aggregate(Count("pk"), Max("pk"))
