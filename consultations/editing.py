"""What keeps a questionnaire whole while its consultation is edited, and older drafts of it are published."""

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.conditions import condition_fault
from consultations.modes.table import mode_choices, modes_of_texts
from portal.staff.page_forms import StaffPageForm


class ConsultationForm(StaffPageForm):
    """The editor's form of a consultation."""

    modes = forms.MultipleChoiceField(
        label=gettext_lazy("What people can do"),
        choices=mode_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("With none of these, and without questions, people can read and follow."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.closing_is_announced and "closes_at" in self.fields:
            self.fields["closes_at"].disabled = True
            self.fields["closes_at"].help_text = format_html(
                '<a href="{}">{}</a>',
                reverse("consultation_timing", args=[self.instance.pk]),
                _("Change it, and say why"),
            )

    def clean(self):
        """Refuse to delete a question that people have answered, and show it again; ask for missing words."""
        cleaned = super().clean()
        for form in self.formsets["questions"].deleted_forms if "questions" in self.formsets else ():
            if form.instance.is_answered:
                self.add_error(
                    None, _("People have answered “%s”, so it stays in the questionnaire.") % form.instance.label
                )
                show_again(form)
        self.check_conditions()
        self.refuse_terms_twice()
        self.ask_what_changed(cleaned)
        mute = not (cleaned.get("illustration_alt") or cleaned.get("illustration_decorative"))
        if cleaned.get("illustration") and mute and not self.is_deferred_validation:
            self.add_error("illustration_alt", _("Say in words what the picture shows, or mark it as decoration."))
        return cleaned

    def ask_what_changed(self, cleaned):
        """Ask for the change note before another text takes the place of one that people answer; a draft needs none.

        A note beside a text that stayed would be read by nobody, or beside a later change.
        """
        text = [cleaned.get(name) for name in ("title", "summary", "body")]
        if self.is_deferred_validation or "change_note" not in self.fields or None in text:
            return
        if cleaned.get("change_note"):
            if self.instance.says_the_newest(*text):
                self.add_error("change_note", _("Nothing of the text changed, so leave this empty."))
        elif self.instance.changes_text_of_public(*text):
            self.add_error("change_note", _("Say what is different now, and why: people answer the text already."))

    def check_conditions(self):
        """Tell at its field which condition of a question fits nothing that is asked before it."""
        rows = self.formsets.get("questions")
        before = []
        for form in rows.ordered_forms if rows and rows.is_valid() else ():
            if fault := condition_fault(form.instance, before):
                form.add_error(*fault)
            before.append(form.instance)

    def refuse_terms_twice(self):
        """Refuse two rows of terms for one way of taking part."""
        rows = self.formsets.get("stated_terms")
        kept = [each for each in rows.forms if each not in rows.deleted_forms] if rows else []
        chosen = [each.instance.mode for each in kept if each.has_changed() or each.instance.pk]
        for mode in {each for each in chosen if each and chosen.count(each) > 1}:
            label = dict(modes_of_texts()).get(mode, mode)
            self.add_error(None, _("There are two rows of terms for “%s”: one is enough.") % label)


def show_again(form):
    """Take the mark of deletion from a form that is shown once more; otherwise what has to stay would be hidden."""
    form.data = form.data.copy()
    form.data[form.add_prefix("DELETE")] = ""


def recognise_questions(page):
    """Give a draft's new questions the numbers under which they were published since; return the page.

    A draft keeps knowing a question that it brought in as new, so publishing it twice would ask twice.
    """
    drafted = list(page.questions.all())
    new = [question for question in drafted if question.pk is None]
    if page.pk and new:
        known = {question.pk for question in drafted}
        stored = {each.label: each.pk for each in stored_questions(page) if each.pk not in known}
        for question in new:
            question.pk = stored.pop(question.label, None)
    return page


def stored_questions(page):
    """Select the questions of a page as they stand in the database."""
    return page.questions.model.objects.filter(page=page.pk)


def keep_what_was_asked(page):
    """Put back into a page what people have answered."""
    drafted = {question.pk: question for question in page.questions.all()}
    for asked in stored_questions(page):
        question = drafted.get(asked.pk)
        if question is None and asked.is_answered:
            page.questions.add(asked)
        elif question is not None and asked.is_answered:
            question.stay_as(asked)
