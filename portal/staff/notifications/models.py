"""Tables of notifications: what waits for whom, and how each person wants to hear of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.outbox.models import label_of


class NotificationWay(models.TextChoices):
    """How a person wants to hear of something by e-mail; the staff area shows it in any case."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, in one e-mail")
    NEVER = "never", _("Never by e-mail")


class StaffNotificationQuerySet(models.QuerySet["StaffNotification"]):
    """Named selections of notifications."""

    def about(self, subject):
        """Select the notifications about one stored object."""
        return self.filter(about=label_of(subject))

    def listed(self):
        """Select those that their person has not put away."""
        return self.filter(put_away_at=None)

    def put_away(self):
        """Take them off their person's list; they are kept while their subject waits, so nobody is notified again."""
        return self.filter(put_away_at=None).update(put_away_at=timezone.now())

    def untold(self):
        """Select those that no e-mail has told of."""
        return self.listed().filter(told_at=None)

    def renew(self, kind, about, ways):
        """Store one notification for each person; one that exists already is new again.

        ``ways`` maps people to how they want to hear of it: only what is told once a day is still to be told.
        """
        now = timezone.now()
        rows = [
            self.model(
                user=user,
                kind=kind,
                about=about,
                created_at=now,
                told_at=None if way == NotificationWay.DAILY else now,
                put_away_at=None,
            )
            for user, way in ways.items()
        ]
        self.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["user", "kind", "about"],
            update_fields=["created_at", "told_at", "put_away_at"],
        )
        return self.filter(kind=kind, about=about, user__in=ways)


class StaffNotification(models.Model):
    """Something waits for one person; the row goes when it does not any more.

    It holds no words: its kind says what waits, from how things stand when somebody looks.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=100)  # "label:id" of an object, or another key that the kind reads
    created_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)  # null while an e-mail is still to tell it
    put_away_at = models.DateTimeField(null=True)  # the person has seen it; it is not listed any more

    objects = StaffNotificationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "kind", "about"], name="staff_notification_once")]
        indexes = [
            models.Index(fields=["about"], name="staff_notification_about"),
            models.Index(fields=["created_at"], name="staff_notification_untold", condition=models.Q(told_at=None)),
        ]

    def __str__(self):
        return f"{self.kind} {self.about} for {self.user_id}"

    @property
    def about_id(self):
        """Return the id of the object that it is about."""
        return int(self.about.rpartition(":")[2])


class NotificationChoice(models.Model):
    """How one person wants to hear of one kind of notification; without a row, as the kind has it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    way = models.CharField(max_length=10, choices=NotificationWay.choices)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notification_choice_once")]

    def __str__(self):
        return f"{self.kind} {self.way} for {self.user_id}"
