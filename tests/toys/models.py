from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.casework import desks
from portal.casework.models import WorkEvent, WorkItem, WorkNote
from portal.casework.priority import HeadStart
from portal.jobs.models import Job


class Chore(Job):
    """A job whose worker is taken for dead after a second."""

    HEARTBEAT_TIMEOUT = timedelta(seconds=1)
    MAX_TRIES = 100

    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)


class Effect(models.Model):
    """What running a chore leaves behind, written in the transaction that finishes it."""

    chore = models.ForeignKey(Chore, on_delete=models.CASCADE)
    worker = models.IntegerField()  # process id

    def __str__(self):
        return f"effect of {self.chore_id}"


class Ticket(WorkItem):
    """A work item that knows nothing of moderation: a question that somebody has to answer."""

    class Desk(desks.Desk):
        """Who answers it."""

        FRONT = "", "Front office"
        LEGAL = "legal", "Legal"

        @property
        def permission(self):
            return f"toys.answer_{self.value or 'front'}_ticket"

    subject = models.CharField(max_length=100)
    is_loud = models.BooleanField(default=False)
    desk = models.CharField(max_length=10, choices=Desk.choices, default=Desk.FRONT, blank=True)

    class Meta(WorkItem.Meta):
        permissions = [("answer_front_ticket", "Can answer"), ("answer_legal_ticket", "Can answer as a lawyer")]

    def __str__(self):
        return self.subject

    @property
    def head_starts(self):
        return [HeadStart("loud", 60)] if self.is_loud else []

    @property
    def title(self):
        return self.subject

    def get_staff_url(self):
        return f"/admin/tickets/{self.pk}/"

    def record_work(self, event, actor, **facts):
        self.history.create(
            event=event, actor=actor, facts={name: str(value) for name, value in facts.items() if value}
        )


class TicketNote(WorkNote):
    """A note among those who answer."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notes")

    def __str__(self):
        return f"note on {self.ticket_id}"


class TicketHistory(models.Model):
    """A ticket's history in rows; an item with an event stream records there."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="history")
    event = models.CharField(max_length=20, choices=WorkEvent.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.event} {self.ticket_id}"
