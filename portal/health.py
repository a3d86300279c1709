"""Whether it is alive, and the work gets done."""

from django.db import connection
from django.http import JsonResponse
from django.utils import timezone

from consultations.models import Status, Submission


def live(request):
    """Answer that the process runs."""
    return JsonResponse({"status": "ok"})


def ready(request):
    """Answer that the database does, with what waits: unscreened texts, and changes the index lacks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    unscreened = Submission.objects.filter(status=Status.RECEIVED)
    oldest = unscreened.order_by("received_at").values_list("received_at", flat=True).first()
    return JsonResponse(
        {
            "status": "ok",
            "unscreened": unscreened.count(),
            "oldest_unscreened_seconds": round((timezone.now() - oldest).total_seconds()) if oldest else 0,
            "index_lag": Submission.objects.lagging().count(),
        }
    )
