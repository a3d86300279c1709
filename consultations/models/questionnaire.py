"""Questionnaires: the questions of a consultation, and each person's response."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from consultations.languages import language_of
from consultations.models.choices import Channel, EventKind, Kind, Status
from consultations.models.conditional_question import ConditionalQuestion
from consultations.models.event import Event
from consultations.models.measured_question import MeasuredQuestion
from consultations.models.pages import ConsultationPage
from consultations.models.references import new_reference, until_reference_is_free
from consultations.models.sent_form import SentForm
from consultations.models.submission import Submission
from consultations.models.text_version import OnTextVersion
from consultations.ranks import LONGEST_PLACE, place_of, ranked
from consultations.receipt_links import receipt_key

STEPS = ("1", "2", "3", "4", "5")  # the points of a scale
LONGEST_CHOICE, MOST_CHOICES, MOST_RANKED = 200, 40, 10


class Question(MeasuredQuestion, ConditionalQuestion, Orderable):
    """One question of a consultation.

    Once answered, a question keeps its words, its kind, its limits and its choices; the editor may add choices and
    change the help text.
    """

    class Kind(models.TextChoices):
        """The form of the answer."""

        OPEN = "open", _("In one's own words")
        ONE = "one", _("One of several choices")
        SEVERAL = "several", _("Any of several choices")
        SCALE = "scale", _("A scale from 1 to 5")
        NUMBER = "number", _("A number")
        DATE = "date", _("A date")
        RANKING = "ranking", _("Choices in order of importance")

    page = ParentalKey(ConsultationPage, on_delete=models.CASCADE, related_name="questions")
    label = models.CharField(_("question"), max_length=200)
    help_text = models.CharField(_("help text"), max_length=400, blank=True)
    kind = models.CharField(_("kind of answer"), max_length=10, choices=Kind.choices, default=Kind.OPEN)
    choices = models.TextField(
        _("choices"),
        blank=True,
        validators=[MaxLengthValidator(8000)],
        help_text=_(
            "One a line. For a scale, two lines: what 1 means and what 5 means. Nothing for one's own words, for a "
            "number and for a date."
        ),
    )
    required = models.BooleanField(_("has to be answered"), default=False)

    panels = [
        FieldPanel("label"),
        FieldPanel("help_text"),
        FieldPanel("kind"),
        FieldPanel("choices"),
        *MeasuredQuestion.measure_panels,
        FieldPanel("required"),
        *ConditionalQuestion.condition_panels,
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("question")

    def __str__(self):
        return self.label

    @property
    def is_open(self):
        """Return whether people answer in their own words."""
        return self.kind == self.Kind.OPEN

    @property
    def has_choices(self):
        """Return whether people choose from what stands there."""
        return not (self.is_open or self.is_measured)

    @property
    def is_ranking(self):
        """Return whether people put the choices in order, each with its place."""
        return self.kind == self.Kind.RANKING

    @property
    def lines(self):
        """Return the choices, one per line of the field."""
        return [line.strip() for line in self.choices.splitlines() if line.strip()]

    @property
    def values(self):
        """Return the possible values of a closed answer, in order; [] for a question without choices."""
        if not self.has_choices:
            return []
        if self.is_ranking:
            places = range(1, len(self.lines) + 1)
            return [ranked(place, line) for line in self.lines for place in places]
        return list(STEPS) if self.kind == self.Kind.SCALE else self.lines

    @property
    def options(self):
        """Return (value, label) for each choice."""
        if self.kind != self.Kind.SCALE or len(self.lines) != 2:
            return [(value, value) for value in self.values]
        low, high = self.lines
        said = {STEPS[0]: f"{STEPS[0]}: {low}", STEPS[-1]: f"{STEPS[-1]}: {high}"}
        return [(step, said.get(step, step)) for step in STEPS]

    def said(self, value):
        """Return the value of a closed answer in words."""
        return self.said_measure(value) if self.is_measured else dict(self.options).get(value, value)

    def all_said(self, values):
        """Return the values of one person's closed answer in words, in the order of the choices."""
        if self.is_measured:
            return [self.said(value) for value in values]
        if self.is_ranking:
            return sorted(values, key=place_of)
        return [words for value, words in self.options if value in values]

    @property
    def is_answered(self):
        """Return whether anybody has answered the question."""
        return self.pk is not None and (self.closed_answers.exists() or self.open_answers.exists())

    def content(self):
        """Return what people read of the question."""
        names = ("label", "help_text", "kind", "choices", "required", "shown_after", "shown_for", *self.MEASURE_FIELDS)
        return tuple(getattr(self, name) for name in names)

    def clean(self):
        """Raise ValidationError for choices that do not fit the kind, and for changes to an answered question."""
        super().clean()
        self.choices, self.shown_for = "\n".join(self.lines), "\n".join(self.shown_for_values)
        if fault := self.fault():
            raise ValidationError({"choices": fault})
        self.clean_limits()
        if self.is_answered:
            self.refuse_changes(Question.objects.get(pk=self.pk))

    def fault(self):
        """Return what is wrong with the choices as a sentence, or ''."""
        lines = self.lines
        if self.is_open:
            return _("A question answered in one's own words has no choices.") if lines else ""
        if self.is_measured:
            return _("A question answered with a number or a date has no choices.") if lines else ""
        if self.kind == self.Kind.SCALE:
            return _("Write two lines: what 1 means and what 5 means.") if len(lines) != 2 else ""
        if len(set(lines)) < len(lines):
            return _("Each choice can stand here once only.")
        longest = LONGEST_CHOICE - LONGEST_PLACE * self.is_ranking
        if any(len(line) > longest for line in lines):
            return _("A choice has %d characters at most.") % longest
        most = MOST_RANKED if self.is_ranking else MOST_CHOICES
        fits = 2 <= len(lines) <= most
        return "" if fits else _("Write at least two choices, and at most %d.") % most

    def refuse_changes(self, asked):
        """Raise ValidationError if people answered the question and its words, kind or choices changed."""
        faults = {}
        if self.kind != asked.kind:
            faults["kind"] = _("People have answered this question, so its kind stays: %s.") % asked.get_kind_display()
        if self.label != asked.label:
            faults["label"] = _("People have answered these words, so they stay. Use the help text to explain.")
        if not faults and not self.keeps_choices_of(asked):
            faults["choices"] = _(
                "People have answered this question. You can add choices; these have to stay: %s."
            ) % ("; ".join(asked.lines))
        for name in (*self.MEASURE_FIELDS, "shown_for"):
            if getattr(self, name) != getattr(asked, name) and "kind" not in faults:
                faults[name] = _("People have answered this question, so this stays as it was.")
        if faults:
            raise ValidationError(faults)

    def keeps_choices_of(self, asked):
        """Return whether every choice of the other question remains; a scale and an order allow no others."""
        if self.kind in (self.Kind.SCALE, self.Kind.RANKING):  # whoever answered had these before them, and no others
            return self.lines == asked.lines
        return set(asked.lines) <= set(self.lines)

    def stay_as(self, asked):
        """Copy back the fields of the answered question before this one is saved in its place."""
        if self.kind != asked.kind or self.label != asked.label or not self.keeps_choices_of(asked):
            self.kind, self.label, self.choices = asked.kind, asked.label, asked.choices
        for name in (*self.MEASURE_FIELDS, "shown_for"):
            setattr(self, name, getattr(asked, name))


class ResponseQuerySet(models.QuerySet):
    """Named selections of responses."""

    def not_withdrawn(self):
        """Select the responses that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Response(OnTextVersion):
    """One person's response: the closed answers, and a submission for each open answer."""

    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    consultation = models.ForeignKey(ConsultationPage, on_delete=models.PROTECT, related_name="responses")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="responses")
    author_key = models.CharField(max_length=32, blank=True)  # keyed hash: equal for the same person
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEBSITE)
    language = models.CharField(max_length=10, blank=True)
    terms = models.ForeignKey("AgreedTerms", null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "author"],
                condition=Q(author__isnull=False, withdrawn_at=None),
                name="response_once_per_person",
            )
        ]

    def __str__(self):
        return self.reference

    def get_receipt_url(self):
        """Return the address of the receipt; whoever has the address may withdraw the response."""
        address = reverse("consultations:response", args=[self.reference])
        return f"{address}?key={receipt_key(self.reference)}"

    @classmethod
    @until_reference_is_free
    @transaction.atomic
    def receive(
        cls, *, consultation, closed, texts, assessments=None, language="", author_name="", author_email="", **who
    ):
        """Store a response with its closed answers and a submission for each text, in one transaction.

        ``closed`` maps questions to values, ``texts`` maps questions to words, ``assessments`` maps questions to the
        screening results that exist already. ``who`` are fields of both response and submissions: author, author_key,
        channel, terms_id, text_version, received_at. ``by_staff`` and ``for_public`` are for the submissions only.
        ``alongside`` is called with the response in the same transaction, and may raise NotStored.
        """
        only_texts = {name: who.pop(name) for name in ("by_staff", "for_public") if name in who}
        alongside = who.pop("alongside", None)
        response = cls.objects.create(consultation=consultation, language=language, **who)
        response.closed_answers.bulk_create(
            ClosedAnswer(response=response, question=question, value=value)
            for question, values in closed.items()
            for value in values
        )
        shown = only_texts | {"author_name": author_name, "author_email": author_email}
        Event.objects.record(EventKind.RESPONSE_RECEIVED, response=response, actor=who.get("author"))
        for question, text in texts.items():
            assessment = (assessments or {}).get(question)
            response.add_text(question, text, actor=who.get("author"), assessment=assessment, **shown, **who)
        if alongside:
            alongside(response)
        return response

    def add_text(self, question, text, **fields):
        """Store one open answer with `Submission.receive`."""
        return Submission.receive(
            text=text,
            kind=Kind.ANSWER,
            consultation=self.consultation,
            question=question,
            response=self,
            language=language_of(text, self.language),
            **fields,
        )

    @transaction.atomic
    def withdraw(self, actor=None):
        """Withdraw the submissions, once; delete the closed answers and the response's author."""
        for submission in self.open_answers.exclude(status=Status.WITHDRAWN):
            submission.withdraw(actor=actor)
        self.closed_answers.all().delete()
        self.withdrawn_at = timezone.now()
        if not Response.objects.filter(pk=self.pk, withdrawn_at=None).update(withdrawn_at=self.withdrawn_at):
            return  # by another tap, a moment ago
        Event.objects.record(EventKind.RESPONSE_WITHDRAWN, response=self)
        self.forget_author()

    def forget_author(self):
        """Blank the author's fields; the answers stay."""
        self.events.filter(actor=self.author_id).update(actor=None)
        SentForm.forget(self)
        self.author, self.author_key = None, ""
        self.save(update_fields=["author", "author_key"])


class ClosedAnswer(models.Model):
    """One choice of one person, stored in the words they saw; for a scale, the number.

    To a question that asks for a number or a date it is that, such as 3.5 or 2026-03-31; in an order of importance, a
    choice with its place, such as “1. Night buses”.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="closed_answers", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="closed_answers", db_index=False)
    value = models.CharField(max_length=LONGEST_CHOICE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "question", "value"], name="closed_answer_once"),
        ]
        indexes = [models.Index(fields=["question", "value"], name="closed_answer_counts")]

    def __str__(self):
        return self.value

    @property
    def has_key(self):
        """Return whether the index has a key for it: numbers and dates have none, and of an order only the first place.

        Nobody asks for all who wrote exactly 37, and each would be a key of its own.
        """
        return self.question.has_choices and (not self.question.is_ranking or place_of(self.value) == 1)

    @property
    def key(self):
        """Return the answer's key in the search index."""
        return f"{self.question_id}={self.value}"
