"""The form of the public search."""

from django import forms
from django.utils.translation import gettext_lazy as _

from search.desk.forms import QueryTextField
from search.language.query import count_terms

PUBLIC_PAGES = 25  # pages of a result that can be turned to
LONGEST_NUMBER = 6  # digits of a page
PUBLIC_TERMS, PUBLIC_PREFIXES = 8, 2  # words and phrases of a question, and how many may end in a star


class PageNumberField(forms.Field):
    """The number of a page; one that is none, or past the end, gives the nearest."""

    def to_python(self, value):
        """Return a page that can be turned to."""
        typed = str(value or "")
        number = int(typed) if typed.isdecimal() and len(typed) < LONGEST_NUMBER else 1
        return min(max(number, 1), PUBLIC_PAGES)


class PublicSearchForm(forms.Form):
    """Words, and the page of the result."""

    q = QueryTextField(
        label=_("What are you looking for?"), error_messages={"required": _("Type a word or two, then press Search.")}
    )
    page = PageNumberField(required=False)

    def clean_q(self):
        """Refuse a question with more words than people type; each costs time, and anybody may ask."""
        asked = self.cleaned_data["q"]
        if count_terms(asked) > PUBLIC_TERMS or asked.count("*") > PUBLIC_PREFIXES:
            raise forms.ValidationError(_("Use at most %d words, and the star once or twice.") % PUBLIC_TERMS)
        return asked
