"""The forms of statements: to answer one, to write one, to change one's own, and for staff to add many."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.folding import fold_text
from consultations.models import Kind, Status, Submission, VoteChoice
from consultations.models.submission_facts import agency_key
from consultations.plain_text import plain_line
from consultations.submitting import limits
from consultations.submitting.forms import PlainTextField, RevisionForm, SubmissionForm, SupportForm

STATEMENT_LENGTH = 280
LINES_AT_ONCE = 50  # they are stored in one transaction
PASTED_LENGTH = LINES_AT_ONCE * (STATEMENT_LENGTH + 20)


class VoteForm(SupportForm):
    """An answer to a statement, with a puzzle on suspicion."""

    choice = forms.ChoiceField(
        choices=VoteChoice.choices, error_messages={"required": gettext_lazy("Choose one of the three.")}
    )


def statement_field():
    """Return the field for a statement's sentence."""
    return PlainTextField(
        label=gettext_lazy("Your statement in one sentence"),
        help_text=gettext_lazy("One thought, so that others can agree or disagree with all of it."),
        one_line=True,
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write your sentence first.")},
    )


class StatementForm(SubmissionForm):
    """A new statement from the website."""

    kind = Kind.STATEMENT
    text = statement_field()

    def is_from_busy_network(self, stamp):
        """Count the form before its words are compared with all others, not only when it is stored."""
        return limits.is_busy(self.request, stamp)

    def count(self):
        """Do nothing: the form was counted when it was sent."""

    def clean(self):
        """Refuse a sentence that stands there already, which people answer instead; only once no puzzle is due."""
        cleaned = super().clean()
        if not self.errors and fold_text(cleaned["text"]) in folded_public(self.consultation):
            said = _("Somebody has said this already. You will meet it among the statements.")
            self.keep_captcha_solved()
            self.add_error("text", said)
        return cleaned


class StatementRevisionForm(RevisionForm):
    """Other words for a statement, from its author; once people answered the words they stay."""

    text = statement_field()

    def clean_text(self):
        """Refuse other words for what people have answered, public or not; those that they answered may come back."""
        text = self.cleaned_data["text"]
        cleared = self.submission.cleared
        is_other = text != self.submission.current.text and (cleared is None or text != cleared.text)
        if is_other and self.submission.votes.exists():
            raise forms.ValidationError(
                _("People have answered these words, so they stay. You can withdraw them, and write another statement.")
            )
        return text

    @transaction.atomic
    def save(self, actor=None):
        """Store the new text; return False when the first vote came since the form was read, or another text."""
        self.submission.lock()
        try:
            self.clean_text()
        except forms.ValidationError as error:
            self.add_error("text", error)
            return False
        return super().save(actor)


class PastedStatementsForm(forms.Form):
    """Statements by staff, one on each line."""

    lines = PlainTextField(
        label=gettext_lazy("Statements, one on each line"),
        help_text=gettext_lazy("Whole sentences with one thought each, as people would say them."),
        max_length=PASTED_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write or paste one statement at least.")},
    )

    def clean_lines(self):
        """Return the lines that say something; name those that are too long, and refuse too many."""
        lines = [line for typed in self.cleaned_data["lines"].split("\n") if (line := plain_line(typed))]
        too_long = [line for line in lines if len(line) > STATEMENT_LENGTH]
        says = _("This has %(length)d characters, and %(most)d fit: %(line)s")
        errors = [says % {"length": len(line), "most": STATEMENT_LENGTH, "line": line} for line in too_long]
        if len(lines) > LINES_AT_ONCE:
            errors.append(_("These are %(n)d lines. Add %(most)d at once.") % {"n": len(lines), "most": LINES_AT_ONCE})
        if errors:
            raise forms.ValidationError(errors)
        return lines


def folded_public(page):
    """Return the folded words of a consultation's statements as readers see them: other words may betray a text."""
    found = Submission.objects.public().filter(consultation=page, kind=Kind.STATEMENT)
    return {fold_text(text) for text in found.values_list("cleared__text", flat=True)}


def folded_for_agency(page):
    """Return the folded words of public statements, and of the agency's own that wait for a moderator."""
    own = Submission.objects.filter(consultation=page, kind=Kind.STATEMENT, author_key=agency_key())
    waiting = own.filter(status__in=[Status.RECEIVED, Status.HELD]).values_list("current__text", flat=True)
    return folded_public(page) | {fold_text(text) for text in waiting}
