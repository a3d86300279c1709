"""Decides cases in bulk: a campaign's letter, or the texts held by one rule, after a sample was read.

Each case gets its own decision. Cases that cannot be decided in bulk stay open; the reason is reported for each.
"""

from dataclasses import dataclass
from secrets import SystemRandom

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations.models import StaleSubmission
from consultations.submitting.forms import PlainTextField
from moderation.findings.case_text import marked
from moderation.findings.redaction import Span
from moderation.models import Batch, Case, CaseClosed, Decision, Opinion
from moderation.review.decisions import decide, refuse_late_decision
from moderation.review.opinions import criticises_us
from moderation.review.queue_queries import holding_clauses
from moderation.review.reasons import fitting_reason, usual_reason
from moderation.review.undo import take_back
from portal.audit import record
from portal.word_difference import difference

MAX_BULK_CASES = 200  # cases in one batch
BULK_SAMPLE_SIZE = 5  # cases that have to be read first
SAMPLES_SESSION_KEY = "samples"  # maps a set to its drawn cases and the opened revisions
MAX_URL_NUMBER = 10**9


@dataclass(frozen=True, slots=True)
class BulkSet:
    """A set of similar cases: of one campaign, or held by one rule only in one consultation."""

    campaign: int = 0
    rule: str = ""
    consultation: int = 0

    @classmethod
    def asked(cls, data):
        """Return the set named by query parameters, or None."""
        campaign, consultation = (number_from_address(data.get(name, "")) for name in ("campaign", "consultation"))
        if campaign:
            return cls(campaign=campaign)
        rule = data.get("rule", "")
        return cls(rule=rule, consultation=consultation) if rule.isprintable() and rule and consultation else None

    @property
    def address(self):
        """Return the set as a query string."""
        return f"?campaign={self.campaign}" if self.campaign else f"?rule={self.rule}&consultation={self.consultation}"

    def cases(self):
        """Select the cases, most pressing first."""
        fit = Case.objects.for_batches().noting_screening()
        if self.campaign:
            return fit.filter(letter=self.campaign)
        return fit.withheld_only_by(self.rule).filter(submission__consultation=self.consultation)


def number_from_address(value):
    """Return a number from a query parameter; 0 for an invalid one."""
    return int(value) if value.isdecimal() and int(value) < MAX_URL_NUMBER else 0


def bulk_set_for_rule(asked):
    """Return the set for the queue's rule and consultation filters; None below two cases."""
    together = BulkSet.asked(asked)
    if together is None or together.campaign or together.cases()[:2].count() < 2:
        return None
    return together


class BulkSample:
    """The cases of a set that a person has to read first, and the ones opened so far; stored in the session."""

    def __init__(self, session, together, cases):
        """Load the drawn cases; closed cases are dropped, and a changed text counts as unread."""
        self.session, self.key = session, together.address
        self.cases = {str(case.pk): case for case in cases}
        kept = session.get(SAMPLES_SESSION_KEY, {}).get(self.key, {})
        self.opened = {pk: kept[pk] for pk in kept if pk in self.cases}

    @property
    def size(self):
        """Return how many cases have to be read."""
        return min(BULK_SAMPLE_SIZE, len(self.cases))

    @property
    def drawn(self):
        """Return (case, whether its current text was opened) for each drawn case."""
        return [(self.cases[pk], revision == self.cases[pk].revision_id) for pk, revision in self.opened.items()]

    @property
    def left(self):
        """Return how many cases still have to be opened."""
        return self.size - min(self.size, sum(is_open for _case, is_open in self.drawn))

    def draw(self):
        """Fill the sample at random; cases drawn earlier stay. Return the cases that are not opened yet."""
        rest = sorted(self.cases.keys() - self.opened.keys())
        chosen = SystemRandom().sample(rest, max(self.size - len(self.opened), 0))
        self.keep(self.opened | dict.fromkeys(chosen, 0))
        return [case for case, is_open in self.drawn if not is_open]

    def open(self, pk):
        """Record that a text was opened; return its case, or None when it is not in the sample."""
        case = self.cases.get(pk) if pk in self.opened else None
        if case:
            self.keep(self.opened | {pk: case.revision_id})
        return case

    def keep(self, opened):
        """Store it."""
        self.opened = opened
        self.session[SAMPLES_SESSION_KEY] = self.session.get(SAMPLES_SESSION_KEY, {}) | {self.key: opened}

    @property
    def read(self):
        """Return the ids of the cases whose texts were opened."""
        return [case.pk for case, is_open in self.drawn if is_open]


BULK_ACTIONS = (Decision.Action.PUBLISH, Decision.Action.REDACT, Decision.Action.REFUSE)


class BulkForm(forms.Form):
    """One decision for many cases; clauses about opinions or with a second opinion are left out."""

    action = forms.ChoiceField(
        choices=[(action, action.label) for action in BULK_ACTIONS],
        error_messages={"required": gettext_lazy("Press one of the buttons below to decide.")},
    )
    clauses = forms.MultipleChoiceField(
        label=gettext_lazy("Clauses it is about"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = PlainTextField(
        label=gettext_lazy("Reason every author will read"),
        help_text=gettext_lazy("Follows your decision until you edit it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, clauses, for_public, **kwargs):
        """Offer the clauses that allow refusing several texts at once. `for_public`: all were given to be published."""
        super().__init__(*args, **kwargs)
        self.in_force, self.for_public = clauses, for_public
        fit = [clause for clause in clauses if not (clause.second_opinion or clause.viewpoint)]
        self.single = [clause for clause in clauses if clause not in fit]
        self.fields["clauses"].choices = [(clause.key, f"{clause.number}. {clause.title}") for clause in fit]

    def clean(self):
        """Require clauses and a reason unless the texts are published as they are."""
        cleaned = super().clean()
        if cleaned.get("action") in (Decision.Action.REDACT, Decision.Action.REFUSE):
            if not cleaned.get("clauses") and "clauses" not in self.errors:
                self.add_error("clauses", _("Choose at least one clause."))
            if not cleaned.get("reason") and "reason" not in self.errors:
                self.add_error("reason", _("Write the reason; every author will read it."))
            cleaned["reason"] = fitting_reason(
                cleaned.get("reason", ""), self.in_force, cleaned["action"], for_public=self.for_public
            )
        return cleaned

    @property
    def judgement(self):
        """Return the keyword arguments for `decide`; publishing has no clauses."""
        if self.cleaned_data["action"] == Decision.Action.PUBLISH:
            return {"action": Decision.Action.PUBLISH}
        return {name: self.cleaned_data[name] for name in ("action", "clauses", "reason")}


def decide_together(cases, listed, *, title, read, actor, **judgement):
    """Decide the listed cases one by one; return the batch and the left cases as (id, reference, reason).

    `cases` may be decided in bulk now; `listed` maps the case ids on the submitted page to revision ids.
    """
    batch = Batch.objects.create(actor=actor, title=title[:300], opened=read)
    fit, left = {case.pk for case in cases}, []
    for case in (
        Case.objects.filter(pk__in=listed)
        .select_related("submission", "revision", "claimed_by")
        .order_by("rank_at", "id")
    ):
        try:
            decide_one_of_batch(case, listed[case.pk], case.pk in fit, batch=batch, actor=actor, **judgement)
        except (CaseClosed, StaleSubmission) as error:
            left.append((case.pk, case.submission.reference, str(error)))
    with transaction.atomic():
        count = batch.decisions.count()
        record(
            "batch.decided", actor=actor, subject=batch, action=str(judgement["action"]), decided=count, left=len(left)
        )
    return batch, left


def decide_one_of_batch(case, revision_id, fits, *, batch, actor, **judgement):
    """Decide one case of a batch, or raise CaseClosed with the reason why it stays open."""
    refuse_late_decision(case, case.submission, revision_id, actor)
    if not fits:
        raise CaseClosed(_("It has to be decided by itself."))
    if judgement["action"] != Decision.Action.PUBLISH and criticises_us(case):
        raise CaseClosed(_("It may criticise the agency, so two people have to read it."))
    if not case.claim(actor):
        raise CaseClosed(_("%s is looking at it.") % (case.claimed_by_other(actor) or _("Somebody")))
    if judgement["action"] == Decision.Action.REDACT:
        judgement["spans"] = own_spans(case, judgement["clauses"])
    made = decide(case, revision_id=revision_id, actor=actor, batch=batch, **judgement)
    if isinstance(made, Opinion):
        raise CaseClosed(_("A colleague has to agree, unknowingly. Your opinion was kept."))


def own_spans(case, clauses):
    """Return the passages of one text that rules hold under these clauses; raise CaseClosed when there are none."""
    found = marked(case.submission, case.revision, holding_only=True).marks
    chosen = [mark for mark in found if mark.clause and mark.clause.key in clauses and not mark.whole]
    if not chosen:
        raise CaseClosed(_("No rule marked a passage in it that could be taken out under these clauses."))
    return [Span(mark.field, mark.start, mark.end, mark.label) for mark in chosen]


def preselected_for_all(cases, clauses):
    """Return the initial values of the form: the clauses that hold the cases, and the reason when it is one clause."""
    held = {clause.key for case in cases for clause in holding_clauses(case)}
    chosen = [clause for clause in clauses if clause.key in held and not (clause.second_opinion or clause.viewpoint)]
    reason = usual_reason(chosen[0], Decision.Action.REFUSE) if len(chosen) == 1 else ""
    return {"clauses": [clause.key for clause in chosen], "reason": reason}


def additions(letter, revision):
    """Return the passages of a text that its author added to a letter; nothing of what they left out."""
    if letter is None or not letter.text or letter.pk == revision.pk:
        return []
    pieces = (each.text.strip() for each in difference(letter.text, revision.text) if each.kind == "new")
    return [piece for piece in pieces if piece]


def undo_batch(batch, actor):
    """Undo a batch; return the number of undone decisions and the others as (id, reference, reason)."""
    done, left = 0, []
    remaining = batch.decisions.not_undone().select_related("case", "revision__submission").order_by("id")
    for decision in remaining:
        try:
            take_back(decision, actor)
            done += 1
        except (CaseClosed, StaleSubmission) as error:
            left.append((decision.case_id, decision.revision.submission.reference, str(error)))
    with transaction.atomic():
        record("batch.taken_back", actor=actor, subject=batch, taken_back=done, left=len(left))
    return done, left


def describe_bulk_set(together, cases, title):
    """Return a description of a set: its letter or its rule."""
    if together.campaign:
        count = max((case.copies or 0 for case in cases), default=0)
        if not count:
            return _("A letter that several people sent")
        return ngettext("Letter that %d person sent", "Letter that %d people sent", count) % count
    return _("Held by the rule “%(rule)s” and no other") % {"rule": title or together.rule}
