"""What the agency answers to a suggestion: accepted, accepted in part, or declined, and why."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.choices import Kind, Status
from consultations.models.submission import Submission

REASON_LENGTH = 1000
SUGGESTION_ANSWERED = "suggestion_answered"  # the kind of event


class AnsweredMeanwhile(Exception):
    """A suggestion does not stand as whoever answers it has read it; the message says why."""


class Verdict(models.TextChoices):
    """What becomes of a suggestion."""

    ACCEPTED = "accepted", _("Accepted")
    IN_PART = "in_part", _("Accepted in part")
    DECLINED = "declined", _("Declined")


TAKEN_UP = (Verdict.ACCEPTED, Verdict.IN_PART)


class SuggestionAnswerQuerySet(models.QuerySet):
    """Named selections of answers."""

    def in_force(self):
        """Select the answers that were not corrected."""
        return self.filter(replaced_at=None)

    def taken_up(self, consultation, version):
        """Select the answers in force that take up public suggestions made on one version of a text."""
        asked = {"suggestion__consultation": consultation, "suggestion__text_version": version}
        public = {"suggestion__kind": Kind.SUGGESTION, "suggestion__status": Status.PUBLISHED}
        return self.in_force().filter(**asked, **public, verdict__in=TAKEN_UP)


class SuggestionAnswer(models.Model):
    """One answer to a suggestion; a correction is another row, and the row before it stays."""

    suggestion = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="agency_answers")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.TextField(blank=True)  # public; blank once the suggestion is erased, which it may quote
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True)  # when a correction took its place

    objects = SuggestionAnswerQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["suggestion"], condition=Q(replaced_at=None), name="suggestion_answered")
        ]

    def __str__(self):
        return f"{self.verdict}: {self.suggestion_id}"

    @classmethod
    @transaction.atomic
    def give(cls, suggestion, verdict, reason, *, actor, read=None, revision=None):
        """Answer a public suggestion, or correct the answer with the id ``read``; return the answer.

        ``revision`` is the id of the text that was read, by default of the public one that ``suggestion`` came with.
        Raise AnsweredMeanwhile when another answer or another text is in force than was read, or when the suggestion is
        not public, or its author has changed it: the agency answers words that it and everybody has read.
        """
        revision = revision or suggestion.cleared_id
        suggestion.lock()
        if not suggestion.is_public or suggestion.pending:
            raise AnsweredMeanwhile(_("This suggestion is not public just now, or its author has changed it."))
        if suggestion.cleared_id != revision:  # a change may be public at once, with nobody to look at it
            raise AnsweredMeanwhile(_("Its words have changed since you read them. Read the new ones; yours are kept."))
        before = cls.objects.in_force().filter(suggestion=suggestion).first()
        if (before and before.pk) != read:
            raise AnsweredMeanwhile(_("Somebody else has answered it meanwhile. Read that answer; yours is kept."))
        if before:
            before.replaced_at = timezone.now()
            before.save(update_fields=["replaced_at"])
        answer = cls.objects.create(suggestion=suggestion, verdict=verdict, reason=reason, actor=actor)
        suggestion.write({})  # the search index and files read the answer with the text
        suggestion.record(SUGGESTION_ANSWERED, actor=actor, revision=suggestion.cleared)
        return answer


def answers_to(suggestion):
    """Return the answers to a suggestion, the one in force first: one query; none for a text of another kind."""
    return list(suggestion.agency_answers.all()) if suggestion.kind == Kind.SUGGESTION else []


def blank_reasons(event):
    """Blank the reasons of the answers to an erased suggestion, which may quote it."""
    SuggestionAnswer.objects.filter(suggestion=event.submission).update(reason="")
