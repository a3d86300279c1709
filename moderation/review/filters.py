"""Filters of the queue. They are all in the query string, so the address of a list can be shared."""

from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.folding import ids_with_words
from consultations.languages import language_name
from consultations.modes.table import kind_choices
from moderation.models import Case, Finding, PolicyVersion, Skip
from moderation.review.queue_queries import end_of_today, waiting_for
from portal.agency.days import MomentField

PARTS = {  # parts of the queue besides the desks
    "": _("Waiting"),
    "second": _("Second opinion"),
    "appeals": _("Appeals"),
    "returned": _("With their authors"),
    "later": _("Left for later"),
}
DESKS = {
    Case.Desk.LEAD: _("For the lead"),
    Case.Desk.LEGAL: _("For legal"),
    Case.Desk.SAFETY: _("For safety"),
    Case.Desk.PRIVACY: _("For privacy"),
}
SEVERITIES = (_("harmless"), _("slight"), _("moderate"), _("serious"), _("severe"))  # by severity, 0 to 4
COLUMN_FILTERS = {  # filters that compare one column
    "consultation": "submission__consultation",
    "kind": "submission__kind",
    "language": "submission__language",
    "cause": "cause",
    "severity": "severity",
}
FINDING_FILTERS = ("clause", "rule")  # filters on the findings that hold a text
SELECT_FILTERS = ("consultation", "kind", "cause", "clause", "rule", "severity", "language")
BOX_FILTERS = ("late", "today", "mine", "assigned", "reported")
NO_VALUE = "none"  # stands for "no consultation" or "unknown language"
NUMBER_FILTERS = ("consultation", "severity")
MAX_ID = 10**9


def part_of(name, user):
    """Select the cases in one part of the queue that the user may read."""
    waiting = waiting_for(user)
    if name == "returned":
        return Case.objects.returned().for_desks(Case.Desk.of(user))
    if name == "later":
        return waiting.filter(Skip.objects.by(user))
    if name == "second":
        return waiting.filter(second_reader=True)
    if name == "appeals":
        return waiting.filter(cause=Case.Cause.APPEALED)
    return waiting.for_desks([name]) if name else waiting


class FilterForm(forms.Form):
    """Filters over one part of the queue. An unknown value is no error: it matches no case."""

    part = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=_("Reference or words of the text"), required=False, max_length=200)
    consultation = forms.ChoiceField(label=_("Consultation"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    cause = forms.ChoiceField(label=_("Why it is here"), required=False)
    clause = forms.ChoiceField(label=_("Clause"), required=False)
    rule = forms.ChoiceField(label=_("Rule"), required=False)
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    late = forms.BooleanField(label=_("Late"), required=False)
    today = forms.BooleanField(label=_("Due today"), required=False)
    mine = forms.BooleanField(label=_("I have it open"), required=False)
    assigned = forms.BooleanField(label=_("Assigned to me"), required=False)
    reported = forms.BooleanField(label=_("Reported by readers"), required=False)
    since = MomentField(required=False, widget=forms.HiddenInput)  # cases opened from this moment on

    def __init__(self, data, user, *, offer=True):
        """Bind the query string for a user; with `offer`, the choices are the values that occur in this part."""
        super().__init__(data)
        self.user = user
        self.fields["part"].choices = [(name, name) for name in (*PARTS, *Case.Desk.of(user))]
        for name, values in (self.offered() if offer else {}).items():
            self.fields[name].choices = values
        for name in (*COLUMN_FILTERS, *FINDING_FILTERS):
            self.accept(name)
        self.is_valid()

    def accept(self, name):
        """Add the submitted value to the choices, so that an unknown value is valid and matches nothing."""
        asked, choices = self.data.get(name, ""), self.fields[name].choices
        if asked.isprintable() and asked not in ("", *dict(choices)):
            choices = [*choices, (asked, asked)]
        self.fields[name].choices = [("", _("Any")), *choices]

    def offered(self):
        """Return the choices of each filter: the values that occur in this part of the queue."""
        part = self.data.get("part", "")
        cases = part_of(part if part in dict(self.fields["part"].choices) else "", self.user).order_by()
        rows = list(cases.values_list(*COLUMN_FILTERS.values(), "submission__consultation__title").distinct())
        columns = {name: {row[at] for row in rows} for at, name in enumerate(COLUMN_FILTERS)}
        titles = {row[0]: row[-1] for row in rows}
        return {
            "consultation": ordered((str(pk or NO_VALUE), title or _("None")) for pk, title in titles.items()),
            "kind": [choice for choice in kind_choices() if choice[0] in columns["kind"]],
            "language": ordered((code or NO_VALUE, language_label(code)) for code in columns["language"]),
            "cause": [choice for choice in Case.Cause.choices if choice[0] in columns["cause"]],
            "severity": [(str(each), SEVERITIES[each]) for each in sorted(columns["severity"], reverse=True)],
            **holding(cases),
        }

    @property
    def asked(self):
        """Return the valid, non-empty values by field name."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_later(self):
        """Return whether the cases are those that the user left for later."""
        return self.asked.get("part") == "later"

    @property
    def narrows(self):
        """Return whether any filter besides the part is set."""
        return bool(self.asked.keys() - {"part"})

    @property
    def selects(self):
        """Return the select fields that have more than one choice or are set."""
        return [self[name] for name in SELECT_FILTERS if len(self.fields[name].choices) > 2 or name in self.asked]

    @property
    def boxes(self):
        """Return the checkbox fields."""
        return [self[name] for name in BOX_FILTERS]

    @property
    def filters_chosen(self):
        """Return how many filters are set."""
        return len(self.asked.keys() - {"part", "q", "since"})

    def cases(self):
        """Select the matching cases that the user may read."""
        asked = self.asked
        cases = part_of(asked.get("part", ""), self.user)
        for name in COLUMN_FILTERS.keys() & asked.keys():
            cases = cases.filter(column_condition(name, asked[name]))
        if what := {name: asked[name] for name in FINDING_FILTERS if name in asked}:
            cases = cases.withheld_by(**what)
        if "late" in asked:
            cases = cases.filter(due_at__lt=timezone.now())
        if "today" in asked:
            cases = cases.filter(due_at__range=(timezone.now(), end_of_today()))
        if "mine" in asked:
            cases = cases.filter(claimed_by=self.user, claimed_until__gt=timezone.now())
        if "assigned" in asked:
            cases = cases.assigned_to(self.user)
        if "reported" in asked:
            cases = cases.filter(report_count__gt=0)
        if "since" in asked:
            cases = cases.filter(opened_at__gte=asked["since"])
        return with_words(cases, asked.get("q", ""))


def column_condition(name, value):
    """Return the condition that a column has the submitted value; no case matches an invalid number."""
    column = COLUMN_FILTERS[name]
    if name not in NUMBER_FILTERS:
        return Q(**{column: "" if value == NO_VALUE else value})
    if value == NO_VALUE:
        return Q(**{column: None})
    return Q(**{column: int(value)}) if value.isdecimal() and int(value) < MAX_ID else Q(pk=None)


def with_words(cases, typed):
    """Keep the cases of a reference, or whose text contains every word; only open cases are searched."""
    if not typed:
        return cases
    code = "".join(character for character in typed.upper() if character.isalnum())
    texts = cases.order_by().values_list("pk", "revision__title", "revision__text")
    found = ids_with_words(texts.iterator(), typed)
    return cases.filter(Q(pk__in=found) | Q(submission__reference=f"{code[:4]}-{code[4:]}"))


def holding(cases):
    """Return the clauses and rules that hold these cases, as choices in the words of the policy in force."""
    findings = Finding.objects.filter(action="hold", screening__revision__in=cases.values("revision"))
    pairs = list(findings.values_list("clause", "rule").distinct().order_by())
    version = PolicyVersion.current()
    clauses = {clause.key: f"{clause.number}. {clause.title}" for clause in version.policy.clauses} if version else {}
    rules = {rule.key: rule.title for rule in version.policy.rules} if version else {}
    used = {clause for clause, _rule in pairs}
    return {
        "clause": [(key, clauses[key]) for key in clauses if key in used]
        + [(key, key) for key in sorted(used - clauses.keys())],
        "rule": ordered((rule, rules.get(rule, rule)) for rule in {rule for _clause, rule in pairs}),
    }


def language_label(code):
    """Return the language's own name."""
    return language_name(code) if code else _("Not known")


def ordered(choices):
    """Sort choices by label."""
    return sorted(choices, key=lambda choice: str(choice[1]).casefold())


def filters_query(request):
    """Return the filters as a query string such as ?late=on; '' without filters.

    The pages of a case pass it on, so that “next case” stays within the filtered list.
    """
    asked = FilterForm(request.GET, request.user, offer=False).asked
    return f"?{urlencode(asked)}" if asked else ""
