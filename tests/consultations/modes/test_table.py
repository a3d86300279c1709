import pytest
from django.template.loader import get_template
from django.urls import reverse

from consultations.counts import counts
from consultations.models import ConsultationPage, Event, Submission
from consultations.modes.table import (
    Mode,
    default_modes,
    event_kinds_of_modes,
    kind_choices,
    kinds,
    load,
    modes,
    modes_on,
    no_counts,
    submission_kind,
)
from tests.consultations.editor_forms import add
from tests.factories import submission_to


def test_each_key_names_one_row():
    names = ["people", "passages", *(name for mode in modes() for name in (mode.key, *mode.figure_names))]
    keys = [kind.key for kind in kinds()]
    events = list(event_kinds_of_modes())

    assert [len({*each}) for each in (names, keys, events)] == [len(names), len(keys), len(events)]
    assert max(map(len, keys)) <= Submission._meta.get_field("kind").max_length
    assert max(map(len, events), default=0) <= Event._meta.get_field("kind").max_length


@pytest.mark.parametrize("mode", modes(), ids=lambda mode: mode.key)
def test_whatever_a_row_names_is_there(mode):
    paths = [mode.urls, mode.staff_urls, mode.figures, mode.open_data_figures]
    paths += [mode.export.reader] if mode.export else []
    paths += [kind.revision_form for kind in mode.kinds]
    part = load(mode.page_part)

    assert all(load(path) for path in paths if path)
    assert all(get_template(name) for name in (part.passage, part.section) if name)


def test_a_new_consultation_takes_comments():
    assert default_modes() == ["comments"]
    assert [mode.key for mode in modes_on(["ideas"])] == ["ideas", "questionnaire"]


def test_kinds_are_named_in_the_order_of_the_table():
    assert [(key, str(label)) for key, label in kind_choices()] == [
        ("comment", "Comment"),
        ("idea", "Idea"),
        ("statement", "Statement"),
        ("suggestion", "Suggestion"),
        ("answer", "Answer"),
    ]


@pytest.mark.django_db
def test_a_text_whose_mode_has_left_the_table_keeps_a_name_and_a_place(client, consultation):
    left = submission_to(consultation, "The bus should run later.", kind="pledge")

    kind = submission_kind(left)
    assert (kind.label, str(kind.what_it_is)) == ("pledge", "A text in a public consultation.")
    assert left.get_absolute_url() == consultation.get_absolute_url()
    assert "We have your text." in client.get(left.get_receipt_url() + "&new=1").content.decode()


@pytest.mark.django_db
def test_counts_have_the_names_of_the_table(consultation):
    assert counts(consultation) == no_counts()


@pytest.mark.django_db
def test_an_editor_chooses_among_the_modes_and_reads_what_each_lets_people_do(client, editor):
    client.force_login(editor)
    add(client, modes=["ideas"])
    page = consultation_of("night-buses")
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    assert page.get_latest_revision_as_object().modes == ["ideas"]
    assert "Ideas: people propose something of their own, and support what others propose." in shown
    assert 'name="modes" value="questionnaire"' not in shown


@pytest.mark.django_db
def test_a_draft_and_a_copy_carry_the_modes(consultation):
    consultation.modes = ["ideas"]
    consultation.save_revision()

    copied = consultation.copy(update_attrs={"slug": "copied", "title": "Copied"}, copy_revisions=True)

    assert consultation_of(consultation.slug).modes == ["comments", "ideas"]
    assert consultation_of(consultation.slug).get_latest_revision_as_object().modes == ["ideas"]
    assert consultation_of("copied").get_latest_revision_as_object().modes == ["ideas"]
    assert copied.modes == ["ideas"]


@pytest.mark.django_db
def test_two_versions_of_the_modes_can_be_compared(client, editor, consultation):
    client.force_login(editor)
    before = consultation.save_revision()
    consultation.modes = ["ideas"]
    after = consultation.save_revision()

    address = reverse("wagtailadmin_pages:revisions_compare", args=[consultation.pk, before.pk, after.pk])
    assert "What people can do" in client.get(address).content.decode()


def consultation_of(slug):
    return ConsultationPage.objects.get(slug=slug)


def test_a_row_cannot_be_changed():
    with pytest.raises(AttributeError):
        modes()[0].key = "other"
    assert isinstance(modes()[0], Mode)
