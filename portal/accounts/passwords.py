"""What a password must not be: made of the agency's own words, or so long that hashing it keeps a server busy."""

import re

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.agency.branding import branding

MOST_LETTERS = 128  # of a password
SHORTEST_WORD = 4  # letters; “the” says nothing
REST_LETTERS = 8  # that have to remain when the agency's words are taken out


class MostLettersValidator:
    """Refuses a password of more than MOST_LETTERS; none is ever cut."""

    def validate(self, password, user=None):
        """Raise ValidationError for such a password."""
        if len(password) > MOST_LETTERS:
            raise ValidationError(_("Choose one of at most %d characters.") % MOST_LETTERS, code="too_long")

    def get_help_text(self):
        """Return the rule in words."""
        return _("It may have up to %d characters.") % MOST_LETTERS


class AgencyWordsValidator:
    """Refuses a password that is little more than words of the agency's name or of the site's address."""

    def validate(self, password, user=None):
        """Raise ValidationError for such a password."""
        rest = password.lower()
        for word in agency_words():
            rest = rest.replace(word, "")
        if rest != password.lower() and len(rest) < REST_LETTERS:
            raise ValidationError(_("That is mostly the agency's name. Choose other words."), code="agency_words")

    def get_help_text(self):
        """Return the rule in words."""
        return _("It must not be made of the agency's name.")


def is_refused_today(password):
    """Return whether nobody may choose this password any more: it is a common one, or the agency's name.

    What was allowed when it was chosen may stand on the list of common ones since.
    """
    for validator in (CommonPasswordValidator(), AgencyWordsValidator()):
        try:
            validator.validate(password)
        except ValidationError:
            return True
    return False


def agency_words():
    """Return the words of the agency's names and of the site's address, longest first."""
    names = f"{branding()['name']} {branding()['short_name']} {settings.SITE_URL} {settings.WAGTAIL_SITE_NAME}"
    return sorted(
        {word for word in re.findall(r"\w+", names.lower()) if len(word) >= SHORTEST_WORD}, key=len, reverse=True
    )
