"""What a person may ask of the queue: a part of it, filters, words. All stands in the address, so it can be shared."""

from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.folding import ids_with_words
from consultations.languages import language_name
from consultations.modes.table import kind_choices
from moderation.models import Case, Finding, PolicyVersion
from moderation.review.queue_queries import tonight, waiting_for
from portal.agency.days import MomentField

PARTS = {  # of the queue; the desks are parts, too
    "": _("Waiting"),
    "second": _("Second opinion"),
    "appeals": _("Appeals"),
    "returned": _("With their authors"),
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
FINDING_FILTERS = ("clause", "rule")  # filters that ask what holds a text
SELECT_FILTERS = ("consultation", "kind", "cause", "clause", "rule", "severity", "language")
BOX_FILTERS = ("late", "today", "mine", "assigned", "reported")
NO_VALUE = "none"  # in place of a consultation or a language
NUMBER_FILTERS = ("consultation", "severity")
MAX_ID = 10**9


def part_of(name, user):
    """Select the cases of one part of the queue that a person may read."""
    waiting = waiting_for(user)
    if name == "returned":
        return Case.objects.returned().for_desks(Case.Desk.of(user))
    if name == "second":
        return waiting.filter(second_reader=True)
    if name == "appeals":
        return waiting.filter(cause=Case.Cause.APPEALED)
    return waiting.for_desks([name]) if name else waiting


class FilterForm(forms.Form):
    """Filters over one part of the queue; a value that nothing waits for finds nothing, and is no error."""

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
    since = MomentField(required=False, widget=forms.HiddenInput)  # opened from this moment on

    def __init__(self, data, user, *, offer=True):
        """Read the address for a person; with `offer`, the choices are what waits in that part of the queue."""
        super().__init__(data)
        self.user = user
        self.fields["part"].choices = [(name, name) for name in (*PARTS, *Case.Desk.of(user))]
        for name, values in (self.offered() if offer else {}).items():
            self.fields[name].choices = values
        for name in (*COLUMN_FILTERS, *FINDING_FILTERS):
            self.accept(name)
        self.is_valid()

    def accept(self, name):
        """Let the value of the address stand among the choices."""
        asked, choices = self.data.get(name, ""), self.fields[name].choices
        if asked.isprintable() and asked not in ("", *dict(choices)):
            choices = [*choices, (asked, asked)]
        self.fields[name].choices = [("", _("Any")), *choices]

    def offered(self):
        """Return the choices of each filter: what there is in this part of the queue, and nothing else."""
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
        """Return what is asked, without what was left empty or makes no sense."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def narrows(self):
        """Return whether anything but a part of the queue was chosen."""
        return bool(self.asked.keys() - {"part"})

    @property
    def selects(self):
        """Return the fields that are lists to choose from, if there is a choice."""
        return [self[name] for name in SELECT_FILTERS if len(self.fields[name].choices) > 2 or name in self.asked]

    @property
    def boxes(self):
        """Return the fields that are boxes to tick."""
        return [self[name] for name in BOX_FILTERS]

    @property
    def filters_chosen(self):
        """Return how many filters are set."""
        return len(self.asked.keys() - {"part", "q", "since"})

    def cases(self):
        """Select the cases that are asked for and that the person may read."""
        asked = self.asked
        cases = part_of(asked.get("part", ""), self.user)
        for name in COLUMN_FILTERS.keys() & asked.keys():
            cases = cases.filter(same(name, asked[name]))
        if what := {name: asked[name] for name in FINDING_FILTERS if name in asked}:
            cases = cases.withheld_by(**what)
        if "late" in asked:
            cases = cases.filter(due_at__lt=timezone.now())
        if "today" in asked:
            cases = cases.filter(due_at__range=(timezone.now(), tonight()))
        if "mine" in asked:
            cases = cases.filter(claimed_by=self.user, claimed_until__gt=timezone.now())
        if "assigned" in asked:
            cases = cases.assigned_to(self.user)
        if "reported" in asked:
            cases = cases.filter(report_count__gt=0)
        if "since" in asked:
            cases = cases.filter(opened_at__gte=asked["since"])
        return with_words(cases, asked.get("q", ""))


def same(name, value):
    """Return the condition that a column has the value asked for; nothing has a number that is none."""
    column = COLUMN_FILTERS[name]
    if name not in NUMBER_FILTERS:
        return Q(**{column: "" if value == NO_VALUE else value})
    if value == NO_VALUE:
        return Q(**{column: None})
    return Q(**{column: int(value)}) if value.isdecimal() and int(value) < MAX_ID else Q(pk=None)


def with_words(cases, typed):
    """Keep the cases of a reference, or of texts in which every word stands; only what waits is looked through."""
    if not typed:
        return cases
    code = "".join(character for character in typed.upper() if character.isalnum())
    texts = cases.order_by().values_list("pk", "revision__title", "revision__text")
    found = ids_with_words(texts.iterator(), typed)
    return cases.filter(Q(pk__in=found) | Q(submission__reference=f"{code[:4]}-{code[4:]}"))


def holding(cases):
    """Return the clauses and rules that hold these cases, in the words of the policy in force."""
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
    """Return a language's name in itself."""
    return language_name(code) if code else _("Not known")


def ordered(choices):
    """Sort choices by what people read."""
    return sorted(choices, key=lambda choice: str(choice[1]).casefold())


def among(request):
    """Return what is asked of the queue as the end of an address, such as ?late=on; “” for all of it.

    The pages of a case carry it along, so that “next case” stays within it.
    """
    asked = FilterForm(request.GET, request.user, offer=False).asked
    return f"?{urlencode(asked)}" if asked else ""
