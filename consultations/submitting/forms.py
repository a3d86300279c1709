"""The forms that citizens send, and the puzzle that a suspicious form has to solve."""

from django import forms
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consultations import screening
from consultations.languages import language_of
from consultations.models import Submission
from consultations.models.pages import Captcha
from consultations.modes.table import submission_kind
from consultations.official_names import is_official
from consultations.plain_text import plain, plain_line, plain_name
from consultations.submitting import bot_checks, limits
from consultations.submitting.once import TERMS_FIELD, TOKEN_FIELD, VERSION_FIELD, new_token
from consultations.submitting.precheck import PrecheckResult, confirmation_of, warnings_of
from consultations.terms import TERMS_FIELD_LENGTH, terms_from, terms_of, token_of
from consultations.text_versions import passages_read, version_read
from portal.agency.visible_text import INVISIBLE
from portal.http.puzzle import PuzzledForm, PuzzleField
from portal.http.same_origin import Sender, sender_of

MAX_TEXT_LENGTH = 20_000  # characters; the policy's own limit is lower and only noted
SPACE = 32  # what is below are controls, which nobody types
HIDDEN_LENGTH = 200  # characters of what a form carries without showing it
NUMBER_LENGTH = 9  # digits that every column for a number holds
MAX_ADDRESS_LENGTH = 254  # RFC 5321; also what every column for an address holds


TOO_LONG = _("It has %(show_value)d characters, and %(limit_value)d fit. Shorten it, then send it again.")


class PlainTextField(forms.CharField):
    """Plain text as it is kept: no control characters, one kind of line end, on one line if asked."""

    default_error_messages = {
        "invisible": INVISIBLE,
        "max_length": TOO_LONG,
    }

    def __init__(self, *, one_line=False, **kwargs):
        self.one_line = one_line
        super().__init__(strip=False, **kwargs)

    def to_python(self, value):
        """Return the text as it is kept; white space alone is none, and signs that draw nothing are an error."""
        text = super().to_python(value)
        kept = self.as_kept(text)
        if not kept and any(ord(sign) > SPACE and not sign.isspace() for sign in text):
            raise forms.ValidationError(self.error_messages["invisible"], code="invisible")
        return kept

    def as_kept(self, text):
        """Return the text as it is stored."""
        return plain_line(text) if self.one_line else plain(text)


class NameField(PlainTextField):
    """The name to show: one line, without marks that make a name look like another, and not one of ours."""

    default_error_messages = {
        "official": _(
            "This name looks like ours, or like somebody's who works here. Choose another, or leave it empty."
        )
    }

    def as_kept(self, text):
        """Return the name as it is stored."""
        return plain_name(text)


class AddressField(forms.EmailField):
    """An e-mail address that can be stored; one that is too long is told of at the field."""

    default_error_messages = {
        "invalid": _("This does not look like an e-mail address, such as name@example.org."),
        "max_length": TOO_LONG,
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.EmailInput(attrs={"autocomplete": "email"}))
        super().__init__(max_length=MAX_ADDRESS_LENGTH, **kwargs)


class CutField(forms.CharField):
    """A field that people do not see: what is too long is cut, for nobody could read the error."""

    def to_python(self, value):
        """Return as much as fits."""
        return super().to_python(value)[: self.max_length]


class ReadNumberField(forms.IntegerField):
    """The number of what was read before sending, such as a revision.

    A form that is shown again shows the newest beside it and carries its number, so that the next sending counts.
    """

    widget = forms.HiddenInput

    def bound_data(self, data, initial):
        """Return the number to render: the newest one, not the one that was sent."""
        return initial


class HoneypotWidget(forms.TextInput):
    """A field that people do not see and scripts fill in."""

    template_name = "includes/honeypot.html"


class PrecheckedForm(PuzzledForm):
    """A form whose text is checked before it is saved; ``precheck`` holds the result when it has warnings."""

    precheck = None
    assessment = None  # of the words that were sent, when the pre-check ran
    names_of_text: tuple[str, ...] = ("title", "text")  # of the fields that make up the text, in their order
    confirmation = ""  # of a text whose warnings the author has seen, in case the form is shown once more

    def needs_confirmation(self, draft):
        """Run the pre-check; return whether its warnings have to be shown first, which the author has not confirmed."""
        title, text = self.cleaned_data.get("title", ""), self.cleaned_data["text"]
        confirmation = confirmation_of(draft, title, text)
        if constant_time_compare(self.data.get("sent_anyway", ""), confirmation):
            self.confirmation = confirmation
            return False
        self.assessment = screening.assess(draft, title, text)
        if warnings := warnings_of(self.assessment):
            parts = {"title": title, "text": text, "author_name": draft.author_name}
            self.precheck = PrecheckResult(warnings, parts, confirmation)
            self.keep_captcha_solved()
        return self.precheck is not None

    @property
    def consultation_url(self):
        """Return the address of the consultation that the text is for."""
        return self.consultation.get_absolute_url()

    @property
    def text_field(self):
        """Return the name of the field to change when the warnings are about none of the form's own."""
        return "text"

    @property
    def fields_of_text(self):
        """Return the bound fields that make up the text."""
        return [self[name] for name in self.names_of_text if name in self.fields]

    @property
    def field_to_change(self):
        """Return the bound field that the first warning is about."""
        name = self.precheck.field_name
        return self[name if name in self.fields else self.text_field]


TERMS_CHANGED = _("What you agree to has changed since you opened this page. Read it below, and send this once more.")


class SendingForm(PrecheckedForm):
    """What every form for a text from the website asks beside it: who sends it, and on suspicion a puzzle."""

    author_name = NameField(
        label=_("Name to show"),
        max_length=80,
        required=False,
        help_text=_("Leave it empty and we show no name."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    author_email = AddressField(
        label=_("E-mail"),
        required=False,
        help_text=_("Never shown. We use it only to tell you what happens with your text."),
    )
    website = CutField(required=False, max_length=HIDDEN_LENGTH, widget=HoneypotWidget)
    stamp = CutField(required=False, max_length=HIDDEN_LENGTH, widget=forms.HiddenInput)
    terms_read = CutField(required=False, max_length=TERMS_FIELD_LENGTH, widget=forms.HiddenInput)
    text_version = CutField(required=False, max_length=NUMBER_LENGTH, widget=forms.HiddenInput)

    kind = ""  # of the submission: a key of the table of modes

    def __init__(self, data=None, *, request, consultation, **kwargs):
        super().__init__(data, **kwargs)
        self.request, self.consultation = request, consultation
        token = self.data.get(TERMS_FIELD, "") if self.is_bound else ""
        read = terms_from(token, consultation, self.kind) if token else None
        self.terms = read or terms_of(consultation, self.kind)  # those that stand beside the form
        self.read_other_terms = bool(token) and read is None
        if not self.is_bound:
            self.initial["stamp"] = bot_checks.new_stamp()
            self.initial[TERMS_FIELD] = token_of(self.terms)
            self.initial[VERSION_FIELD] = consultation.text_version
        elif read is None:
            self.data = self.data.copy()  # what is shown beside the form from here on is what counts
            self.data[TERMS_FIELD] = token_of(self.terms)
        if not self.terms.asks_for_name:
            del self.fields["author_name"]
        elif not self.terms.for_public:
            self.fields["author_name"].label = _("Your name")
            self.fields["author_name"].help_text = _("Only the agency sees it. You can leave it empty.")
        if request.user.is_authenticated and "author_name" in self.fields:
            self.fields["author_name"].initial = request.user.get_full_name()
        self.bring_back_puzzle()

    @property
    def token(self):
        """Return the token that identifies this form when it is sent again; '' on a page that everybody shares."""
        return (self.data.get(TOKEN_FIELD) or new_token()) if self.is_bound else ""

    @cached_property
    def version_read(self):
        """Return the number of the text version that was read, however many came since; None without any."""
        return version_read(self.consultation, self.cleaned_data[VERSION_FIELD])

    def clean_author_name(self):
        """Refuse a name under which only we write; our own staff are shown as such, and may."""
        name = self.cleaned_data["author_name"]
        if name and not self.by_staff and is_official(name):
            raise forms.ValidationError(self.fields["author_name"].error_messages["official"], code="official")
        return name

    def clean(self):
        """Show terms that were not read; ask for a puzzle when the form looks like a script's, once all is well."""
        cleaned = super().clean()
        if self.read_other_terms:
            self.add_error(None, TERMS_CHANGED)
        cleaned.setdefault("author_name", "")  # where the terms publish without a name, none is asked for
        self.settle_puzzle(lambda: self.looks_like_a_script(cleaned))
        return cleaned

    def words(self, cleaned):
        """Return all that was written, in one."""
        return cleaned["text"]

    def looks_like_a_script(self, cleaned):
        """Return whether a puzzle is due; staff are asked only when nobody can say whose page sent the form."""
        if sender_of(self.request) is Sender.UNKNOWN:
            return True
        if self.request.user.is_staff:
            return False
        return self.asks_always or bot_checks.is_suspicious(
            honeypot=cleaned["website"],
            stamp=cleaned["stamp"],
            text=self.words(cleaned),
            is_busy_network=self.is_from_busy_network(cleaned["stamp"]),
        )

    def is_from_busy_network(self, stamp):
        """Count the form; return whether too many came from its network of late."""
        return limits.is_busy(self.request, stamp)

    @property
    def asks_always(self):
        """Return whether the consultation asks everybody for a puzzle."""
        return self.consultation.captcha == Captcha.ALWAYS

    @property
    def by_staff(self):
        """Return whether the author works here, which readers are told."""
        return self.request.user.is_authenticated and self.request.user.has_perm("wagtailadmin.access_admin")

    def build_draft(self, text, *, author_key, **fields):
        """Return an unsaved submission."""
        return Submission(
            kind=self.kind,
            consultation=self.consultation,
            author=self.request.user if self.request.user.is_authenticated else None,
            by_staff=self.by_staff,
            author_name=self.cleaned_data["author_name"],
            author_email=self.cleaned_data["author_email"],
            author_key=author_key,
            for_public=self.terms.for_public,
            terms_id=self.terms.stored(),
            text_version=self.version_read,
            language=language_of(text, get_language()[:2]),
            **fields,
        )


class SubmissionForm(SendingForm):
    """One text from the website. Each mode has its own form, which names the kind of the text."""

    text = PlainTextField(
        label=_("Your comment"),
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )
    passage = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    field_order = ["title", "text", "author_name", "author_email"]
    about_passages = False  # whether a text of this mode may be about one passage

    def __init__(self, data=None, *, parent=None, **kwargs):
        super().__init__(data, **kwargs)
        self.parent = parent

    def clean_passage(self):
        """Return the passage; one that the text did not have when it was read is dropped, not the comment.

        So is one of a mode whose lists know no passages, and of a reply, which stands where its thread stands.
        """
        passage = self.cleaned_data["passage"]
        fits = passage and self.about_passages and self.parent is None
        self.headings = passages_read(self.consultation, self.version_read) if fits else {}
        return passage if passage in self.headings else ""

    def is_from_busy_network(self, stamp):
        """Return False: a text is counted when it is stored, which spares a transaction (`count`)."""
        return False

    def count(self):
        """Count the text in the transaction that stores it; raise TooManyTexts when it has to cost a puzzle."""
        if not (self.request.user.is_staff or "captcha" in self.fields):
            limits.count_stored_text(self.request, self.cleaned_data["stamp"])

    def draft(self, *, author_key):
        """Return the unsaved submission."""
        passage = self.cleaned_data["passage"]
        about = {"parent": self.parent, "passage": passage, "passage_heading": self.headings.get(passage, "")}
        return self.build_draft(self.cleaned_data["text"], author_key=author_key, **about)

    def save(self, draft, *, alongside=None):
        """Store the drafted submission and return it; ``alongside`` is called with it in the same transaction."""
        words = {"text": self.cleaned_data["text"], "title": self.cleaned_data.get("title", "")}
        return draft.store(**words, actor=draft.author, assessment=self.assessment, alongside=alongside)


class RevisionForm(PrecheckedForm):
    """A new text for a submission, from its author; a kind whose texts have a title adds the field ``title``."""

    text = SubmissionForm.base_fields["text"]
    number = ReadNumberField()

    def __init__(self, data=None, *, request, submission, **kwargs):
        self.request = request
        current = submission.current
        # The number is asked for when it is rendered: storing the text may have found a newer one.
        initial = {"title": current.title, "text": current.text, "number": lambda: submission.current.number}
        super().__init__(data, initial=initial, **kwargs)
        self.submission, self.consultation = submission, submission.consultation
        self.fields["text"].label = submission_kind(submission).own
        self.bring_back_puzzle()

    def clean(self):
        """Ask for a puzzle when the text is changed again and again."""
        cleaned = super().clean()
        self.settle_puzzle(lambda: limits.REVISIONS_OF_TEXT.count(str(self.submission.pk)).is_over)
        return cleaned

    def clean_number(self):
        """Refuse to write over a text the author has not seen."""
        if self.cleaned_data["number"] != self.submission.current.number:
            raise forms.ValidationError(
                _("The text has changed since you opened this page. Read how it stands now; yours is kept below.")
            )
        return self.cleaned_data["number"]

    def has_words_of_current(self):
        """Return whether the words that were sent are those of the newest text."""
        self.is_valid()
        words, current = getattr(self, "cleaned_data", {}), self.submission.current
        return (words.get("title", ""), words.get("text")) == (current.title, current.text)

    @transaction.atomic
    def save(self, actor=None):
        """Store the new text, have it screened and return True; return False when the text has just been changed.

        A second tap of the same moment waits for the first, and finds its words stored.
        """
        self.submission.lock()
        if self.has_words_of_current():
            return True
        try:
            self.clean_number()
        except forms.ValidationError as error:
            self.add_error("number", error)
            return False
        words = {"text": self.cleaned_data["text"], "title": self.cleaned_data.get("title", "")}
        self.submission.revise(**words, actor=actor, assessment=self.assessment)
        return True


class SupportForm(forms.Form):
    """A support from the website, with a puzzle on suspicion."""

    def __init__(self, data, *, request, is_suspicious):
        self.token = data.get(TOKEN_FIELD) or new_token()
        is_asked = is_suspicious or sender_of(request) is Sender.UNKNOWN
        super().__init__(None if is_asked and "captcha_0" not in data else data)
        if is_asked:
            self.fields["captcha"] = PuzzleField(request)
