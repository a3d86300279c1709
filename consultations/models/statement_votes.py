"""Votes on statements: one person agrees, disagrees or passes; and how many did each."""

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.choices import Kind, Status
from consultations.models.history import Revision
from consultations.models.submission import Submission


class WordsChanged(Exception):
    """A statement does not stand there any more in the words that somebody answered."""


class VoteChoice(models.TextChoices):
    """What one can answer to a statement."""

    AGREE = "agree", _("Agree")
    DISAGREE = "disagree", _("Disagree")
    PASS = "pass", _("Pass")  # not sure, or not for me


class StatementTally(models.Model):
    """How many votes of each choice a statement has; there is no row before the first.

    The next statement is drawn by these numbers, for each vote anew: counting the votes themselves would take longer
    with every vote that there is.
    """

    statement = models.OneToOneField(Submission, on_delete=models.CASCADE, primary_key=True, related_name="tally")
    agree_count = models.PositiveIntegerField(default=0)
    disagree_count = models.PositiveIntegerField(default=0)
    pass_count = models.PositiveIntegerField(default=0)
    # The revision that was public at the first vote; None where that was before this was kept and nobody knows.
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"tally of {self.statement_id}"

    @classmethod
    def step(cls, statement, steps):
        """Add the step of each choice to a statement's counts; two at once are both counted."""
        changes = {f"{choice}_count": F(f"{choice}_count") + step for choice, step in steps.items()}
        if not cls.objects.filter(pk=statement.pk).update(**changes):
            first = {"revision_id": statement.cleared_id}
            cls.objects.get_or_create(pk=statement.pk, defaults=first)  # another vote may make the row in this moment
            cls.objects.filter(pk=statement.pk).update(**changes)


class StatementVote(models.Model):
    """What one person answered to one statement; at most one row for each pair."""

    statement = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="votes", db_index=False)
    voter_key = models.CharField(max_length=32)  # keyed hash of the account or of the browser's cookie
    choice = models.CharField(max_length=8, choices=VoteChoice.choices)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        # The first finds what one person answered, the second all votes on a statement.
        constraints = [models.UniqueConstraint(fields=["voter_key", "statement"], name="statement_vote_once")]
        indexes = [models.Index(fields=["statement"], name="statement_votes")]

    def __str__(self):
        return f"vote on {self.statement_id}"

    @classmethod
    @transaction.atomic
    def cast(cls, statement, voter_key, choice):
        """Store what a person answers in the place of an earlier answer; the same answer again changes nothing.

        ``statement`` is as the person read it. The lock has whoever clears other words wait until the vote is stored;
        WordsChanged is raised when they came first.
        """
        as_read = Submission.objects.filter(pk=statement.pk, status=Status.PUBLISHED, cleared=statement.cleared_id)
        if not as_read.select_for_update(no_key=True).values_list("pk"):
            raise WordsChanged
        try:
            with transaction.atomic():
                cls.objects.create(statement=statement, voter_key=voter_key, choice=choice)
        except IntegrityError:
            cls.change(statement, voter_key, choice)
        else:
            StatementTally.step(statement, {choice: 1})

    @classmethod
    def change(cls, statement, voter_key, choice):
        """Store another answer of somebody who has answered."""
        vote = cls.objects.select_for_update().get(statement=statement, voter_key=voter_key)
        if vote.choice == choice:
            return
        StatementTally.step(statement, {vote.choice: -1, choice: 1})
        cls.objects.filter(pk=vote.pk).update(choice=choice)


def drop_votes_on_other_words(event):
    """Delete a statement's votes when words are public that nobody has answered; called as they are cleared.

    A redaction takes passages out of what people answered, and its votes stay; so do they when the passages come back.
    """
    statement = event.submission
    if statement is None or statement.kind != Kind.STATEMENT or statement.cleared_id is None:
        return
    tally = StatementTally.objects.filter(pk=statement.pk).select_related("revision").first()
    if tally is None or have_same_words(tally.revision, statement.cleared):
        return
    StatementVote.objects.filter(statement=statement).delete()
    tally.delete()


def have_same_words(answered, cleared):
    """Return whether two revisions of a statement say the same, apart from what moderators took out."""
    if answered is None:
        return False
    earlier, now = words_of_author(answered), words_of_author(cleared)
    if earlier.pk == now.pk:
        return True
    is_known = earlier.text and not earlier.is_unreadable  # neither blank after an erasure nor sealed with a lost key
    return bool(is_known) and earlier.text == now.text


def words_of_author(revision):
    """Return the author's revision that a redaction was made of; any other revision is the author's itself."""
    if revision.origin != Revision.Origin.REDACTION:
        return revision
    earlier = Revision.objects.filter(submission=revision.submission_id, number__lt=revision.number)
    return earlier.exclude(origin=Revision.Origin.REDACTION).latest("number")
