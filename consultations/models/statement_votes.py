"""Votes on statements: one person agrees, disagrees or passes; and how many did each."""

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.submission import Submission


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

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"tally of {self.statement_id}"

    @classmethod
    def step(cls, statement, steps):
        """Add the step of each choice to a statement's counts; two at once are both counted."""
        changes = {f"{choice}_count": F(f"{choice}_count") + step for choice, step in steps.items()}
        if not cls.objects.filter(pk=statement.pk).update(**changes):
            cls.objects.get_or_create(pk=statement.pk)  # another vote may make the row in this moment
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
        """Store what a person answers in the place of an earlier answer; the same answer again changes nothing."""
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
