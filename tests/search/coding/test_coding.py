"""Texts are coded one by one: who said what under which version, and nobody overwrites a colleague."""

import re

import pytest
from django.urls import reverse

from consultations.models import Status
from search.models import Code, Coding, CodingFrame
from tests.search.submissions import submission

pytestmark = pytest.mark.django_db


def codes_on(text):
    return sorted(Coding.objects.in_force().filter(submission=text).values_list("code__name", flat=True))


def look(client, frame, **asked):
    return client.get(reverse("coding", args=[frame.pk]), asked)


def listed(response):
    return [row.reference for row, _revision in response.context["window"].rows]


def test_everything_that_has_texts_can_be_coded_and_says_how_far_it_is(client, officer, consultation, frame, answer):
    client.force_login(officer)
    one, _other = answer(), answer()
    submission(consultation)
    Coding.give(frame.codes.first(), one, 1, officer)

    rows = client.get(reverse("coding_list")).context["rows"]

    assert [(row.question, row.frame, row.progress.texts, row.progress.coded) for row in rows] == [
        (None, None, 1, 0),
        (frame.question, frame, 2, 1),
    ]


def test_frame_is_begun_once_and_has_two_codes_from_the_start(client, officer, consultation, answer, questions):
    client.force_login(officer)
    answer()
    submission(consultation)
    for _tap in range(2):
        client.post(reverse("coding_begin"), {"consultation": consultation.pk, "question": questions[0].pk})
        client.post(reverse("coding_begin"), {"consultation": consultation.pk, "question": ""})

    frames = CodingFrame.objects.order_by("pk")
    assert [frame.question for frame in frames] == [questions[0], None]
    assert [code.name for code in frames[0].codes_in_use] == ["Other", "No reason given"]


@pytest.mark.parametrize("asked", [{"question": "closed"}, {"consultation": "x"}, {"consultation": "9" * 30}, {}])
def test_what_cannot_be_coded_gets_no_frame(client, officer, consultation, questions, asked):
    client.force_login(officer)
    asked = {"consultation": consultation.pk, "question": ""} | asked
    if asked["question"]:
        asked["question"] = questions[1].pk
    assert client.post(reverse("coding_begin"), asked).status_code == 404  # there is no text, either
    assert not CodingFrame.objects.exists()


def test_coding_keeps_who_and_on_which_text_and_under_which_version(press, officer, frame, code, answer):
    text = answer()

    response = press(frame, text, give=code)

    made = Coding.objects.get()
    assert (made.code, made.submission, made.coder, made.revision_number) == (code, text, officer, 1)
    assert (made.frame_version, made.way) == (2, Coding.Way.HAND)
    assert response.redirect_chain[-1][0].endswith(f"?text={text.reference}")
    assert re.search(rf'name="take_off" value="{code.pk}"\s+aria-pressed="true"', response.content.decode())


def test_code_that_is_taken_off_stays_on_record(press, officer, frame, code, answer):
    text = answer()
    press(frame, text, give=code)
    press(frame, text, take_off=code)
    press(frame, text, take_off=code)

    made = Coding.objects.get()
    assert (made.removed_by, codes_on(text)) == (officer, [])
    press(frame, text, give=code)
    assert (Coding.objects.count(), codes_on(text)) == (2, ["Lighting"])


def test_second_officer_sees_the_first_ones_code_and_does_not_take_it_over(
    press, client, moderator, frame, code, answer
):
    text = answer()
    Coding.give(code, text, 1, moderator)

    press(frame, text, give=code)  # from a page on which it was not given yet

    assert Coding.objects.get().coder == moderator
    assert str(moderator) in look(client, frame, text=text.reference).content.decode()


def test_name_that_is_typed_gives_the_code_of_that_name_or_a_new_one(press, frame, code, answer):
    text = answer()
    press(frame, text, name=" lighting ")
    press(frame, text, name="Warm\u200b  shelter")

    assert codes_on(text) == ["Lighting", "Warm shelter"]
    frame.refresh_from_db()
    assert frame.version == 3


@pytest.mark.parametrize("pressed", [{}, {"name": "x" * 61}, {"give": "0"}, {"give": "x"}])
def test_what_cannot_be_given_is_said_and_changes_nothing(press, frame, answer, pressed):
    text = answer()
    response = press(frame, text, **pressed)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not Coding.objects.exists()


def test_retired_code_is_not_given_any_more_and_can_be_named_again(press, officer, frame, code, answer):
    one, other = answer(), answer()
    press(frame, one, give=code)
    code.retire(officer)

    response = press(frame, other, give=code)

    assert "retired a moment ago" in response.content.decode()
    assert (codes_on(one), codes_on(other)) == (["Lighting"], [])
    assert [(count.code.name, count.key, count.count) for count in response.context["counts"]][-1] == (
        "Lighting",
        "",
        1,
    )
    press(frame, one, take_off=code)
    assert codes_on(one) == []
    press(frame, other, name="Lighting")
    assert (codes_on(other), Code.objects.filter(name="Lighting").count()) == (["Lighting"], 1)


def test_list_shows_what_is_not_coded_first_and_leads_from_text_to_text(press, client, frame, code, answer):
    texts = [answer(f"Text {number}") for number in range(4)]

    assert listed(look(client, frame)) == [text.reference for text in texts]
    page = press(frame, texts[1], give=code)
    assert page.context["window"].current == texts[1]  # it is still read
    assert (page.context["window"].previous, page.context["window"].next) == (texts[0], texts[2])
    assert listed(look(client, frame)) == [text.reference for text in (texts[0], texts[2], texts[3])]
    assert listed(look(client, frame, show="coded")) == [texts[1].reference]
    assert listed(look(client, frame, code=code.pk)) == [texts[1].reference]
    assert len(listed(look(client, frame, show="all"))) == 4


def test_numbers_are_those_of_the_lists(press, client, frame, code, answer):
    texts = [answer(f"Text {number}") for number in range(3)]
    press(frame, texts[0], give=code)
    press(frame, texts[0], name="Waiting alone")
    page = press(frame, texts[1], give=code)

    counts = {count.code.name: (count.key, count.count, count.per_cent) for count in page.context["counts"]}
    assert counts == {
        "Lighting": ("1", 2, 100),
        "Waiting alone": ("2", 1, 50),
        "Other": ("o", 0, 0),
        "No reason given": ("x", 0, 0),
    }
    progress = page.context["progress"]
    assert (progress.texts, progress.coded, progress.left, progress.per_cent) == (3, 2, 1, 66)
    assert [n for _who, n in page.context["coders"]] == [2]


def test_nobody_codes_or_counts_what_they_may_not_find(press, client, officer, frame, code, answer):
    shown, held = answer("Shown"), answer("Held")
    held.move(Status.HELD)
    Coding.give(code, held, 1, officer)
    assert look(client, frame).context["progress"].texts == 2

    officer.groups.first().permissions.remove(
        *officer.groups.first().permissions.filter(codename="read_unpublished_submission")
    )
    page = look(client, frame)

    assert (page.context["progress"].texts, listed(page)) == (1, [shown.reference])
    assert [count.count for count in page.context["counts"]] == [0, 0, 0, 0]
    assert press(frame, held, give=code).status_code == 404
    assert look(client, frame, text=held.reference).status_code == 404


def test_list_of_what_is_left_says_when_every_text_is_coded(press, client, frame, code, answer):
    one, other = answer(), answer()
    press(frame, one, give=code)
    assert "Every text is coded." not in look(client, frame).content.decode()
    press(frame, other, give=code)
    assert "Every text is coded." in look(client, frame).content.decode()


def test_own_replies_of_the_agency_and_withdrawn_texts_are_nothing_to_code(client, officer, consultation):
    client.force_login(officer)
    submission(consultation, official_line="Transport office", by_staff=True)
    submission(consultation).withdraw()
    frame = CodingFrame.begin(consultation, None, officer)

    page = look(client, frame)

    assert page.context["progress"].texts == 0
    assert "There is no text yet that you may read." in page.content.decode()


def test_pane_says_that_a_text_was_changed_after_it_was_coded(press, frame, code, answer):
    text = answer()
    press(frame, text, give=code)
    text.refresh_from_db()
    text.revise(text="A lamp, and a bench.")

    assert "changed after somebody coded it" in press(frame, text, name="Bench").content.decode()


def test_text_that_changed_while_it_was_read_gets_no_code(press, frame, code, answer):
    text = answer("Held words")
    text.move(Status.HELD)
    text.revise(text="Other words")
    response = press(frame, text, give=code, number=1)
    assert "changed meanwhile" in response.content.decode()
    assert codes_on(text) == []
    press(frame, text, give=code, number=2)
    assert codes_on(text) == ["Lighting"]


def test_name_and_button_are_two_wishes(press, frame, code, answer):
    text = answer()
    press(frame, text, take_off=code, name="Seats")
    assert not frame.codes.filter(name="Seats").exists()


def test_erased_text_has_no_codes_and_a_withdrawn_one_is_counted_nowhere(press, client, officer, frame, code, answer):
    withdrawn, erased = answer(), answer()
    for text in (withdrawn, erased):
        press(frame, text, give=code)
    CodingFrame.objects.update(on_receipts=True)
    withdrawn.withdraw()
    erased.erase(officer)

    assert list(Coding.objects.values_list("submission", flat=True)) == [withdrawn.pk]
    assert "Counted under" not in client.get(withdrawn.get_receipt_url()).content.decode()
    assert look(client, frame).context["progress"].texts == 0


def test_address_that_the_form_shows_leads_to_the_text(press, client, frame, answer):
    text = answer()
    press(frame, text, name="Lighting")
    response = client.get(reverse("coding_text", args=[frame.pk, text.reference]), {"show": "all"})
    assert response.url == reverse("coding", args=[frame.pk], query={"show": "all", "text": text.reference})


@pytest.mark.parametrize("texts", [3, 30])
def test_page_takes_the_same_queries_for_any_number_of_texts(
    press, client, frame, code, answer, texts, django_assert_num_queries
):
    made = [answer(f"Text {number}") for number in range(texts)]
    press(frame, made[0], give=code)
    look(client, frame, show="all")  # the ledger has the look now
    with django_assert_num_queries(19):
        look(client, frame, show="all")


def test_coded_texts_are_found_on_the_desk_by_their_code(press, client, consultation, frame, code, answer):
    one, other = answer("A lamp"), answer("A bench")
    press(frame, one, give=code)

    found = client.get(reverse("desk"), {"code": code.pk})

    assert [row.submission for row in found.context["rows"]] == [one]
    assert found.context["sentence"] == "All submissions; coded: Lighting."
    assert found.context["rows"][0].codes == ("Lighting",)
    whole = client.get(reverse("desk"), {"consultation": consultation.pk})
    facet = next(facet for facet in whole.context["facets"] if facet.name == "code")
    assert [(choice.label, choice.count) for choice in facet.choices] == [("Lighting", 1)]
    assert {row.submission for row in whole.context["rows"]} == {one, other}


def test_author_sees_the_codes_on_the_receipt_only_if_the_agency_wants(press, client, frame, code, answer):
    text = answer()
    press(frame, text, give=code)
    receipt = text.response.get_receipt_url(), text.get_receipt_url()

    assert not any("Counted under" in client.get(address).content.decode() for address in receipt)
    CodingFrame.objects.update(on_receipts=True)
    assert "Counted under: Lighting" in client.get(receipt[1]).content.decode()
