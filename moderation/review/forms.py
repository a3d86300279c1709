"""Forms of a case's page: decision, note, hand-over, assignment, and opening a reference."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consultations.models import Status, Submission
from consultations.plain_text import plain
from consultations.submitting.forms import MAX_TEXT_LENGTH, PlainTextField
from moderation.findings.redaction import (
    REMOVED_NAME_LABEL,
    REMOVED_PASSAGE_LABEL,
    Span,
    occurrences,
    selected_place,
)
from moderation.models import Case, CaseNote, Decision
from moderation.review.reasons import fitting_reason, usual_reason
from moderation.screening.screen import Hold, due_from_now, hold_for_review, open_case

REDACTED_FIELDS = ("title", "text", "name")
STAND = "stand"  # the answer to an appeal that changes nothing


class ClauseBoxes(forms.CheckboxSelectMultiple):
    """Checkboxes of clauses, each with the clause's number and usual reason as data for the page's script."""

    clauses, for_public = {}, True

    def create_option(self, name, value, *args, **kwargs):
        """Add number and reason to the option's attributes."""
        option = super().create_option(name, value, *args, **kwargs)
        if clause := self.clauses.get(value):
            refusal, redaction = (
                usual_reason(clause, action, for_public=self.for_public)
                for action in (Decision.Action.REFUSE, Decision.Action.REDACT)
            )
            option["attrs"] |= {"data-number": clause.number, "data-reason": refusal, "data-redaction": redaction}
        return option


class DecisionForm(forms.Form):
    """A decision on one revision: clauses, reason, and passages to redact or to point out to the author.

    ``revision``, ``name`` and ``marks`` are what the moderator sees, ``clauses`` those in force. With ``appealed``, the
    decision that an author appeals against, the author gets a written reason for every decision, and the decision may
    stand. With ``safety`` it is the safety desk's, which says what was done.
    """

    error_targets = {
        "passages": "field-passages",
        "places": "field-passages",
        "action": "",
    }  # targets of the links in the error summary

    removed_label, removed_name_label = REMOVED_PASSAGE_LABEL, REMOVED_NAME_LABEL  # for the page's script

    action = forms.ChoiceField(
        choices=[*Decision.Action.choices, (STAND, _("It stays as it was"))],
        error_messages={"required": _("Press one of the buttons below to decide.")},
    )
    passages = forms.MultipleChoiceField(
        label=_("Passages to take out"), required=False, widget=forms.CheckboxSelectMultiple
    )
    places = forms.Field(required=False, widget=forms.MultipleHiddenInput)  # each as `selected_place` reads it
    others = forms.CharField(
        label=_("Other passages to take out"),
        help_text=_("Whole words, copied exactly, one passage per line. Each is taken out wherever it stands."),
        required=False,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    measures = forms.MultipleChoiceField(
        label=_("What was done"),
        choices=Decision.Measure.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    clauses = forms.MultipleChoiceField(label=_("Clauses that apply"), required=False, widget=ClauseBoxes)
    reason = PlainTextField(
        label=_("What the author will read"),
        help_text=_("Follows your decision until you edit it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, *args, submission, revision, marks, clauses, appealed=None, safety=False, initial=None, **kwargs
    ):
        """Offer the clauses in force and the found passages; preselect what the findings or the first decision say."""
        for_public = submission.for_public
        chosen = (
            preselected_by_decision(appealed, marks, clauses)
            if appealed
            else preselected(marks, clauses, for_public=for_public)
        )
        super().__init__(*args, initial=chosen | (initial or {}), **kwargs)
        self.submission, self.revision, self.in_force = submission, revision, clauses
        self.appealed, self.safety = appealed, safety
        self.parts = {"title": revision.title, "text": revision.text, "name": submission.author_name}
        self.marks = {str(mark.finding): mark for mark in marks if not mark.whole}
        self.fields["passages"].choices = [(key, mark.label) for key, mark in self.marks.items()]
        self.concerned = {mark.clause.key for mark in marks if mark.clause}
        self.fields["clauses"].choices = [(clause.key, f"{clause.number}. {clause.title}") for clause in clauses]
        self.fields["clauses"].widget.clauses = {clause.key: clause for clause in clauses}
        self.fields["clauses"].widget.for_public = for_public
        if appealed:
            self.fields["reason"].help_text = ""  # an answer is written, not offered
        self.spans = []
        if appealed and appealed.revision_id == revision.pk:
            self.initial.setdefault("places", self.places_beside_marks(appealed))

    def clean_places(self):
        """Return the span of each selected place; raise ValidationError for one whose words stand there no more."""
        values = self.cleaned_data["places"] or []
        if not self.marks_passages or len(self.selected) == len(set(values)):
            return list(self.selected.values())
        raise ValidationError(_("A passage that you selected is not there. Select it again."))

    def clean_others(self):
        """Return the spans of each typed passage; raise ValidationError for a passage that is not in the text."""
        typed = self.typed_places if self.marks_passages else {}
        absent = [line for line, places in typed.items() if not places]
        if absent:
            message = _("“%(passage)s” is not in the text. Copy whole words, exactly as they stand there.")
            raise ValidationError([ValidationError(message, params={"passage": line}) for line in absent])
        return [span for places in typed.values() for span in places]

    def places_beside_marks(self, decision):
        """Return, as values of `places`, what a decision took out of title and text where nothing is marked now."""
        marked = [span_of(mark) for mark in self.marks.values()]
        spans = [Span(*span) for span in decision.spans]
        return [
            f"{span.field}:{span.start}:{span.end}:{self.parts[span.field][span.start : span.end]}"
            for span in spans
            if span.field != "name" and not any(span.overlaps(other) for other in marked)
        ]

    @property
    def marks_passages(self):
        """Return whether the action takes passages out, or points them out."""
        return self.cleaned_data.get("action") in (Decision.Action.REDACT, Decision.Action.RETURN)

    @property
    def selected(self):
        """Return the span of each place that was selected in the text, by its value in the form."""
        spans = {value: selected_place(value, self.parts) for value in self["places"].value() or ()}
        return {value: span for value, span in spans.items() if span}

    @property
    def typed_places(self):
        """Return the places of each passage that was typed, by its words."""
        lines = [line.strip() for line in plain(self["others"].value() or "").split("\n")]
        return {line: self.places_of(line) for line in lines if line}

    @property
    def repeated(self):
        """Return each typed passage and how often it stands in the text, if one of them does more than once."""
        counts = [(line, len(places)) for line, places in self.typed_places.items()]
        return counts if any(count > 1 for _line, count in counts) else []

    @property
    def sure(self):
        """Return what the form says when its sender was asked about this action, and about words that repeat."""
        action = self.cleaned_data["action"]
        if self.repeated and self.marks_passages:
            return f"{action} {sum(count for _line, count in self.repeated)}"
        return action

    @property
    def taken_out(self):
        """Return the spans that are taken out as the form stands on the page."""
        found = [span_of(self.marks[key]) for key in self.chosen_passages if key in self.marks]
        typed = [span for places in self.typed_places.values() for span in places]
        return [*found, *self.selected.values(), *typed]

    @property
    def taken_in_words(self):
        """Return what the button names: the letters of findings, and how many places beside them."""
        letters = [mark.letter for key, mark in self.marks.items() if key in self.chosen_passages]
        beside = len(self.taken_out) - len(letters)
        return ", ".join([*letters, *([f"+{beside}"] if beside else [])])

    @property
    def selected_words(self):
        """Return the value and the words of each place that was selected."""
        return [(value, self.parts[span.field][span.start : span.end]) for value, span in self.selected.items()]

    def places_of(self, passage):
        """Return every span of a passage in the title, the text and the name."""
        return [
            Span(field, start, end)
            for field in REDACTED_FIELDS
            for start, end in occurrences(self.parts[field], passage)
        ]

    def clean(self):
        """Require clauses and a reason unless the text is published, and passages for a redaction."""
        cleaned = super().clean()
        action = cleaned.get("action")
        if not action:
            return cleaned
        if action == STAND and not self.may_stand:
            self.add_error("action", _("That decision cannot stand as it was made. Decide anew."))
        if (
            action not in (Decision.Action.PUBLISH, STAND)
            and not cleaned.get("clauses")
            and "clauses" not in self.errors
        ):
            self.add_error("clauses", _("Choose at least one clause."))
        if self.needs_reason(action) and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Write the reason; the author will read it."))
        if cleaned.get("reason") and not self.appealed:
            public = self.submission.for_public
            cleaned["reason"] = fitting_reason(cleaned["reason"], self.in_force, action, for_public=public)
        if self.safety and action == Decision.Action.REFUSE and not cleaned.get("measures"):
            self.add_error("measures", _("Say what was done, also when it was enough to keep the text back."))
        if action in (Decision.Action.REDACT, Decision.Action.RETURN) and not self.errors:
            self.spans = self.chosen_spans()
            if action == Decision.Action.REDACT and not self.spans:
                self.add_error("passages", _("Mark at least one passage to take out."))
        return cleaned

    def needs_reason(self, action):
        """Return whether the author gets a written reason."""
        return bool(self.appealed) or action != Decision.Action.PUBLISH

    @property
    def may_stand(self):
        """Return whether the appealed decision can be made again as it was: on this text, under clauses in force."""
        if not self.appealed or not {clause.key for clause in self.in_force}.issuperset(self.appealed.clause_keys):
            return False
        return self.appealed.action == Decision.Action.REFUSE or self.appealed.revision_id == self.revision.pk

    def chosen_spans(self):
        """Return the spans of all chosen and typed passages."""
        found = [span_of(self.marks[key]) for key in self.cleaned_data["passages"]]
        return [*found, *self.cleaned_data["places"], *self.cleaned_data["others"]]

    @property
    def decision(self):
        """Return the keyword arguments for `decide`; publishing has no clauses and no spans."""
        action, reason = self.cleaned_data["action"], self.cleaned_data["reason"]
        measures = {"measures": self.cleaned_data["measures"]} if self.safety else {}
        if action == STAND:
            first = self.appealed
            spans = [Span(*span) for span in first.spans]
            return {"action": first.action, "clauses": first.clause_keys, "reason": reason, "spans": spans, **measures}
        if action == Decision.Action.PUBLISH:
            return {"action": action, "reason": reason if self.appealed else "", **measures}
        return {
            "action": action,
            "clauses": self.cleaned_data["clauses"],
            "reason": reason,
            "spans": self.spans,
            **measures,
        }

    def boxes(self):
        """Return the checkbox of each finding that has a passage."""
        return dict(zip(self.marks, self["passages"].subwidgets, strict=True))

    @property
    def chosen_passages(self):
        """Return the keys of the findings whose boxes are ticked on the page."""
        return {str(key) for key in self["passages"].value() or ()}

    @property
    def near_clauses(self):
        """Return the boxes of the clauses that are chosen or that a finding is about, chosen ones first."""
        near = [box for box in self["clauses"].subwidgets if self.is_near(box)]
        return sorted(near, key=lambda box: not box.data["selected"])

    @property
    def far_clauses(self):
        """Return the boxes of all other clauses."""
        return [box for box in self["clauses"].subwidgets if not self.is_near(box)]

    def is_near(self, box):
        """Return whether a clause is chosen or a finding is about it."""
        return box.data["selected"] or str(box.data["value"]) in self.concerned

    @property
    def last_number(self):
        """Return the number of the last clause."""
        return max((clause.number for clause in self.in_force), default=0)


def span_of(mark):
    """Return the passage of a mark with what stands in its place."""
    return Span(mark.field, mark.start, mark.end, mark.label)


def preselected(marks, clauses, *, for_public=True):
    """Return the initial values: the clauses under which rules hold the text, and the found passages."""
    likely = Decision.Action.REDACT if any(mark.redactable for mark in marks) else Decision.Action.REFUSE
    held = {mark.clause.key for mark in marks if mark.holds and mark.clause}
    chosen = [clause for clause in clauses if clause.key in held]
    return {
        "clauses": [clause.key for clause in chosen],
        "reason": usual_reason(chosen[0], likely, for_public=for_public) if len(chosen) == 1 else "",
        "passages": [str(mark.finding) for mark in marks if mark.redactable],
    }


def preselected_by_decision(decision, marks, clauses):
    """Return the initial values of an appeal: what the first decision cited and took out, whatever rules say now."""
    taken = [Span(*span) for span in decision.spans]
    return {
        "clauses": [clause.key for clause in clauses if clause.key in set(decision.clause_keys)],
        "reason": "",  # an answer is written, not offered
        "passages": [str(mark.finding) for mark in marks if any(span.overlaps(span_of(mark)) for span in taken)],
    }


def note_field(**said):
    """Return a field for a note to colleagues."""
    return PlainTextField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), **said)


class NoteForm(forms.ModelForm):
    """A note on a case, for colleagues."""

    text = note_field(label=_("Note for colleagues"), help_text=_("Only staff who handle this case read it."))

    class Meta:
        model = CaseNote
        fields = ["text"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="note", **kwargs)


class HandOverForm(forms.Form):
    """The desk to which a case goes, and a note for its moderators."""

    desk = forms.ChoiceField(
        label=_("Hand it to"), required=False, error_messages={"invalid_choice": _("Choose one of the desks.")}
    )
    note = note_field(
        label=_("What they should know"),
        error_messages={"required": _("Write what they should know; they have not seen the case before.")},
    )

    def __init__(self, *args, desk, **kwargs):
        """Offer every desk with moderators, except for the case's own."""
        super().__init__(*args, prefix="over", **kwargs)
        staffed = Case.Desk.staffed()
        others = [each for each in Case.Desk if each != desk and each in staffed]
        self.desks = self.fields["desk"].choices = [(each.value, each.label) for each in others]


class AssignForm(forms.Form):
    """The colleague who becomes responsible for a case, and a note."""

    person = forms.ModelChoiceField(
        label=_("Responsible"),
        queryset=None,
        required=False,
        empty_label=_("Nobody in particular"),
        error_messages={"invalid_choice": _("Choose somebody who works at this desk.")},
    )
    note = note_field(label=_("What they should know"), required=False)

    def __init__(self, *args, case, **kwargs):
        """Offer the users who may read the case."""
        super().__init__(*args, prefix="assign", **kwargs)
        self.fields["person"].queryset = case.readers().order_by("first_name", "last_name", "pk")
        self.initial.setdefault("person", case.assigned_to_id)


class OpenForm(forms.Form):
    """Opens any submission by its reference."""

    reference = forms.CharField(
        label=_("Open a submission by its reference"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "size": 12}),
    )

    def clean_reference(self):
        """Return the submission with this reference, in any spelling."""
        code = "".join(character for character in self.cleaned_data["reference"].upper() if character.isalnum())
        submission = Submission.objects.filter(reference=f"{code[:4]}-{code[4:]}").first()
        if submission is None:
            raise ValidationError(_("There is no submission with this reference. It looks like 7F3K-9QXM."))
        if submission.status == Status.WITHDRAWN:
            raise ValidationError(_("%s was withdrawn by its author.") % submission.reference)
        return submission

    def save(self):
        """Return the submission's open case; open one if there is none."""
        submission = self.cleaned_data["reference"]
        if submission.status == Status.RECEIVED:
            submission.screen(submission.current)
        if submission.status == Status.RECEIVED:  # without a screening, a moderator may still decide
            hold_for_review(submission, submission.current, Hold(Case.Cause.OPENED, _("A moderator reads it.")))
        waiting = Case.objects.filter(submission=submission, closed_at=None).first()
        return waiting or open_case(submission, submission.current, Case.Cause.OPENED, due_from_now())
