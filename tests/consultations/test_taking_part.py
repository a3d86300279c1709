import re
from datetime import timedelta

import pytest
import time_machine
from captcha.models import CaptchaStore
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.models import Status, Submission
from consultations.models.pages import Captcha
from consultations.submitting import bot_checks, limits
from consultations.templatetags.reading import came_late
from tests.consultations.submitting import comment, stamp
from tests.factories import HELD_TEXT, ConsultationFactory, held_in, idea_for, submission_to

pytestmark = pytest.mark.django_db

TOKEN = "0123456789abcdef"  # as a script makes it


def test_a_comment_leads_to_a_receipt_that_says_it_is_public(client, consultation):
    response = comment(client, consultation, author_name="Amira")

    submission = Submission.objects.get()
    assert response.status_code == 302
    assert response["Location"] == submission.get_receipt_url() + "&new=1"
    receipt = client.get(response["Location"]).content.decode()
    assert submission.reference in receipt
    assert "More lamps at the east gate, please." in receipt
    assert '<div class="notice notice--good" role="status">' in receipt
    assert (submission.status, submission.author_name) == (Status.PUBLISHED, "Amira")


def test_a_held_comment_is_told_so_with_clause_and_time(client, consultation):
    confirmation = re.search(
        r'name="sent_anyway" value="(\w+)"', comment(client, consultation, HELD_TEXT).content.decode()
    )[1]
    response = comment(client, consultation, HELD_TEXT, sent_anyway=confirmation)

    receipt = client.get(response["Location"]).content.decode()
    assert "Clause 5" in receipt
    assert '<div class="notice notice--wait" role="status">' in receipt
    assert Submission.objects.get().review_due_at is not None


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00\x0b"])
def test_an_empty_comment_is_an_error_on_the_page(client, consultation, text):
    response = comment(client, consultation, text, author_name="Kept name")

    assert response.status_code == 422
    assert "Write something first." in response.content.decode()
    assert "Kept name" in response.content.decode()
    assert Submission.objects.count() == 0


def test_control_characters_are_dropped_and_line_ends_kept(client, consultation):
    comment(client, consultation, "One\x08\x00\r\ntwo\rthree")

    assert Submission.objects.get().current.text == "One\ntwo\nthree"


@pytest.mark.parametrize("mark", [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))])
def test_nothing_turns_the_order_of_the_letters(client, consultation, mark):
    comment(client, consultation, f"{mark}sdrawkcab\u202c \u200fשלום\u200f", author_name=f"{mark}eman")

    kept = Submission.objects.get()
    assert (kept.current.text, kept.author_name) == ("sdrawkcab \u200fשלום\u200f", "eman")


def test_a_wrong_address_is_an_error_and_the_text_stays(client, consultation):
    response = comment(client, consultation, "A text worth keeping.", author_email="not an address")

    assert response.status_code == 422
    assert "A text worth keeping." in response.content.decode()


@pytest.mark.parametrize(
    "sign",
    [
        {"website": "https://spam.example"},
        {"stamp": ""},
        {"stamp": "forged:1abc:xyz"},
        {"text": "http://a.example http://b.example http://c.example http://d.example"},
    ],
)
def test_a_suspicious_form_is_asked_a_sum_and_keeps_its_text(client, consultation, sign):
    text = sign.get("text", "A text worth keeping.")

    response = comment(client, consultation, **{"text": text} | sign)

    page = response.content.decode()
    assert response.status_code == 422
    assert 'name="captcha_1"' in page
    assert text in page
    assert Submission.objects.count() == 0


@pytest.mark.parametrize(("seconds", "status"), [(1, 422), (3, 302)])
def test_a_form_sent_at_once_is_suspicious_where_that_is_sure(client, consultation, seconds, status):
    minute = timezone.now().replace(second=0, microsecond=0)
    with time_machine.travel(minute, tick=False):
        made = bot_checks.new_stamp()
    with time_machine.travel(minute + timedelta(seconds=seconds), tick=False):
        assert comment(client, consultation, stamp=made).status_code == status


def test_every_form_of_a_minute_has_the_same_stamp():
    minute = timezone.now().replace(second=0, microsecond=0)
    stamps = []
    for seconds in (0, 59, 60):
        with time_machine.travel(minute + timedelta(seconds=seconds), tick=False):
            stamps.append(bot_checks.new_stamp())

    assert [stamps[0] == stamps[1], stamps[1] == stamps[2]] == [True, False]


def test_a_solved_sum_lets_the_text_in(client, consultation):
    key = CaptchaStore.generate_key()
    answer = CaptchaStore.objects.get(hashkey=key).response

    response = comment(client, consultation, website="filled in", captcha_0=key, captcha_1=answer)

    assert response.status_code == 302
    assert Submission.objects.get().status == Status.PUBLISHED


def test_a_wrong_sum_gives_another_one_and_keeps_the_text(client, consultation):
    key = CaptchaStore.generate_key()

    response = comment(client, consultation, "A text worth keeping.", website="x", captcha_0=key, captcha_1="999")

    assert response.status_code == 422
    assert "A text worth keeping." in response.content.decode()


def test_a_consultation_may_always_ask_for_a_sum(client, db):
    page = comment(client, ConsultationFactory(captcha=Captcha.ALWAYS)).content.decode()

    assert 'name="captcha_1"' in page
    assert Submission.objects.count() == 0


def test_many_texts_from_one_address_are_asked_a_sum(client, consultation):
    answers = [
        comment(client, consultation, f"Text {n}.").status_code for n in range(limits.TEXTS_FROM_NETWORK.most + 1)
    ]

    assert answers == [302] * limits.TEXTS_FROM_NETWORK.most + [422]


def test_a_closed_consultation_takes_nothing_and_gives_the_text_back(client, consultation):
    consultation.closes_at = timezone.now() - timedelta(hours=1)
    consultation.save()

    response = comment(client, consultation, "A text worth keeping.")

    assert response.status_code == 409
    assert "A text worth keeping." in response.content.decode()
    assert Submission.objects.count() == 0


def test_a_form_opened_in_time_may_be_sent_a_little_later(client, consultation):
    consultation.closes_at = timezone.now() - timedelta(minutes=5)
    consultation.save()

    late, in_time = comment(client, consultation, stamp=stamp(60)), comment(client, consultation, stamp=stamp(600))
    assert (late.status_code, in_time.status_code) == (409, 302)


def test_what_came_after_the_closing_moment_says_so_on_its_receipt(client, consultation):
    comment(client, consultation, "In time.", stamp=stamp(600))
    consultation.closes_at = timezone.now()
    consultation.save()
    comment(client, consultation, "A little later.", stamp=stamp(600))

    in_time, late = Submission.objects.order_by("pk")
    words = "It came after the closing time, and counts"
    said = [words in client.get(each.get_receipt_url()).content.decode() for each in (in_time, late)]

    assert (came_late(in_time), came_late(late), said) == (False, True, [False, True])


def supported(client, consultation, submission, wish="support", token=TOKEN):
    address = reverse(f"consultations:{wish}", args=[consultation.slug, submission.reference])
    response = client.post(address, {"token": token})
    submission.refresh_from_db()
    return response.status_code, submission.support_count


def test_each_wish_about_a_support_can_be_repeated(client, consultation):
    idea = idea_for(consultation)

    found = [supported(client, consultation, idea, wish) for wish in ("support", "support", "take_back", "take_back")]

    assert found == [(302, 1), (302, 1), (302, 0), (302, 0)]


def test_three_taps_of_a_browser_without_cookie_count_once(consultation):
    idea = idea_for(consultation)
    taps = [Client(headers={"Sec-Fetch-Site": "same-origin"}) for _tap in range(3)]

    assert [supported(tap, consultation, idea)[1] for tap in taps] == [1, 1, 1]
    assert len({tap.cookies["visitor"].value.split(":")[0] for tap in taps}) == 1


def test_a_new_browser_without_script_is_asked_before_its_support_counts(client, consultation):
    idea = idea_for(consultation)
    address = reverse("consultations:support", args=[consultation.slug, idea.reference])

    asked = client.post(address)
    token = re.search(r'name="token" value="([\w-]+)"', asked.content.decode())[1]

    assert (asked.status_code, asked.cookies) == (422, {})
    assert supported(client, consultation, idea, token=token) == (302, 1)
    assert supported(client, consultation, idea, token="") == (302, 1)


def test_support_needs_a_public_text(client, consultation):
    parent = held_in(consultation)
    submission_to(consultation, parent=parent)

    assert supported(client, consultation, parent) == (302, 0)


def test_authors_with_one_address_are_one_person(client, consultation):
    comment(client, consultation, author_email="Amira@example.org")
    client.cookies.clear()
    comment(client, consultation, "Another text by me.", author_email="amira@example.org")

    assert len(set(Submission.objects.values_list("author_key", flat=True))) == 1


@pytest.mark.parametrize("place", ["detail", "thread", "ideas", "idea"])
def test_the_own_support_shows_as_pressed(client, consultation, place):
    text = idea_for(consultation) if place.startswith("idea") else submission_to(consultation)
    slug = consultation.slug
    arguments = [slug] if place in ("detail", "ideas") else [slug, text.reference]
    address = reverse(f"consultations:{place}", args=arguments)
    before = client.get(address).content.decode()

    supported(client, consultation, text)

    assert ('aria-pressed="true"' in before, 'aria-pressed="true"' in client.get(address).content.decode()) == (
        False,
        True,
    )
    client.cookies.clear()
    assert 'aria-pressed="true"' not in client.get(address).content.decode()
