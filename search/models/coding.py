"""Coding: what the texts of one question say, in the codes of a frame that officers share.

A frame changes while texts are read. Each change is a version that stays; each coding says under which version and on
which text it was made, by whom and when, and stays when it is taken off again.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import ConsultationPage, Question, Submission

MAX_CODES = 200  # in one frame, retired ones included; nobody chooses among more
CODING_BATCH_SIZE = 500
LONGEST_CODE_NAME, LONGEST_DEFINITION = 60, 500


class FrameFull(Exception):
    """A frame has MAX_CODES codes already."""


class CodingFrame(models.Model):
    """The codes for the answers to one open question, or for a consultation's texts that answer no question."""

    consultation = models.ForeignKey(ConsultationPage, on_delete=models.CASCADE, related_name="coding_frames")
    question = models.ForeignKey(Question, null=True, on_delete=models.CASCADE, related_name="coding_frames")
    version = models.PositiveIntegerField(default=0)
    on_receipts = models.BooleanField(_("authors see the codes of their text on their receipt"), default=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["question"], condition=Q(question__isnull=False), name="frame_of_question"),
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(question__isnull=True), name="frame_of_consultation"
            ),
        ]

    def __str__(self):
        """Return the id of the consultation and the version."""
        return f"{self.consultation_id}, version {self.version}"

    @classmethod
    @transaction.atomic
    def begin(cls, consultation, question, actor):
        """Return the frame of a question, or of a consultation's other texts; a new one has two codes."""
        frame, is_new = cls.objects.get_or_create(consultation=consultation, question=question)
        if is_new:
            for place, purpose in enumerate((Code.Purpose.OTHER, Code.Purpose.NO_REASON)):
                Code.objects.create(frame=frame, name=str(purpose.label), purpose=purpose, place=place)
            frame.keep_version(actor)
        return frame

    @property
    def codes_in_use(self):
        """Select the codes that can be given: one's own in order, then the two that every frame has."""
        return self.codes.filter(retired_at=None).order_by("purpose", "place", "pk")

    @property
    def codes_that_count(self):
        """Select the codes in use, and the retired ones that texts still have, which stand last."""
        given = Coding.objects.in_force().filter(code=OuterRef("pk"))
        rows = self.codes.filter(Q(retired_at=None) | Exists(given))
        return rows.order_by(F("retired_at").asc(nulls_first=True), "purpose", "place", "pk")

    def code_named(self, name):
        """Return the code of a name in any case, one in use before a retired one; None without any."""
        codes = self.codes.order_by(F("retired_at").asc(nulls_first=True), "pk")
        return next((code for code in codes if code.name.casefold() == name.casefold()), None)

    def lock(self):
        """Lock the frame until the transaction ends, so that two changes make two versions."""
        self.version = CodingFrame.objects.select_for_update().values_list("version", flat=True).get(pk=self.pk)

    @transaction.atomic
    def name_codes(self, named, actor):
        """Return the code of each (name, definition), ignoring case, as one new version if any came into use.

        A code in use stays as it is; a retired one is in use again. Raises FrameFull, and adds none.
        """
        self.lock()
        codes = [self._named(name, definition) for name, definition in named]
        if any(came for _code, came in codes):
            self.keep_version(actor)
        return [code for code, _came in codes]

    def _named(self, name, definition):
        """Return the code of a name, and whether it came into use."""
        code = self.code_named(name)
        if code and not code.retired_at:
            return code, False
        if code:
            code.retired_at, code.definition = None, definition or code.definition
            code.save(update_fields=["retired_at", "definition"])
            return code, True
        place = self.codes.count()
        if place >= MAX_CODES:
            raise FrameFull
        return self.codes.create(name=name, definition=definition, place=place), True

    def keep_version(self, actor):
        """Keep the frame as it is now as its next version; the caller has locked it."""
        self.version += 1
        CodingFrame.objects.filter(pk=self.pk).update(version=self.version)
        kept = [code.as_kept() for code in self.codes_in_use]
        FrameVersion.objects.create(frame=self, number=self.version, codes=kept, made_by=actor)


class FrameVersion(models.Model):
    """The codes of a frame as they were for a time: a list of {id, name, definition}; a row never changes."""

    frame = models.ForeignKey(CodingFrame, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    codes = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["frame", "number"], name="frame_version_once")]

    def __str__(self):
        """Return the id of the frame and the number."""
        return f"{self.frame_id}: {self.number}"


class Code(models.Model):
    """One thing that texts say; a retired code is given to no text any more, and keeps those that have it."""

    class Purpose(models.IntegerChoices):
        """Whether it is one's own, or one of the two that every frame has; in the order in which they stand."""

        OWN = 0, _("Own code")
        OTHER = 1, _("Other")
        NO_REASON = 2, _("No reason given")

    frame = models.ForeignKey(CodingFrame, on_delete=models.CASCADE, related_name="codes")
    name = models.CharField(_("name"), max_length=LONGEST_CODE_NAME)
    definition = models.CharField(_("what belongs here, and what does not"), max_length=LONGEST_DEFINITION, blank=True)
    purpose = models.PositiveSmallIntegerField(choices=Purpose.choices, default=Purpose.OWN)
    place = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        """Return the name."""
        return self.name

    def as_kept(self):
        """Return what a version keeps of it."""
        return {"id": self.pk, "name": self.name, "definition": self.definition}

    @transaction.atomic
    def change(self, actor, **fields):
        """Change the name or the definition, as a new version of the frame."""
        self.frame.lock()
        Code.objects.filter(pk=self.pk).update(**fields)
        self.frame.keep_version(actor)

    @transaction.atomic
    def move_up(self, actor):
        """Put the code before the one that it follows among the own ones; its number is the key that gives it."""
        self.frame.lock()
        own = list(self.frame.codes_in_use.filter(purpose=Code.Purpose.OWN))
        at = own.index(self)
        if at:
            own[at - 1], own[at] = own[at], own[at - 1]
            for place, code in enumerate(own):
                Code.objects.filter(pk=code.pk).update(place=place)
            self.frame.keep_version(actor)

    @transaction.atomic
    def retire(self, actor, *, into=None):
        """Take the code out of use; with ``into``, all texts that have it get that code of the frame instead."""
        self.frame.lock()
        if into:
            Coding.recode(self, into, actor, version=self.frame.version + 1)
        Code.objects.filter(pk=self.pk).update(retired_at=timezone.now())
        self.frame.keep_version(actor)


class CodingQuerySet(models.QuerySet["Coding"]):
    """Named selections of codings."""

    def in_force(self):
        """Select those that were not taken off."""
        return self.filter(removed_at=None)

    def as_in_frame(self):
        """Order them as their codes stand in the frame."""
        return self.order_by("code__purpose", "code__place", "code")


class Coding(models.Model):
    """One code on one text: who gave it, when, on which text, under which version; and who took it off."""

    class Way(models.TextChoices):
        """How it came about."""

        HAND = "hand", _("by hand")
        MERGE = "merge", _("with two codes put together")

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="codings")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="codings")
    revision_number = models.PositiveIntegerField()
    frame_version = models.PositiveIntegerField()
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.HAND)
    coder = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="codings")
    created_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = CodingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["code", "submission"], condition=Q(removed_at__isnull=True), name="coding_once"
            )
        ]

    def __str__(self):
        """Return code id and submission id."""
        return f"{self.code_id}: {self.submission_id}"

    @classmethod
    def give(cls, code, submission, revision_number, coder):
        """Give a text a code; one that it has already stays whose it was. The caller has locked the frame."""
        made = cls(code=code, submission=submission, revision_number=revision_number, coder=coder)
        made.frame_version = code.frame.version
        cls.objects.bulk_create([made], ignore_conflicts=True)

    @classmethod
    def take_off(cls, code, submission, actor):
        """Take a code off a text; what was said stays on record."""
        given = cls.objects.in_force().filter(code=code, submission=submission)
        given.update(removed_at=timezone.now(), removed_by=actor)

    @classmethod
    def forget(cls, event):
        """Delete what was said of a text that is erased: its codes tell what it said."""
        cls.objects.filter(submission=event.submission_id).delete()

    @classmethod
    def recode(cls, code, into, actor, *, version):
        """Give all texts of one code another one from now on; its coder is that of the first.

        The caller has locked the frame, as whoever gives a code does: none is given meanwhile.
        """
        now = timezone.now()
        moved = cls.objects.in_force().filter(code=code)
        made = [
            cls(code=into, way=cls.Way.MERGE, frame_version=version, created_at=now, **fields)
            for fields in moved.order_by("pk").values("submission_id", "revision_number", "coder_id")
        ]
        cls.objects.bulk_create(made, batch_size=CODING_BATCH_SIZE, ignore_conflicts=True)
        moved.update(removed_at=now, removed_by=actor)
