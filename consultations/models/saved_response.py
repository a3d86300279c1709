"""Saved responses: the answers to a questionnaire that somebody has not sent yet, for whoever has the link."""

import json
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.pages import ConsultationPage
from consultations.models.references import new_reference, until_reference_is_free
from consultations.models.sent_form import NotStored
from consultations.models.text_version import OnTextVersion
from consultations.receipt_links import saved_key
from portal.encryption.addresses import EncryptedAddressField, address_index
from portal.encryption.fields import SealableTextField, Sealed
from portal.models import Message

SAVED_RESPONSES_KEPT_FOR = timedelta(days=30)  # after the closing, so that nobody loses words to a missed day
CLEARED_AT_ONCE = 1000  # rows of one transaction; the rest goes an hour later


class StaleSavedResponse(NotStored):
    """Somebody else saved, sent or deleted the answers after the form was shown."""


class SavedAnswer(NamedTuple):
    """What was answered to one question, and how the question was worded then: it may be gone by now."""

    label: str
    values: tuple[str, ...]  # the words of an open answer, or what was chosen


class SavedResponse(OnTextVersion):
    """A questionnaire that is saved and not sent. Nobody but the writer reads it: no search, no count, no staff.

    Every saving raises `version`, so that of two people who have the link, neither writes over the other.
    """

    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    consultation = models.ForeignKey(ConsultationPage, on_delete=models.CASCADE, related_name="saved_responses")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="saved_responses"
    )
    answers = SealableTextField(_("answers"))  # JSON, always sealed; read by `given`
    version = models.PositiveIntegerField(default=1)
    address = EncryptedAddressField(_("e-mail address"), blank=True)  # to which the link was mailed last
    saved_at = models.DateTimeField(_("saved at"), default=timezone.now)
    expires_at = models.DateTimeField(_("kept until"), db_index=True)  # as people were told when they saved

    class Meta:
        verbose_name = _("saved response")
        default_permissions = ()
        indexes = [address_index("address", name="saved_response_address")]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        """Return the private link: whoever has it may read, change, send and delete the answers."""
        return self.address_of("saved_questionnaire")

    def address_of(self, view):
        """Return the address of one of its pages, with the key."""
        path = reverse(f"consultations:{view}", args=[self.consultation.slug, self.reference])
        return f"{path}?key={saved_key(self.reference)}"

    @property
    def is_unreadable(self):
        """Return whether the key that the answers were encrypted with is gone."""
        return isinstance(self.answers, Sealed) and self.answers.is_unreadable

    @property
    def given(self):
        """Return the answers by the id of their question; none while their key is gone."""
        stored = {} if self.is_unreadable else json.loads(self.answers)
        return {int(pk): SavedAnswer(each["label"], tuple(each["values"])) for pk, each in stored.items()}

    @classmethod
    @until_reference_is_free
    @transaction.atomic
    def keep(cls, *, consultation, given, author=None, text_version=None):
        """Store answers for the first time, and return them."""
        fields = {"author": author, "text_version": text_version, "expires_at": end_of_keeping(consultation)}
        return cls.objects.create(consultation=consultation, answers=sealed(given), **fields)

    @transaction.atomic
    def change(self, given, *, text_version=None):
        """Store other answers; raise StaleSavedResponse if the row changed since it was read."""
        self._take_turn(
            answers=sealed(given),
            saved_at=timezone.now(),
            text_version=text_version,
            expires_at=end_of_keeping(self.consultation),
        )

    def use_up(self):
        """Delete the answers in the transaction that receives them; raise StaleSavedResponse as `change` does."""
        self._take_turn()  # first, for a deletion looks at no version
        self.forget()

    def note_address(self, address):
        """Remember to whom the link is mailed, so that the owner of the address can have it erased."""
        type(self).objects.filter(pk=self.pk).update(address=address)

    @transaction.atomic
    def forget(self):
        """Delete the answers, and call off the letters with their link."""
        Message.objects.about(self).forget_recipients()
        type(self).objects.filter(pk=self.pk).delete()

    @classmethod
    def kept(cls):
        """Select what is still kept: what is past its time is gone, also before the worker has deleted it."""
        return cls.objects.filter(expires_at__gt=timezone.now())

    @classmethod
    def clear_away(cls):
        """Delete what is past its time."""
        for saved in cls.objects.filter(expires_at__lte=timezone.now()).defer("answers")[:CLEARED_AT_ONCE]:
            saved.forget()

    def _take_turn(self, **changes):
        """Raise the version, with changes; whoever else wants to waits, and is told that theirs is an old one."""
        changes["version"] = self.version + 1
        if not type(self).objects.filter(pk=self.pk, version=self.version).update(**changes):
            raise StaleSavedResponse(self.reference)
        for name, value in changes.items():
            setattr(self, name, value)


def sealed(given):
    """Return answers as they are stored."""
    stored = {str(pk): {"label": each.label, "values": list(each.values)} for pk, each in given.items()}
    return Sealed(json.dumps(stored, ensure_ascii=False))


def end_of_keeping(consultation):
    """Return until when what is saved now is kept."""
    return consultation.closes_at + SAVED_RESPONSES_KEPT_FOR
