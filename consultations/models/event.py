"""Events: one ordered stream, from which receipts, notifications, digests and webhooks are made."""

import time

from django.conf import settings
from django.db import connections, models, transaction
from django.db.models import Q
from django.utils import timezone

from consultations import events
from consultations.models.choices import Status, event_kind_choices
from consultations.models.history import Revision
from consultations.models.pages import ConsultationPage
from portal.http.freshness import note_change
from portal.row_insert import insert_rows

NOTE_CHARACTERS = 300
CACHE_KEY_EVENTS = 200  # far more than other transactions commit while one is open
SETTLE_SECONDS = 2.0  # how long a reader waits for open transactions that write events
SETTLE_POLL_SECONDS = 0.01

# A transaction holds this lock from before it takes an id from the sequence until it is committed or rolled back.
TRANSACTIONS_WRITING = """
    SELECT virtualtransaction FROM pg_locks
    WHERE relation = %s::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()
"""


class EventQuerySet(models.QuerySet):
    """Records events and reads the stream."""

    def record(self, kind, *, submission=None, response=None, consultation=None, note="", **fields):
        """Store one event and call its subscribers, in one transaction; return the event.

        The consultation and the status are those of the submission or response unless given. ``fields`` are
        ``actor``, ``revision``, ``due_at``.
        """
        about = submission or response
        consultation_id = consultation.pk if consultation else about and about.consultation_id
        event = self.model(
            kind=kind,
            submission=submission,
            response=response,
            consultation_id=consultation_id,
            status=submission.status if submission else "",
            note=str(note)[:NOTE_CHARACTERS],
            **fields,
        )
        with transaction.atomic(using=self.db, savepoint=False):
            event.save(using=self.db, force_insert=True)
            note_change()
            events.deliver(event)
        return event

    def record_all(self, happened, *, submission):
        """Store several events of one submission with one query; call their subscribers in order; return the events.

        Each item of ``happened`` holds an event's ``kind`` and the fields that `record` takes; the status is the
        submission's unless given.
        """
        rows = [
            self.model(
                **{"status": submission.status} | fields | {"note": str(fields.get("note", ""))[:NOTE_CHARACTERS]},
                submission=submission,
                consultation_id=submission.consultation_id,
            )
            for fields in happened
        ]
        with transaction.atomic(using=self.db, savepoint=False):
            insert_rows(rows)
            note_change()
            for event in rows:
                events.deliver(event)
        return rows

    def after(self, cursor):
        """Select the events after an id, ordered by id, for a reader that stores the last id it has processed.

        On PostgreSQL a transaction may commit an event after another transaction committed a higher id; a reader past
        that id would miss the event. The selection therefore ends at an id below which no event can appear: the highest
        id, read before waiting for all transactions that were writing events. If one of them takes longer than
        ``SETTLE_SECONDS``, nothing is selected and the reader tries again later. SQLite has one writer at a time, so
        ids are committed in order.

        The reader must be in autocommit or READ COMMITTED, and stores its last id in the transaction of its own work.
        """
        return self.filter(pk__gt=cursor, pk__lte=self.settled_id()).order_by("pk")

    def settled_id(self):
        """Return the id up to which no event can appear any more; 0 without events, or if writers take too long."""
        newest = self.newest_id()
        connection = connections[self.db]
        if connection.vendor != "postgresql":
            return newest
        return newest if wait_for_writers(connection, self.model._meta.db_table) else 0

    def newest_id(self):
        """Return the highest visible id, 0 when there is none; lower ids may still appear."""
        return self.order_by("-pk").values_list("pk", flat=True).first() or 0

    def newest_ids(self):
        """Return the `CACHE_KEY_EVENTS` highest ids, for a cache key.

        Every new event changes this list, also an event that is committed after some with higher ids.
        """
        return list(self.order_by("-pk").values_list("pk", flat=True)[:CACHE_KEY_EVENTS])


def wait_for_writers(connection, table):
    """Wait until all transactions that are writing to a table have ended; return False after `SETTLE_SECONDS`."""
    before = transactions_writing(connection, table)
    deadline = time.monotonic() + SETTLE_SECONDS
    while before:
        if time.monotonic() > deadline:
            return False
        time.sleep(SETTLE_POLL_SECONDS)
        before &= transactions_writing(connection, table)
    return True


def transactions_writing(connection, table):
    """Return the other open transactions that have written to a table."""
    with connection.cursor() as cursor:
        cursor.execute(TRANSACTIONS_WRITING, [table])
        return {transaction_ for (transaction_,) in cursor.fetchall()}


class Event(models.Model):
    """A thing that happened to a submission, a response, a consultation or a case.

    ``Event.objects.record`` inserts the row in the transaction of the change; rows never change afterwards. A case's
    event refers to the case's submission. ``status`` is the submission's status after the event. ``due_at`` is set for
    events that time brings: the moment they were due, which may be long before the worker recorded them.
    """

    kind = models.CharField(max_length=30, choices=event_kind_choices)
    # CASCADE deletes the events of a page without submissions; submissions protect every other page from deletion.
    consultation = models.ForeignKey(
        ConsultationPage, null=True, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    submission = models.ForeignKey("Submission", null=True, on_delete=models.PROTECT, related_name="events")
    response = models.ForeignKey("Response", null=True, on_delete=models.PROTECT, related_name="events", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, blank=True)
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    note = models.CharField(max_length=NOTE_CHARACTERS, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "kind", "due_at"], condition=Q(due_at__isnull=False), name="event_once"
            )
        ]
        indexes = [
            models.Index(fields=["consultation", "id"], name="event_consultation"),
            models.Index(fields=["response"], name="event_response", condition=Q(response__isnull=False)),
        ]

    def __str__(self):
        return f"{self.kind} {self.submission_id or self.response_id or self.consultation_id}"
