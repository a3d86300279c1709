"""The forms to save a questionnaire without sending it, and to mail oneself the link to it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import SavedResponse
from consultations.models.questionnaire import LONGEST_CHOICE
from consultations.models.saved_response import sealed
from consultations.modes.questionnaire.forms import QuestionnaireForm
from consultations.modes.questionnaire.question_fields import name_of
from consultations.submitting.address_form import AddressOnlyForm
from consultations.submitting.forms import MAX_ADDRESS_LENGTH, AddressField, CutField, PlainTextField
from consultations.submitting.limits import SAVED_FROM_NETWORK, SAVED_LINKS_FROM_NETWORK, SAVES_OF_RESPONSE
from portal.http.client_address import network_of

MAX_SAVED_LENGTH = 200_000  # characters of all answers together, as they are stored
TOO_MUCH = _(
    "All your answers together are longer than what we can keep for later. Shorten them, or send them as they are."
)


class UncheckedTextField(PlainTextField):
    """Words that are kept for later: only their length is checked."""

    def to_python(self, value):
        """Return the text as it is kept."""
        return self.as_kept(forms.CharField.to_python(self, value))


def fits_column(value):
    """Return whether a choice can be kept, whether or not it is offered: the editor may have changed the choices."""
    return len(value) <= LONGEST_CHOICE


def unchecked(question, field):
    """Return the field of a question as it is when the questionnaire is only saved."""
    if not question.has_choices:
        return UncheckedTextField(
            max_length=field.max_length,
            required=False,
            label=field.label,
            help_text=field.help_text,
            widget=field.widget,
        )
    field.required = False
    field.valid_value = fits_column
    field.has_places_checked = False
    return field


def not_kept(field):
    """Return the field of something that is shown again and not kept: whatever stands there is well."""
    said = {"label": field.label, "help_text": field.help_text, "widget": field.widget}
    return CutField(required=False, max_length=MAX_ADDRESS_LENGTH, **said)


class SavingForm(QuestionnaireForm):
    """A questionnaire that is kept for later: answers may be missing or wrong, and nobody is named.

    It costs a puzzle on the signs of a script, as every form does; never because the consultation asks everybody for
    one, for nothing of it is read by anybody else.
    """

    asks_always = False

    def __init__(self, data, **kwargs):
        super().__init__(data, **kwargs)
        self.read_other_terms = False  # they are agreed to when the answers are sent
        for question in self.questions:
            name = name_of(question)
            self.fields[name] = unchecked(question, self.fields[name])
        for name in {"author_name", "author_email"} & set(self.fields):
            self.fields[name] = not_kept(self.fields[name])

    def clean_author_name(self):
        """Return whatever stands there: it is not kept."""
        return self.cleaned_data["author_name"]

    def leave_out(self):
        """Keep all that stands there: what is chosen may change until it is sent."""

    def check_answers(self):
        """Refuse more than can be kept, and a first saving of nothing."""
        if len(sealed(self.given)) > MAX_SAVED_LENGTH:
            self.add_error(None, TOO_MUCH)
        if not (self.saved or self.given):
            self.add_error(None, _("Answer at least one question first, so that there is something to keep."))

    def words(self, cleaned):
        """Return nothing: links in answers that nobody else reads are no sign of a script."""
        return ""

    def is_from_busy_network(self, stamp):
        """Count the form; return whether its network saved many, or this response was saved very often."""
        if self.saved:
            return SAVES_OF_RESPONSE.count(self.saved.reference).is_over
        return SAVED_FROM_NETWORK.count(network_of(self.request)).is_over

    def keep(self):
        """Store the answers for the first time, and return them."""
        return SavedResponse.keep(
            consultation=self.consultation,
            given=self.given,
            author=self.request.user if self.request.user.is_authenticated else None,
            text_version=self.version_read,
        )


class SavedLinkForm(AddressOnlyForm):
    """The address to which somebody wants the link to their saved answers."""

    address = AddressField(
        label=_("E-mail"),
        help_text=_("We write one letter with the link to it. If the address is new to us, we ask first whose it is."),
    )
    limit = SAVED_LINKS_FROM_NETWORK
