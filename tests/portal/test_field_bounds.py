"""Every field of every form of ours says how much it takes: a new one that does not fails here."""

from itertools import chain

import pytest
from django import forms
from django.forms.models import ModelChoiceField
from django.urls import get_resolver, reverse
from wagtail.admin.forms.models import WagtailAdminModelForm

from consultations.models import ConsultationPage
from consultations.submitting.forms import CutField
from portal.agency.days import DayField, MomentField, StoredDayField, StoredMomentField
from portal.agency.visible_text import INVISIBLE
from search.desk.forms import QueryTextField
from tests.consultations.editor_forms import add

OURS = ("portal", "consultations", "moderation", "search")
TIMES = (DayField, MomentField, StoredDayField, StoredMomentField)
CHECKED_ELSEWHERE = {
    "TimingForm.closes_at": "within ten years: consultations.timing",
    "SampleForm.author_name": "the style guide's, which is sent nowhere",
    "StaffSampleForm.author_name": "the same",
    "StaffLoginForm.password": "Wagtail's own; it is hashed and stored nowhere",
}


ONLY_READ = {  # what is looked for or compared, and kept nowhere
    "AddressForm.address", "AuditForm.about", "DecisionForm.others", "ErasureForm.confirm", "FilterForm.q",
    "CommentForm.passage", "ExternalRequestForm.reference", "IdeaForm.passage", "OpenForm.reference",
    "StatementForm.passage", "SubmissionForm.passage", "SuggestionForm.passage", "OutboxForm.address", "WorkListForm.q",
    "SampleForm.author_name", "SampleForm.text", "StaffSampleForm.author_name", "StaffSampleForm.text",
}  # fmt: skip


def all_forms(base=forms.BaseForm):
    for each in base.__subclasses__():
        yield each
        yield from all_forms(each)


def fields_of_ours():
    assert get_resolver().url_patterns  # which imports every view, and with it every form
    for form in set(all_forms()):
        if form.__module__.partition(".")[0] in OURS and not form.__module__.startswith("portal.accounts"):
            for name, field in getattr(form, "base_fields", {}).items():
                yield f"{form.__name__}.{name}", field


def is_text(field):
    is_other = isinstance(field, forms.EmailField | forms.UUIDField | QueryTextField | CutField)
    return isinstance(field, forms.CharField) and not is_other


def shows_nothing(field):
    try:
        return not field.clean("\u3164\u200b" * 20)
    except forms.ValidationError as error:
        return error.messages != [INVISIBLE]


def is_unbounded(field):
    if isinstance(field, forms.DateField | forms.DateTimeField):
        return not isinstance(field, TIMES)
    if isinstance(field, forms.UUIDField | forms.FileField | ModelChoiceField):
        return False
    return isinstance(field, forms.CharField) and field.max_length is None


def test_every_field_says_how_much_it_takes():
    unbounded = {name for name, field in fields_of_ours() if is_unbounded(field)}

    assert unbounded - set(CHECKED_ELSEWHERE) == set()


def test_every_text_that_is_kept_refuses_what_nobody_can_see():
    invisible = {name for name, field in fields_of_ours() if is_text(field) and shows_nothing(field)}

    assert invisible - ONLY_READ == set()


def test_every_time_that_the_cms_stores_keeps_to_the_range():
    fields = chain.from_iterable(form.base_fields.values() for form in set(all_forms(WagtailAdminModelForm)))
    times = [field for field in fields if isinstance(field, forms.DateField | forms.DateTimeField)]

    assert [type(field) for field in times if not isinstance(field, TIMES)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["opens_at", "answer_due"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_holds_is_told_at_its_field(client, editor, name, day):
    client.force_login(editor)

    page = add(client, **{name: day if name == "answer_due" else f"{day} 00:00"})

    assert "This day is too far away. Choose one between 1900 and 2239." in page.content.decode()
    assert not ConsultationPage.objects.exists()
    assert client.get(reverse("staff_consultations")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["title", "summary", "answering"])
def test_a_text_of_the_cms_that_nobody_can_see_is_told_at_its_field(client, editor, name):
    client.force_login(editor)

    page = add(client, **{name: "\u3164 \u200b"})

    assert str(INVISIBLE) in page.content.decode()
    assert not ConsultationPage.objects.exists()
