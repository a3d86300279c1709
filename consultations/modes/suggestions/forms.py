"""The forms of suggestions: to make one, to change one's own, and for the agency to answer."""

from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations.models import Kind, Verdict
from consultations.models.suggestion_answer import REASON_LENGTH
from consultations.modes.suggestions.parts import parts_of
from consultations.modes.suggestions.passages import passage_of
from consultations.submitting.forms import PlainTextField, ReadNumberField, RevisionForm, SubmissionForm
from consultations.suggested_words import SuggestedWords, folded, marked_pieces, places_of

WORDS_LENGTH = 2000
WHY_LENGTH = 5000
SAME_WORDS = gettext_lazy("These are the words that stand there already. Write what should stand there instead.")


def words_field(label, help_text, **kwargs):
    """Return a field for some words of a passage, on one line."""
    widget = forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    return PlainTextField(
        label=label, help_text=help_text, one_line=True, max_length=WORDS_LENGTH, widget=widget, **kwargs
    )


def new_words_field():
    """Return the field for what should stand there."""
    hint = gettext_lazy("Leave it empty to strike the words out.")
    return words_field(gettext_lazy("The new words"), hint, required=False)


def why_field():
    """Return the field for the reason; not required, since a slip of the pen corrected speaks for itself."""
    return PlainTextField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("What would be better with these words? It helps us decide."),
        max_length=WHY_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class SuggestionForm(SubmissionForm):
    """Other words for a passage, from the website."""

    kind = Kind.SUGGESTION
    old_words = words_field(
        gettext_lazy("The words to replace"),
        gettext_lazy("Exactly as they stand in the passage. Copy them from it, or select them there."),
        error_messages={"required": gettext_lazy("Copy the words that you would change from the passage.")},
    )
    new_words = new_words_field()
    why = why_field()
    field_order = ["old_words", "new_words", "why", "author_name", "author_email"]
    names_of_text = ("old_words", "new_words", "why")
    text_field = "new_words"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["text"]  # made from the three parts
        self.places: list[tuple[int, int]] = []  # of the words in the passage, when it is not one place

    def clean_passage(self):
        """Return the passage if the text that was read has it; the form says so if not."""
        self.headings = {self.passage_read.key: self.passage_read.heading} if self.passage_read else {}
        return self.passage_read.key if self.passage_read else ""

    @cached_property
    def passage_read(self):
        """Return the passage that the form is about, in the version that was read; None for none."""
        key = self["passage"].value() or ""
        number = self.version_read if self.is_bound else self.consultation.text_version
        return passage_of(self.consultation, number, key)

    @property
    def address(self):
        """Return where the form is sent: to the address that shows it, for the passage that it is about."""
        return reverse("consultations:suggest", args=[self.consultation.slug], query={"passage": self.passage_read.key})

    @property
    def passage_with_places(self):
        """Return the passage as HTML in which the words to replace are marked, wherever they stand."""
        pieces = marked_pieces(self.passage_read.folded, self.places)
        return format_html_join(
            "", "{}", ((format_html("<mark>{}</mark>", words) if is_place else words,) for words, is_place in pieces)
        )

    def clean(self):
        """Look for the words in the passage; make one text of the three parts."""
        cleaned = self.cleaned_data
        cleaned["text"] = SuggestedWords(*(cleaned.get(name, "") for name in ("old_words", "new_words", "why"))).text
        if not cleaned.get("passage"):
            self.add_error(None, _("This passage does not stand in the text. Choose one from the consultation's page."))
        elif "old_words" in cleaned:
            self.look_for(cleaned["old_words"])
        if "old_words" in cleaned and cleaned.get("new_words") == cleaned["old_words"]:
            self.add_error("new_words", SAME_WORDS)
        return super().clean()

    def look_for(self, words):
        """Refuse words that do not stand in the passage exactly once."""
        places = places_of(words, self.passage_read.folded)
        if not places:
            said = _("These words do not stand in the passage. Copy them exactly, with capitals and full stops.")
            self.add_error("old_words", said)
        elif len(places) > 1:
            self.places = places
            said = ngettext(
                "These words stand there %(n)d time, marked above. Add words around them until one place fits.",
                "These words stand there %(n)d times, marked above. Add words around them until one place fits.",
                len(places),
            )
            self.add_error("old_words", said % {"n": len(places)})


class SuggestionRevisionForm(RevisionForm):
    """Other new words or another reason, from the author; the words to replace stay, and all once it is answered.

    Where a redaction has run over two parts, the text is changed as a whole.
    """

    new_words = new_words_field()
    why = why_field()
    names_of_text = ("new_words", "why", "text")
    kept_label = gettext_lazy("The words to replace")

    def __init__(self, *args, submission, **kwargs):
        super().__init__(*args, submission=submission, **kwargs)
        self.words = parts_of([submission.current])[submission.current_id].words
        for name in ("text",) if self.words else ("new_words", "why"):
            del self.fields[name]
        if self.words:
            self.initial.update(new_words=self.words.new, why=self.words.why)

    @property
    def kept(self):
        """Return the words to replace."""
        return self.words.old if self.words else ""

    @property
    def text_field(self):
        """Return the name of the field to change when the warnings are about none of the form's own."""
        return "new_words" if self.words else "text"

    def clean(self):
        """Make one text of the parts; refuse another one once the agency has answered."""
        cleaned = self.cleaned_data
        if self.words:
            parts = (self.words.old, cleaned.get("new_words", ""), cleaned.get("why", ""))
            cleaned["text"] = SuggestedWords(*parts).text
            if cleaned.get("new_words") == folded(self.words.old):
                self.add_error("new_words", SAME_WORDS)
        if reason := self.reason_against():
            self.add_error(None, reason)
        return super().clean()

    def reason_against(self):
        """Return why the words stay: they are answered; '' if not, or if a moderator asks for others."""
        if self.submission.is_change_requested or not self.submission.agency_answers.exists():
            return ""
        return _("The agency has answered these words, so they stay. You can withdraw them, and suggest others.")

    @transaction.atomic
    def save(self, actor=None):
        """Store the new text; return False when the agency has answered since the form was read."""
        self.submission.lock()
        if reason := self.reason_against():
            self.add_error(None, reason)
            return False
        return super().save(actor)


class AnswerForm(forms.Form):
    """The agency's answer to a suggestion.

    ``read`` is the id of the answer that stood before it, and ``revision`` that of the text that was answered.
    """

    verdict = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the three.")},
    )
    reason = PlainTextField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy(
            "Everybody reads it under the suggestion. If you accept all of it, you may leave it empty."
        ),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    read = ReadNumberField(required=False, min_value=1, max_value=2**63 - 1)
    revision = ReadNumberField(
        min_value=1,
        max_value=2**63 - 1,
        error_messages={"required": gettext_lazy("Read the words as they stand here, then send your answer again.")},
    )

    def clean(self):
        """Ask for the reason where something is declined."""
        declines = self.cleaned_data.get("verdict", Verdict.ACCEPTED) != Verdict.ACCEPTED
        if declines and self.cleaned_data.get("reason") == "":
            self.add_error("reason", _("Say why, in a sentence or two: people read it, and so does the author."))
        return self.cleaned_data
