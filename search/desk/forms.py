"""Forms of the desk: its query string, and a request for an export."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import Channel, Status
from consultations.submitting.forms import PlainTextField
from portal.agency.days import FIRST_DAY, LAST_DAY, DayField
from search.access.scope import SEALED_PERMISSION
from search.exports.formats import REPORT_FORMAT, available_formats
from search.language.query import FACETS, MAX_QUERY_TERMS, Query, count_terms

MAX_PAGE = 500
DESK_PAGE_SIZE = 20


class FacetValuesField(forms.MultipleChoiceField):
    """Several values of one facet; only their format is checked, the index knows which exist."""

    def __init__(self, pattern):
        super().__init__(required=False)
        self.pattern = re.compile(pattern)

    def valid_value(self, value):
        """Return whether a value has the facet's format."""
        return bool(self.pattern.fullmatch(value))


class MonthsField(FacetValuesField):
    """Several months, such as 2026-11, within the range that an index can hold."""

    def __init__(self):
        super().__init__(r"\d{4}-(0[1-9]|1[0-2])")

    def valid_value(self, value):
        """Return whether a value names a month that the index can hold."""
        return super().valid_value(value) and FIRST_DAY.year <= int(value[:4]) <= LAST_DAY.year


class QueryTextField(forms.CharField):
    """Text in the query language."""

    def __init__(self, *, attrs=None, **kwargs):
        widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"} | (attrs or {}))
        super().__init__(max_length=500, widget=widget, **kwargs)

    def validate(self, value):
        """Refuse more than ``MAX_QUERY_TERMS`` words and phrases."""
        super().validate(value)
        if count_terms(value) > MAX_QUERY_TERMS:
            raise forms.ValidationError(_("Use at most %d words and phrases.") % MAX_QUERY_TERMS)


class DeskForm(forms.Form):
    """The desk's query string: words, filters, days, order, page."""

    q = QueryTextField(
        label=_("Search submissions"),
        required=False,
        attrs={"aria-describedby": "desk-syntax", "data-shortcut-focus": "/"},
    )
    consultation = FacetValuesField(r"\d{1,10}|none")
    kind = FacetValuesField(r"\w{1,10}")  # rows of a mode that has left the table keep theirs
    status = FacetValuesField("|".join(Status.values))
    language = FacetValuesField(r"[^\W_][\w -]{0,9}")  # whatever a file may have called it
    channel = FacetValuesField("|".join(Channel.values))
    month = MonthsField()
    answer = FacetValuesField(r"\d{1,10}(=.{1,200})?")
    mark = FacetValuesField("unread|flagged")
    tag = FacetValuesField(r"[-\w]{1,100}")
    code = FacetValuesField(r"[0-9]{1,10}")
    since = DayField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = DayField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("newest", _("Newest first")), ("oldest", _("Oldest first")), ("relevance", _("Best match first"))],
    )
    copies = forms.ChoiceField(required=False, choices=[("", ""), ("all", _("Show every copy"))])
    words = forms.ChoiceField(required=False, choices=[("", ""), ("1", _("Typical words"))])
    similar = forms.ChoiceField(required=False, choices=[("", ""), ("1", _("Similar texts"))])
    place = forms.IntegerField(required=False, min_value=1, max_value=MAX_PAGE * DESK_PAGE_SIZE)
    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_PAGE,
        error_messages={"max_value": _("Only the first 500 pages can be turned to: narrow the question, or export.")},
    )

    def clean(self):
        """Refuse a period that ends before it begins."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))

    def to_query(self):
        """Return the query, still without a scope."""
        data = self.cleaned_data
        return Query(
            text=data["q"],
            filters={facet: tuple(data[facet]) for facet in FACETS if data[facet]},
            since=data["since"],
            until=data["until"],
            sort=data["sort"] or "newest",
            page=data["page"] or 1,
            size=DESK_PAGE_SIZE,
            collapse=not data["copies"],
            read_marks=tuple(data["mark"]),
            tags=tuple(data["tag"]),
            codes=tuple(dict.fromkeys(str(int(key)) for key in data["code"])),
            answers=tuple(dict.fromkeys(data["answer"])),
        )


def format_choices():
    """Return the formats that this installation can write."""
    return [(ending, form.label) for ending, form in available_formats().items()]


class ExportForm(forms.Form):
    """Format of an export; with a reason and the permission, texts before redaction are included."""

    ending = forms.ChoiceField(label=_("Format"), widget=forms.RadioSelect, choices=format_choices)
    originals = forms.BooleanField(label=_("Add the texts before passages were taken out"), required=False)
    reason = PlainTextField(
        label=_("Why they are needed"),
        help_text=_("Goes into the audit ledger. Write no names."),
        required=False,
        max_length=200,
    )

    def __init__(self, user, data=None):
        super().__init__(data, initial={"ending": "csv"}, auto_id="id_export_%s")
        self.notes = {ending: form.note for ending, form in available_formats().items()}
        if not user.has_perm(SEALED_PERMISSION):
            del self.fields["originals"], self.fields["reason"]

    def clean(self):
        """Require a reason for originals; refuse originals in a report, which is passed on."""
        if not self.cleaned_data.get("originals"):
            self.cleaned_data["reason"] = ""
        elif not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Say why the texts before redaction are needed."))
        if self.cleaned_data.get("reason") and self.cleaned_data.get("ending") == REPORT_FORMAT:
            self.add_error("originals", _("A report never holds them: choose another format."))
