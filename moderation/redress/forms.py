"""Forms for reports by readers and appeals by authors."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.submitting import bot_checks
from consultations.submitting.forms import AddressField, PlainTextField, ReadNumberField, SendingForm
from moderation.models import PolicyVersion
from moderation.models.redress import NOT_MINE
from moderation.redress.reports import can_be_disowned, file_report, network_key
from portal.http.client_address import network_address
from portal.http.puzzle import PuzzledForm

LONGEST_REPORT, LONGEST_APPEAL = 2000, 5000  # characters
CHOOSE, SOMETHING_ELSE = ("", _("Choose one")), ("-", _("Something else"))
NOT_BY_ME = (NOT_MINE, _("This was not me: it stands under my name, or my organisation’s"))


class ReportForm(PuzzledForm):
    """A reader's report of a public text; ``save`` stores it."""

    clause = forms.ChoiceField(
        label=_("Which house rule is it about?"),
        error_messages={"required": _("Choose a house rule, or “Something else”.")},
    )
    text = PlainTextField(
        label=_("What is wrong?"),
        max_length=LONGEST_REPORT,
        required=False,
        help_text=_("Which words, and why. If it is something else, say what. The author does not read it."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    email = AddressField(
        label=_("E-mail"),
        required=False,
        help_text=_("Only if you want us to write to you what came of it. We forget it afterwards."),
    )
    website = SendingForm.base_fields["website"]
    stamp = SendingForm.base_fields["stamp"]
    number = ReadNumberField()

    # Bot checks and captcha are those of every public form.
    token = SendingForm.token
    asks_always = SendingForm.asks_always
    is_from_busy_network = SendingForm.is_from_busy_network
    looks_like_a_script = SendingForm.looks_like_a_script
    words = SendingForm.words

    def __init__(self, data=None, *, request, submission, **kwargs):
        # The number is asked for when it is rendered: storing the report may have found a newer text.
        initial = {"stamp": bot_checks.new_stamp(), "number": lambda: submission.cleared.number}
        super().__init__(data, initial=initial, **kwargs)
        self.request, self.submission, self.consultation = request, submission, submission.consultation
        self.fields["clause"].choices = [
            CHOOSE,
            *([NOT_BY_ME] if self.may_be_disowned else []),
            *clauses_in_force(),
            SOMETHING_ELSE,
        ]
        self.bring_back_puzzle()

    @property
    def may_be_disowned(self):
        """Return whether a reader can say that the text stands under their name and is not by them."""
        return can_be_disowned(self.submission)

    def clean_clause(self):
        """Return the key of the clause; '' for "something else"."""
        clause = self.cleaned_data["clause"]
        return "" if clause == SOMETHING_ELSE[0] else clause

    def clean_number(self):
        """Raise ValidationError if the text has changed since the reader saw it."""
        if self.cleaned_data["number"] != self.submission.cleared.number:
            raise forms.ValidationError(
                _("The text has changed since you opened this page. Read above what it says now; your words are kept.")
            )
        return self.cleaned_data["number"]

    def clean(self):
        """Require words if no clause is chosen; require a puzzle of a script, and of whoever hides a text."""
        cleaned = super().clean()
        if not self.errors and not (cleaned["clause"] or cleaned["text"]):
            self.add_error("text", _("Say what is wrong."))
        if not self.errors and "captcha" not in self.fields and self.owes_a_puzzle(cleaned):
            self.ask_for_puzzle()
        return cleaned

    def owes_a_puzzle(self, cleaned):
        """Return whether a puzzle is due; a form that hides a text counts like the others."""
        return self.looks_like_a_script(cleaned) or cleaned["clause"] == NOT_MINE

    def save(self, *, reporter_key, alongside=None):
        """Store and return the report; raise NotReportable if the text cannot be reported any more."""
        values = self.cleaned_data
        address = network_address(self.request)
        return file_report(
            self.submission,
            self.submission.cleared,
            reporter_key=reporter_key,
            network_key=network_key(address, timezone.localdate()),
            clause=values["clause"],
            text=values["text"],
            reporter_email=values["email"],
            alongside=alongside,
        )


def clauses_in_force():
    """Return the clauses of the policy in force as choices."""
    version = PolicyVersion.current()
    clauses = version.policy.clauses if version else ()
    return [(clause.key, f"{clause.number}. {clause.title}") for clause in clauses]


class AppealForm(forms.Form):
    """An appeal; the author may add words."""

    decision = forms.UUIDField(widget=forms.HiddenInput)
    text = PlainTextField(
        label=_("Is there something that we should know?"),
        max_length=LONGEST_APPEAL,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
