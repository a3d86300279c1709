"""The form of the public search."""

from django import forms
from django.utils.translation import gettext_lazy as _

from search.desk.forms import QueryTextField

PUBLIC_PAGES = 25  # pages of a result that can be turned to


class PublicSearchForm(forms.Form):
    """Words, and the page of the result."""

    q = QueryTextField(
        label=_("What are you looking for?"), error_messages={"required": _("Type a word or two, then press Search.")}
    )
    page = forms.IntegerField(required=False, min_value=1)

    def clean_page(self):
        """Return a page that can be turned to."""
        return min(self.cleaned_data["page"] or 1, PUBLIC_PAGES)
