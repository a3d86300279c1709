"""What stands beside a form is true of what is sent by it, and stays with it."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset

from consultations.models import AgreedTerms, ConsultationPage, Response, StatedTerms, Submission
from consultations.models.sign_off import check_terms
from consultations.terms import terms_from, terms_of, token_of
from portal.privacy.pack import dossier_of
from tests.consultations.editor_forms import add
from tests.consultations.submitting import stamp
from tests.factories import questionnaire_for, submission_to

pytestmark = pytest.mark.django_db
CLOSES = datetime(2027, 1, 31, 2, 0, tzinfo=UTC)  # in the afternoon, in the time zone of the tests
MONTHS = {"texts_months": 24, "names_months": 1, "addresses_months": 0}


@pytest.fixture
def consultation(consultation):
    consultation.closes_at = CLOSES
    consultation.save()
    return consultation


def state(page, mode="comments", **stated):
    return StatedTerms.objects.create(page=page, mode=mode, **stated)


def read(address, client=None):
    return (client or Client()).get(address).content.decode()


def send(address, text="The bus is late.", **fields):
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    response = browser.post(address, {"text": text, "stamp": stamp(), **fields})
    assert response.status_code == 302


def comment(page, **fields):
    send(reverse("consultations:comment", args=[page.slug]), **fields)
    return Submission.objects.latest("pk")


def test_form_without_stated_terms_says_what_the_agency_usually_does(consultation):
    shown = read(consultation.get_absolute_url())

    assert "Your text and your name stay on record." in shown
    assert (
        "Your e-mail address is deleted 6 months after we publish our answer, or 18 months after the closing if there"
        " is none." in shown
    )


def test_form_says_what_the_editor_stated_and_the_text_keeps_it(consultation):
    state(consultation, wording="I agree that my text is quoted in the report.", **MONTHS)
    shown = read(consultation.get_absolute_url())
    for sentence in (
        "I agree that my text is quoted in the report.",
        "What you write is for everybody to read, with your name if you give one.",
        "Your text is deleted 24 months after this consultation closes, on 31 January 2029.",
        "Your name is deleted 1 month after this consultation closes, on 28 February 2027.",
        "Your e-mail address is deleted when this consultation closes, on 31 January 2027.",
    ):
        assert sentence in shown

    terms = comment(consultation, author_name="Nia").terms
    assert terms.text.split("\n")[0] == "I agree that my text is quoted in the report."
    assert (terms.mode, terms.publication) == ("comments", "named")
    assert [each.isoformat()[:10] for each in (terms.texts_until, terms.names_until, terms.addresses_until)] == [
        "2029-01-31",
        "2027-02-28",
        "2027-01-31",
    ]


@pytest.mark.parametrize(("mode", "address"), [("ideas", "propose"), ("questionnaire", "questionnaire")])
def test_each_way_of_taking_part_has_terms_of_its_own(consultation, mode, address):
    question = questionnaire_for(consultation)[0]
    state(consultation, mode, wording="This is about this form only.", addresses_months=3)
    path = reverse(f"consultations:{address}", args=[consultation.slug])

    assert "This is about this form only." in read(path)
    assert "This is about this form only." not in read(consultation.get_absolute_url())
    send(path, title="A lamp", **{f"question-{question.pk}": "A lamp."})
    assert Submission.objects.get().terms.mode == mode
    if mode == "questionnaire":
        assert Response.objects.get().terms == Submission.objects.get().terms


def test_same_terms_are_one_version_and_other_terms_another(consultation):
    first, second = comment(consultation), comment(consultation, text="So is the tram.")
    state(consultation, addresses_months=1)
    third = comment(consultation, text="And the ferry.")

    assert first.terms == second.terms != third.terms
    assert AgreedTerms.objects.count() == 2


def test_whoever_read_other_terms_beside_an_open_form_is_held_to_those(consultation):
    stated = state(consultation, addresses_months=1)
    read_before = token_of(terms_of(consultation, "comment"))
    stated.addresses_months = 12
    stated.save()

    assert comment(consultation, terms_read=read_before).terms.addresses_until.month == 2
    assert comment(consultation, text="Late.").terms.addresses_until.year == 2028


def test_terms_of_another_form_or_made_up_ones_count_as_none(consultation, time_machine):
    token = token_of(terms_of(consultation, "idea"))

    assert terms_from(token, consultation, "idea").mode == "ideas"
    assert terms_from(token, consultation, "comment") is None
    assert terms_from(f"{token}x", consultation, "idea") is None
    time_machine.move_to(timezone.now() + timedelta(days=3))
    assert terms_from(token, consultation, "idea").mode == "ideas"  # still what is said today
    state(consultation, "ideas", addresses_months=1)
    assert terms_from(token, consultation, "idea") is None


TERMS_CHANGED = "What you agree to has changed since you opened this page."


def token_in(shown):
    return unescape(re.search(r'name="terms_read" value="([^"]+)"', shown)[1])


@pytest.mark.parametrize("mode", ["comments", "questionnaire"])
def test_form_that_lay_open_is_sent_under_no_terms_that_its_sender_did_not_read(consultation, time_machine, mode):
    question = questionnaire_for(consultation)[0]
    stated = state(consultation, mode, publication="agency")
    path = {"comments": "comment", "questionnaire": "questionnaire"}[mode]
    path = reverse(f"consultations:{path}", args=[consultation.slug])
    beside = consultation.get_absolute_url() if mode == "comments" else path
    typed = {"text": "Between us.", f"question-{question.pk}": "Between us.", "terms_read": token_in(read(beside))}
    stated.publication = "named"
    stated.save()
    time_machine.move_to(timezone.now() + timedelta(days=3))

    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    shown = browser.post(path, typed | {"stamp": stamp()}).content.decode()
    assert not Submission.objects.exists()
    assert TERMS_CHANGED in shown and "Between us." in shown
    assert "for everybody to read, with your name" in shown

    again = browser.post(path, typed | {"stamp": stamp(), "terms_read": token_in(shown)})
    assert again.status_code == 302
    assert Submission.objects.get().terms.publication == "named"


def test_form_that_lay_open_is_taken_while_its_terms_are_what_is_said_today(consultation, time_machine):
    state(consultation, publication="agency")
    token = token_in(read(consultation.get_absolute_url()))
    time_machine.move_to(timezone.now() + timedelta(days=3))

    assert comment(consultation, terms_read=token).terms.publication == "agency"


def test_terms_that_cannot_be_read_are_shown_first(consultation):
    address = reverse("consultations:comment", args=[consultation.slug])
    shown = Client(headers={"Sec-Fetch-Site": "same-origin"}).post(
        address, {"text": "The bus is late.", "stamp": stamp(), "terms_read": "made up"}
    )

    assert TERMS_CHANGED in shown.content.decode()
    assert not Submission.objects.exists()


def test_same_words_under_another_day_of_the_same_terms_are_the_same_form(consultation, time_machine):
    first = comment(consultation, terms_read=token_of(terms_of(consultation, "comment")))
    state(consultation, wording="I agree.")
    read_later = token_of(terms_of(consultation, "comment"))
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    address = reverse("consultations:comment", args=[consultation.slug])
    browser.post(address, {"text": "The bus is late.", "stamp": stamp(), "terms_read": read_later})

    assert list(Submission.objects.all()) == [first]


def test_page_of_a_form_that_was_sent_before_sends_it_on_under_the_terms_that_were_read(consultation):
    token = token_of(terms_of(consultation, "comment"))
    first = comment(consultation, terms_read=token)
    read(first.get_receipt_url())
    address = reverse("consultations:comment", args=[consultation.slug])
    other = Client(headers={"Sec-Fetch-Site": "same-origin"})
    shown = other.post(address, {"text": "The bus is late.", "stamp": stamp(), "terms_read": token})

    assert shown.status_code == 409
    assert token_in(shown.content.decode()) == token


def test_where_no_name_is_published_none_is_asked_for_or_kept(consultation):
    state(consultation, publication="unnamed")
    shown = read(consultation.get_absolute_url())

    assert 'name="author_name"' not in shown
    assert "What you write is for everybody to read, without your name." in shown
    sent = comment(consultation, author_name="Nia")
    assert (sent.author_name, sent.status) == ("", "published")


def test_what_only_the_agency_reads_is_not_published(consultation):
    state(consultation, publication="agency")
    shown = read(consultation.get_absolute_url())
    assert (
        "Only the agency reads what you write. It is not published. If somebody asks for it under freedom of" in shown
    )
    assert "appears at once" not in shown
    assert "Your name" in shown and "Only the agency sees it. You can leave it empty." in shown
    assert "Name to show" not in shown and "we show no name" not in shown

    sent = comment(consultation, text="Between you and me, the bus is late.")
    assert (sent.status, sent.for_public) == ("not_public", False)
    assert "Between you and me" not in read(consultation.get_absolute_url())
    assert "It was not given to us to be published." in read(sent.get_receipt_url())


def test_answers_that_only_the_agency_reads_are_not_published(consultation):
    question = questionnaire_for(consultation)[0]
    state(consultation, "questionnaire", publication="agency")
    send(reverse("consultations:questionnaire", args=[consultation.slug]), **{f"question-{question.pk}": "A lamp."})

    assert Submission.objects.get().status == "not_public"


def test_editor_states_terms_in_the_form_of_the_page(editor):
    client = Client()
    client.force_login(editor)
    row = {"mode": "comments", "publication": "agency", "wording": "I agree.", "texts_months": "24"}
    row |= {"names_months": "0", "addresses_months": ""}
    add(client, stated_terms=inline_formset([row]))

    page = ConsultationPage.objects.get(slug="night-buses")
    draft = page.get_latest_revision_as_object()
    [stated] = draft.stated_terms.all()
    assert (stated.publication, stated.texts_months, stated.names_months, stated.addresses_months) == (
        "agency",
        24,
        0,
        None,
    )
    form = read(reverse("wagtailadmin_pages:edit", args=[page.pk]), client)
    assert "texts have come in already" not in form
    assert "Your e-mail address is deleted 6 months after we publish our answer" in form


def test_editor_is_told_of_texts_that_came_in(editor, consultation):
    submission_to(consultation)
    submission_to(consultation)
    client = Client()
    client.force_login(editor)

    assert "2 texts have come in already." in " ".join(
        read(reverse("wagtailadmin_pages:edit", args=[consultation.pk]), client).split()
    )


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([{"texts_months": "6", "addresses_months": "7"}], "It goes with the text, so not later than that."),
        ([{"texts_months": "0"}], "Ensure this value is greater than or equal to 1."),
        ([{"names_months": "121"}], "Ensure this value is less than or equal to 120."),
        ([{}, {}], "There are two rows of terms for “Comments”: one is enough."),
    ],
)
def test_terms_that_cannot_be_are_refused(editor, rows, error):
    client = Client()
    client.force_login(editor)
    empty = {"mode": "comments", "publication": "named", "wording": "I agree."}
    empty |= dict.fromkeys(("texts_months", "names_months", "addresses_months"), "")
    answer = add(client, stated_terms=inline_formset([empty | row for row in rows]))

    assert error in answer.content.decode()
    assert not ConsultationPage.objects.filter(slug="night-buses").exists()


def test_texts_that_go_before_the_answer_stand_in_the_way_of_a_sign_off(consultation):
    consultation.answer_due = CLOSES.date() + timedelta(days=60)
    state(consultation, texts_months=1)
    assert check_terms(consultation).passed is False

    StatedTerms.objects.update(texts_months=3)
    assert check_terms(
        ConsultationPage(pk=consultation.pk, closes_at=CLOSES, answer_due=consultation.answer_due)
    ).passed


def test_person_pack_says_what_somebody_agreed_to(consultation):
    state(consultation, wording="I agree that my text is quoted.")
    sent = comment(consultation)

    held = {each.kind.model: each for each in dossier_of(sent.reference).holdings}
    assert held[AgreedTerms].rows[0]["text"].startswith("I agree that my text is quoted.")


def test_staff_are_promised_readers_only_where_there_are_some(consultation, moderator):
    staff = Client()
    staff.force_login(moderator)
    assert "Readers see that beside your text." in read(consultation.get_absolute_url(), staff)

    state(consultation, publication="agency")
    assert "Readers see that beside your text." not in read(consultation.get_absolute_url(), staff)


def test_change_of_what_only_the_agency_reads_speaks_of_no_readers(consultation):
    text = submission_to(consultation, for_public=False)
    shown = read(f"{reverse('consultations:revise', args=[text.reference])}?{text.get_receipt_url().partition('?')[2]}")

    assert "The new text is checked like the first. Only the agency reads it." in shown
    assert "everybody goes on seeing" not in shown


def test_receipt_of_a_text_whose_time_is_over_says_why_it_is_gone(consultation):
    text = submission_to(consultation)
    text.erase(None, reason="Deleted: its time is over")
    shown = read(text.get_receipt_url())

    assert "Deleted: its time is over" in shown
    assert 'notice__title">Withdrawn' not in shown


def test_other_terms_are_a_change_that_is_recorded_and_shown_at_the_sign_off(consultation):
    state(consultation, publication="agency")
    draft = ConsultationPage.objects.get(pk=consultation.pk)
    assert "terms_change" not in {each.name for each in draft.sign_off_checks()}
    draft.stated_terms = [StatedTerms(mode="comments", publication="named", texts_months=3)]

    [change] = [each for each in draft.sign_off_checks() if each.name == "terms_change"]
    assert change.passed is None
    assert (
        "Only the agency, months – / – / – → Comments: Everybody, with the name if one is given, months 3"
        in change.says
    )
    draft.save_revision().publish()
    assert list(draft.events.values_list("kind", "note")) == [("consultation_changed", "terms")]


def test_consultation_kept_open_past_the_end_of_its_first_texts_is_told_at_the_sign_off(consultation):
    state(consultation, texts_months=1)
    submission_to(consultation, terms_id=terms_of(consultation, "comment").stored())
    assert "terms_told" not in {each.name for each in consultation.sign_off_checks()}

    consultation.closes_at += timedelta(days=60)
    [told] = [each for each in consultation.sign_off_checks() if each.name == "terms_told"]
    assert told.passed is None
    assert "are deleted from Sunday 28 February 2027 on" in told.says
