"""Whether it is alive, and the work gets done."""

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST

from consultations.models import Status, Submission
from portal.outbox import metrics as outbox
from search.index.metrics import render_metrics
from search.index.status import get_search_status


def live(request):
    """Answer that the process runs."""
    return JsonResponse({"status": "ok"})


def ready(request):
    """Answer that the database does, with what waits: unscreened texts, and changes the index lacks.

    Without an index it is ready all the same: citizens can read and send, only officers have to wait.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    unscreened = Submission.objects.filter(status=Status.RECEIVED)
    oldest = unscreened.order_by("received_at").values_list("received_at", flat=True).first()
    search = get_search_status()
    return JsonResponse(
        {
            "status": "ok",
            "unscreened": unscreened.count(),
            "oldest_unscreened_seconds": round((timezone.now() - oldest).total_seconds()) if oldest else 0,
            "search": "ok" if search.available else "unavailable",
            "index_lag": search.lag,
            "index_lag_seconds": search.lag_seconds,
        }
    )


def metrics(request):
    """Tell Prometheus how search and the outbox are, if it knows the token; for anybody else there is nothing here."""
    known = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not constant_time_compare(request.headers.get("Authorization", ""), known):
        raise Http404
    shown = render_metrics(get_search_status()) + outbox.exposition()
    return HttpResponse(shown, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
