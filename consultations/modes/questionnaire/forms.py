"""The questionnaire of a consultation as a form: all its questions, who answers, and the pre-check of all texts."""

import json
from dataclasses import replace
from hashlib import sha256

from django.utils.crypto import constant_time_compare
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consultations import screening
from consultations.conditions import applying, with_conditions
from consultations.models import Kind, Question, Response, SavedAnswer
from consultations.modes.questionnaire.question_fields import field_for, name_of
from consultations.modes.questionnaire.saved_answers import (
    answers_as_text,
    answers_in,
    initial_of,
    leftovers,
    to_copy,
    without_question,
)
from consultations.submitting import limits
from consultations.submitting.forms import SendingForm
from consultations.submitting.once import Sending
from consultations.submitting.precheck import PrecheckResult, confirmation_of, warnings_of

LEFT_OUT_SEEN = "left_out_seen"  # a hidden field: which answers were shown as left out
NOT_ASKED = _(
    "Some of your answers are to questions that are not for you after what you chose. They stand above, to be copied. "
    "Change what you chose, or send again without them."
)
QUESTION_GONE = _(
    "A question was taken out while you wrote. What you answered to it stands above, to be copied. Then send again."
)


class QuestionnaireForm(SendingForm):
    """A whole questionnaire from the website; ``saved`` are the answers with which somebody comes back to it."""

    kind = Kind.ANSWER
    left_out: dict[int, SavedAnswer] = {}  # what was answered to questions that are not asked of who chose this
    assessments: dict[Question, screening.Assessment | None] = {}  # of the words that were sent, when the pre-check ran

    def __init__(self, data=None, *, consultation, saved=None, initial=None, **kwargs):
        self.questions, self.saved = with_conditions(consultation.questions.all()), saved
        self.earlier = saved.given if saved else {}
        initial = initial_of(self.earlier, self.questions) | (initial or {})
        super().__init__(data, consultation=consultation, initial=initial, **kwargs)
        self.fields = {name_of(each): field_for(each) for each in self.questions} | self.fields

    @property
    def asking(self):
        """Return each question with its field."""
        return [(question, self[name_of(question)]) for question in self.questions]

    @property
    def has_conditions(self):
        """Return whether some questions are asked of some people only."""
        return any(question.condition for question in self.questions)

    @property
    def has_ranking(self):
        """Return whether choices have to be put in order."""
        return any(question.is_ranking for question in self.questions)

    def clean(self):
        """Check the answers together, once each that is asked for is well by itself."""
        self.leave_out()
        if not self.errors:
            self.check_answers()
        return super().clean()

    def leave_out(self):
        """Take out the answers to questions that are not asked of who chose this, with what is wrong with them."""
        applies = applying(self.questions, self.chosen)
        for question in self.questions:
            if question.pk not in applies:
                self.errors.pop(name_of(question), None)
                self.cleaned_data[name_of(question)] = ""
        given = answers_in(self.data, self.questions, self.earlier)
        self.left_out = {each.pk: given[each.pk] for each in self.questions if each.pk in given.keys() - applies}

    def chosen(self, question):
        """Return the values that were chosen in a question."""
        values = self.cleaned_data.get(name_of(question)) or []
        return [values] if isinstance(values, str) else values

    @property
    def left_out_mark(self):
        """Return what a form sends along that has shown these answers, which are left out."""
        said = json.dumps([[pk, *each.values] for pk, each in self.left_out.items()])
        return sha256(said.encode()).hexdigest()[:16]

    def refuse_to_leave_out(self):
        """Add an error if answers would be left out that nobody was shown as such; return whether some would."""
        if not self.left_out or self.data.get(LEFT_OUT_SEEN) == self.left_out_mark:
            return False
        self.add_error(None, NOT_ASKED)
        self.keep_captcha_solved()
        return True

    def check_answers(self):
        """Refuse a questionnaire in which nothing is answered."""
        if not any(self.cleaned_data[name_of(question)] for question in self.questions):
            self.add_error(None, _("Answer at least one question first."))

    def is_from_busy_network(self, stamp):
        """Count the form; return whether its network sent many, or has answered these questions several times today."""
        is_busy = super().is_from_busy_network(stamp)  # both are counted
        return (
            limits.are_many_questionnaires(self.request, self.consultation.pk, Sending.of(self.request).key) or is_busy
        )

    def words(self, cleaned):
        """Return all that was written, in one."""
        return "\n".join(self.texts.values())

    @cached_property
    def texts(self):
        """Return what was written, by question; an empty field is no answer."""
        given = {question: self.cleaned_data[name_of(question)] for question in self.questions if question.is_open}
        return {question: text for question, text in given.items() if text}

    @property
    def closed(self):
        """Return what was chosen, by question."""
        given = {question: self.cleaned_data[name_of(question)] for question in self.questions if not question.is_open}
        return {
            question: [values] if isinstance(values, str) else values for question, values in given.items() if values
        }

    @cached_property
    def given(self):
        """Return what stands in the form, with saved answers that have no place in it any more."""
        if not self.is_bound:
            return self.earlier
        return leftovers(self.earlier, self.questions) | answers_in(self.data, self.questions, self.earlier)

    @property
    def typed(self):
        """Return what was sent or saved, in words, to give it back when it cannot be taken."""
        return answers_as_text(self.given)

    @property
    def to_copy(self):
        """Return the answers, saved or just typed, whose questions were changed or deleted since."""
        return to_copy({**self.earlier, **self.given}, self.questions)

    def refuse_to_drop_words(self):
        """Add an error if answers came to questions that were deleted while the form was open; return whether one did.

        The form that is shown then has no fields for them, so sending it is not refused again.
        """
        dropped = without_question(answers_in(self.data, self.questions, self.earlier), self.questions)
        if dropped:
            self.add_error(None, QUESTION_GONE)
            self.keep_captcha_solved()
        return bool(dropped)

    def draft(self, *, author_key):
        """Return the open answers as unsaved submissions, by question."""
        return {
            question: self.build_draft(text, author_key=author_key, question=question)
            for question, text in self.texts.items()
        }

    def needs_confirmation(self, drafts):
        """Run the pre-check on each text; return whether warnings have to be shown. One confirmation covers all."""
        if not drafts:
            return False
        confirmation = confirmation_of(next(iter(drafts.values())), "", json.dumps([*self.texts.values()]))
        if constant_time_compare(self.data.get("sent_anyway", ""), confirmation):
            return False
        self.assessments = {q: screening.assess(draft, "", self.texts[q]) for q, draft in drafts.items()}
        if warnings := tuple(dict.fromkeys(self.warnings())):
            parts = {name_of(question): text for question, text in self.texts.items()}
            labels = {name_of(question): question.label for question in self.texts}
            parts["author_name"] = self.cleaned_data["author_name"]
            self.precheck = PrecheckResult(warnings, parts, confirmation, labels)
            self.keep_captcha_solved()
        return bool(warnings)

    def warnings(self):
        """Yield the warnings about all texts; the field of each is that of its question."""
        for question, assessment in self.assessments.items():
            for each in warnings_of(assessment):
                yield replace(each, field=name_of(question)) if each.field == "text" else each

    @property
    def text_field(self):
        """Return the name of the first question that was answered in words."""
        return name_of(next(iter(self.texts)))

    def save(self, *, author_key, alongside=None):
        """Store the response with all its answers and return it."""
        return Response.receive(
            consultation=self.consultation,
            closed=self.closed,
            texts=self.texts,
            assessments=self.assessments,
            author=self.request.user if self.request.user.is_authenticated else None,
            author_key=author_key,
            author_name=self.cleaned_data["author_name"],
            author_email=self.cleaned_data["author_email"],
            by_staff=self.by_staff,
            for_public=self.terms.for_public,
            terms_id=self.terms.stored(),
            text_version=self.version_read,
            language=get_language()[:2],
            alongside=alongside,
        )
