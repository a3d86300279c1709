"""Whether it is alive, can take what people send, and the work gets done."""

import errno
import logging
import os
import shutil
from pathlib import Path
from threading import Lock
from time import monotonic, time

from django.conf import settings
from django.db import Error, connection, transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from consultations.models import Status, Submission
from moderation.statistics import metrics as pace
from portal.http import security_metrics
from portal.http.rate_limits import RateLimit
from portal.jobs import metrics as worker
from portal.outbox import metrics as outbox
from search.index.metrics import render_metrics
from search.index.status import get_search_status

logger = logging.getLogger(__name__)
WRITE_PROBES = RateLimit("readiness", most=1, window_seconds=60)  # a row that is written to see whether that works
LEAST_ROOM_BYTES = 1024 * 1024  # beside SQLite's file: some dozens of texts
WRITE_PROBE_SECONDS = 2  # how long an answer holds: strangers may ask as often as they like


class WriteProbe:
    """Tells whether the database takes what is written; asks it once in a while."""

    def __init__(self):
        self.lock, self.works, self.due_at = Lock(), False, 0.0

    def database_takes_writes(self):
        """Write and commit a row, unless somebody has just done so; return whether that worked."""
        with self.lock:
            if monotonic() >= self.due_at:
                self.works = self.writes_row()
                self.due_at = monotonic() + WRITE_PROBE_SECONDS
            return self.works

    def writes_row(self):
        """Write a row, and ask for room on the disk, too; return whether that worked."""
        try:
            WRITE_PROBES.count("readiness")
            need_room_on_disk()
        except (Error, OSError) as error:  # away, read only, full, locked
            logger.error("The database takes nothing: %s", type(error).__name__)
            return False
        return True


def need_room_on_disk():
    """Raise an error unless there is room: a row that is written again finds its place on a full disk, a new text none.

    PostgreSQL is asked for more numbers than it may keep in memory: it writes a file, which a full disk refuses.
    """
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        if file.is_file() and shutil.disk_usage(file).free < LEAST_ROOM_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute("SELECT count(*) FROM generate_series(1, 50000)")


probe = WriteProbe()


def live(request):
    """Answer that the process runs."""
    return JsonResponse({"status": "ok"})


def ready(request):
    """Answer whether what people send would be kept, with what waits: unscreened texts, and changes the index lacks.

    Without an index it is ready all the same: citizens can read and send, only officers have to wait.
    """
    if not probe.database_takes_writes():
        return JsonResponse({"status": "writes fail"}, status=503, headers={"Cache-Control": "no-store"})
    try:
        waiting = what_waits()
    except Error:
        return JsonResponse({"status": "reads fail"}, status=503, headers={"Cache-Control": "no-store"})
    return JsonResponse({"status": "ok"} | waiting)


def site_exposition():
    """Return what concerns the site as a whole, in Prometheus' text format."""
    registry = CollectorRegistry()
    number, seconds = unscreened()
    for name, about, value in (
        ("takes_writes", "Whether the database takes what people send", float(probe.database_takes_writes())),
        ("clock_seconds", "What time it is for this process, in seconds since 1970", time()),
        ("database_clock_lead_seconds", "How far the database's clock is before that of this process", clock_lead()),
        ("unscreened_texts", "Texts that no rule has looked at yet", number),
        ("unscreened_seconds", "How long the oldest of them has waited", seconds),
    ):
        Gauge(f"parley_site_{name}", about, registry=registry).set(value)
    return generate_latest(registry)


def clock_lead():
    """Return how many seconds the database's clock is before ours; 0 for one that has no clock of its own."""
    if connection.vendor != "postgresql":
        return 0.0
    before = time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        [told] = cursor.fetchone()
    return float(told) - (before + time()) / 2


def unscreened():
    """Return how many texts no rule has looked at yet, and the age of the oldest in seconds."""
    waiting = Submission.objects.filter(status=Status.RECEIVED)
    oldest = waiting.order_by("received_at").values_list("received_at", flat=True).first()
    return waiting.count(), round((timezone.now() - oldest).total_seconds()) if oldest else 0


def what_waits():
    """Return the counts of what waits."""
    number, seconds = unscreened()
    search = get_search_status()
    return {
        "unscreened": number,
        "oldest_unscreened_seconds": seconds,
        "search": "ok" if search.available else "unavailable",
        "index_lag": search.lag,
        "index_lag_seconds": search.lag_seconds,
    }


def metrics(request):
    """Tell Prometheus how the site is, if it knows the token; for anybody else there is nothing here."""
    known = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not constant_time_compare(request.headers.get("Authorization", ""), known):
        raise Http404
    shown = site_exposition() + worker.exposition() + render_metrics(get_search_status()) + outbox.exposition()
    shown += security_metrics.security_exposition() + pace.pace_exposition()
    return HttpResponse(shown, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
