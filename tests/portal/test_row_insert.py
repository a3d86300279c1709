"""Rows that are inserted by a statement put together once are those that Django would have stored."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.signals import post_save, pre_save
from django.forms import model_to_dict
from django.utils.translation import gettext_lazy

from consultations.models import Event, Revision, Submission
from consultations.models.sent_form import SentForm
from moderation.models import Finding, Screening
from portal.row_insert import attribute_of, insert_rows, stored_values
from tests.factories import submission_to

pytestmark = pytest.mark.django_db


def revisions(submission, numbers):
    return [Revision(submission=submission, number=number, text="Text, 100 %s “now”.") for number in numbers]


def test_rows_are_those_that_django_stores(consultation):
    ours, djangos = revisions(submission_to(consultation), [2, 3])

    insert_rows([ours])
    djangos.save()

    own = ["id", "number", "created_at"]
    stored = [model_to_dict(Revision.objects.get(pk=row.pk), exclude=own) for row in (ours, djangos)]
    assert stored[0] == stored[1]
    assert stored[0]["text"] == "Text, 100 %s “now”."


@pytest.mark.parametrize("model", [Event, Finding, Revision, Screening, SentForm, Submission])
def test_a_value_taken_as_it_is_is_what_django_would_store(model):
    row = model()
    fields = [field for field in model._meta.local_concrete_fields if attribute_of(field)]

    assert fields
    for field, ours in zip(
        fields, stored_values(row, [(field, field.attname) for field in fields], connection), strict=True
    ):
        assert ours == field.get_db_prep_save(field.pre_save(row, True), connection)


def test_a_translated_label_is_stored_as_text(consultation):
    (row,) = revisions(submission_to(consultation), [2])
    row.title = gettext_lazy("Withdrawn by its author")
    insert_rows([row])

    assert Revision.objects.get(pk=row.pk).title == "Withdrawn by its author"


def test_each_of_several_rows_gets_its_own_key(consultation):
    rows = revisions(submission_to(consultation), range(2, 12))

    insert_rows(rows)

    assert [Revision.objects.get(pk=row.pk).number for row in rows] == [*range(2, 12)]


def test_stored_row_can_be_changed_and_saved(consultation):
    (row,) = revisions(submission_to(consultation), [2])
    insert_rows([row])

    row.title = "A title"
    row.save()

    assert [each.title for each in Revision.objects.order_by("number")] == ["", "A title"]


def test_no_rows_cost_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_rows([])


def test_taken_key_is_an_integrity_error():
    row = {"key": "k", "visitor_key": "", "model": "consultations.Submission", "reference": "ABCD-EFGH"}
    insert_rows([SentForm(**row)])

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([SentForm(**row)])


@pytest.mark.parametrize("model", [Event, Finding, Revision, Screening, SentForm, Submission])
def test_nobody_waits_for_a_signal_of_these_rows(model):
    listeners = [key for signal in (pre_save, post_save) for key, *_rest in signal.receivers]

    assert [listener for listener, sender in listeners if sender == id(model)] == []
