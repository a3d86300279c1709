"""The register of who speaks for the agency, and for which of its units."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SPOKESPERSON_LINE_LENGTH = 200


class SpokespersonQuerySet(models.QuerySet):
    """Named selections of the register."""

    def in_office(self):
        """Select those who speak today: from their first day to their last, with an account that is switched on."""
        today = timezone.localdate()
        is_over = models.Q(until__lt=today)
        return self.filter(since__lte=today, user__is_active=True).exclude(is_over)


class Spokesperson(models.Model):
    """One person of staff who answers in public as the agency; never deleted, so that old replies can be checked."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="spokesperson",
        verbose_name=_("person"),
    )
    role = models.CharField(
        _("role"), max_length=98, help_text=_("As readers see it, such as “Head of night services”.")
    )
    unit = models.CharField(_("unit"), max_length=98, help_text=_("The unit that this person speaks for."))
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty until it is known."))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = SpokespersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("spokesperson")
        verbose_name_plural = _("who speaks for the agency")

    def __str__(self):
        return f"{self.user}, {self.line}"

    @property
    def line(self):
        """Return role and unit, as they stand beside an official reply."""
        return f"{self.role}, {self.unit}"


def spokesperson_of(user):
    """Return the entry of somebody who speaks for the agency today, or None; a guest costs no query."""
    if not (user.is_authenticated and user.has_perm("wagtailadmin.access_admin")):
        return None
    return Spokesperson.objects.in_office().filter(user=user).select_related("user").first()


def may_change(user, submission):
    """Return whether whoever holds the link to a receipt may change or withdraw its text.

    An official reply is the agency's word: its author has to be signed in, and to speak for the agency today.
    """
    if not submission.is_official:
        return True
    return user.pk == submission.author_id and spokesperson_of(user) is not None
