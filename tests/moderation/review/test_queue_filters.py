from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from moderation.models import Case
from moderation.templatetags.queue import place_in_words
from tests.factories import ConsultationFactory, UserFactory, held_in, idea_for, submission_to

pytestmark = pytest.mark.django_db

PHONE, ADDRESS = "Ring 0491 570 006: {}.", "Write to jo@example.org about {}."


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


def found(desk, **asked):
    response = desk.get(reverse("queue"), asked)
    return {row["case"].submission.reference for row in response.context["rows"]}


def change(submission, **fields):
    Case.objects.filter(submission=submission).update(**fields)
    return submission.reference


def works_at(desk):
    user = UserFactory()
    permission = Permission.objects.get(codename=f"handle_{desk}_case")
    user.user_permissions.add(permission, Permission.objects.get(codename="access_admin"))
    return user


def test_filters_find_what_is_asked_for_and_nothing_else(desk, consultation):
    other = ConsultationFactory()
    plain = submission_to(consultation, PHONE.format("Alder"), language="en").reference
    german = submission_to(consultation, PHONE.format("Ahorn"), language="de").reference
    idea = idea_for(consultation, text=PHONE.format("Birch"), language="en").reference
    mail = submission_to(consultation, ADDRESS.format("Cedar"), language="en").reference
    elsewhere = submission_to(other, PHONE.format("Dogwood"), language="en").reference
    late = change(submission_to(consultation, PHONE.format("Elm"), language="en"), due_at=timezone.now())
    reported = change(submission_to(consultation, PHONE.format("Fir"), language="en"), report_count=2)
    appealed = change(submission_to(consultation, PHONE.format("Gum"), language="en"), cause="appealed", severity=2)
    everything = {plain, german, idea, mail, elsewhere, late, reported, appealed}

    answers = {
        "all": found(desk),
        "consultation": found(desk, consultation=other.pk),
        "kind": found(desk, kind="idea"),
        "language": found(desk, language="de"),
        "rule": found(desk, rule="e-mail-address"),
        "clause": found(desk, clause="personal-information"),
        "cause": found(desk, cause="appealed"),
        "severity": found(desk, severity="2"),
        "late": found(desk, late="on"),
        "reported": found(desk, reported="on"),
        "both": found(desk, consultation=consultation.pk, rule="phone-number", kind="idea"),
        "nothing": found(desk, consultation=other.pk, kind="idea"),
    }
    assert answers == {
        "all": everything,
        "consultation": {elsewhere},
        "kind": {idea},
        "language": {german},
        "rule": {mail},
        "clause": everything,
        "cause": {appealed},
        "severity": {appealed},
        "late": {late},
        "reported": {reported},
        "both": {idea},
        "nothing": set(),
    }


def test_search_finds_references_and_all_words(desk, consultation):
    alder = submission_to(consultation, PHONE.format("Alder Lane"))
    birch = submission_to(consultation, PHONE.format("Birch Lane"))
    idea = idea_for(consultation, "A bench", text=PHONE.format("nothing"))
    submission_to(consultation, "Alder Lane is public at once.")

    assert found(desk, q="lane") == {alder.reference, birch.reference}
    assert found(desk, q="ALDER 0491") == {alder.reference}
    assert found(desk, q="alder birch") == set()
    assert found(desk, q="bench") == {idea.reference}
    assert found(desk, q="ÁLDER") == {alder.reference}
    assert found(desk, q="\u200b") == set()
    assert found(desk, q=birch.reference.lower().replace("-", "")) == {birch.reference}


@pytest.mark.parametrize(
    "asked",
    [
        {"consultation": "99999999999999999999"},
        {"consultation": "x"},
        {"severity": "²"},
        {"part": "nonsense"},
        {"q": "a\0b"},
        {"rule": "a\0b"},
        {"language": "'; DROP TABLE"},
        {"p": "99"},
    ],
)
def test_nonsense_in_the_address_is_no_error(desk, consultation, asked):
    held_in(consultation)

    assert desk.get(reverse("queue"), asked).status_code == 200
    assert desk.post(f"{reverse('queue_next')}?consultation=x&severity=²").status_code == 302


def test_filter_offers_what_waits_and_keeps_what_is_asked(desk, consultation):
    submission_to(consultation, PHONE.format("Alder"), language="de")
    form = desk.get(reverse("queue"), {"language": "fr", "rule": "gone"}).context["asked"]

    assert form.fields["language"].choices == [("", "Any"), ("de", "Deutsch"), ("fr", "fr")]
    assert form.fields["rule"].choices[-1] == ("gone", "gone")
    assert form.fields["consultation"].choices == [("", "Any"), (str(consultation.pk), consultation.title)]
    assert form.asked == {"language": "fr", "rule": "gone"}


def test_empty_states_say_why_and_lead_on(desk, consultation):
    assert "Nothing is waiting" in desk.get(reverse("queue")).content.decode()
    held_in(consultation)

    narrowed = desk.get(reverse("queue"), {"language": "fr"}).content.decode()
    assert "Nothing that waits fits this" in narrowed
    assert "1 case waits in all." in narrowed
    assert "No text is with its author" in desk.get(reverse("queue"), {"part": "returned"}).content.decode()


def test_parts_of_the_queue(desk, consultation, moderator):
    waiting = submission_to(consultation, PHONE.format("Alder")).reference
    second = change(submission_to(consultation, PHONE.format("Birch")), second_reader=True)
    appeal = change(submission_to(consultation, PHONE.format("Cedar")), cause="appealed")
    tomorrow = timezone.now() + timedelta(days=1)
    returned = change(submission_to(consultation, PHONE.format("Elm")), returned_until=tomorrow, returned_by=moderator)

    parts = {part: found(desk, part=part) for part in ("", "second", "appeals", "returned", "legal")}
    assert parts == {
        "": {waiting, second, appeal},
        "second": {second},
        "appeals": {appeal},
        "returned": {returned},
        "legal": {waiting, second, appeal},  # not a part of this person's queue
    }
    page = desk.get(reverse("queue"), {"part": "returned"}).content.decode()
    assert "With its author until" in page


@pytest.mark.parametrize("part", ["", "legal"])
def test_moderators_learn_of_a_restricted_desk_only_that_it_has_cases(desk, consultation, part):
    secret = change(submission_to(consultation, PHONE.format("the secret of Alder Lane")), desk="legal")
    submission_to(consultation, PHONE.format("Birch"))

    page = desk.get(reverse("queue"), {"part": part}).content.decode()

    assert secret not in page
    assert "secret of Alder" not in page
    assert found(desk, q="secret") == set()
    assert "Legal 1" in page


def test_who_works_at_one_desk_sees_that_desk_and_nothing_else(client, consultation):
    case = change(submission_to(consultation, PHONE.format("Alder")), desk="legal")
    change(submission_to(consultation, PHONE.format("Birch")), desk="safety")
    submission_to(consultation, PHONE.format("Cedar"))
    client.force_login(works_at("legal"))

    response = client.get(reverse("queue"))

    assert {row["case"].submission.reference for row in response.context["rows"]} == {case}
    assert response.context["counts"]["waiting"] == 1
    assert "Open a submission by its reference" not in response.content.decode()
    assert "Queue (1)" in client.get(reverse("wagtailadmin_home")).content.decode()


def test_row_says_why_it_stands_where_it_does(desk, consultation):
    submission = submission_to(consultation, PHONE.format("Alder"), language="de")
    due = timezone.localtime().replace(hour=23, minute=58, second=0, microsecond=0)
    Case.objects.update(severity=3, report_count=8, due_at=due, cause="returned")
    case = Case.objects.select_related("submission").get(submission=submission)
    case.rank()

    words = "as if due at 17:58: severity 3 (60 min), 8 reports (60 min), changed as we asked (240 min)"
    assert place_in_words(case) == words
    page = desk.get(reverse("queue")).content.decode()
    for said in (words, "serious", "Deutsch", "Changed after we asked for it"):
        assert said in page


def test_without_a_head_start_nothing_is_explained(consultation):
    held_in(consultation)
    Case.objects.update(severity=0)

    assert place_in_words(Case.objects.select_related("submission").get()) == ""


def test_filtered_queue_costs_the_same_however_long(desk, consultation, django_assert_max_num_queries):
    for number in range(30):
        submission_to(consultation, PHONE.format(f"{chr(65 + number % 26)}{number // 26}"), language="de")
    asked = {"consultation": consultation.pk, "rule": "phone-number", "language": "de", "q": "Ring", "severity": 3}
    desk.get(reverse("queue"), asked)

    with django_assert_max_num_queries(23):
        assert len(found(desk, **asked)) == 25
