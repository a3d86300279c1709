"""Whose a saved response is: its writer's, who finds, takes away and deletes it; staff learn no word of it."""

import io
import json
import zipfile

import pytest
from django.core.management import call_command
from django.urls import reverse

from consultations.models import ClosedAnswer, SavedResponse
from consultations.modes.questionnaire.figures import figures
from consultations.saved_letters import post_saved_link
from moderation.models import PersonErasure
from portal.models import Message
from portal.privacy.closing import close_account
from portal.privacy.pack import dossier_of, own_holdings, pack_file
from tests.consultations.modes.questionnaire.saving import WORDS, save_again, saved_by, saved_response_to
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = "amira@example.org"


def test_account_lists_what_its_owner_saved_until_it_is_sent(client, consultation, questions, citizen):
    client.force_login(citizen)
    saved = saved_by(client, consultation, {questions[0]: WORDS})
    other = saved_response_to(consultation, {questions[0]: WORDS}, author=UserFactory())

    page = client.get(reverse("account")).content.decode()
    questionnaire = client.get(reverse("consultations:questionnaire", args=[consultation.slug])).content.decode()

    link = client.get(saved.address_of("saved_link")).content.decode()

    assert saved.author == citizen
    assert ("on the page of your account, too" in link, "the only way back" in link) == (True, False)
    for content in (page, questionnaire):
        assert (saved.get_absolute_url() in content, other.reference in content) == (True, False)
    saved.use_up()
    assert saved.reference not in client.get(reverse("account")).content.decode()


def test_saved_response_stays_the_account_s_whoever_has_its_link(client, consultation, questions, citizen):
    saved = saved_response_to(consultation, {questions[0]: WORDS}, author=citizen)

    client.force_login(UserFactory())
    save_again(client, saved, {questions[0]: "Another's words."})

    saved.refresh_from_db()
    assert (saved.author, saved.version) == (citizen, 2)


def test_closing_an_account_deletes_what_it_saved_and_nothing_else(consultation, questions, citizen):
    saved_response_to(consultation, {questions[0]: WORDS}, author=citizen)
    other = saved_response_to(consultation, {questions[0]: WORDS})

    close_account(citizen, with_texts=False)

    assert list(SavedResponse.objects.all()) == [other]


def test_erasing_an_address_deletes_what_its_link_was_mailed_to(consultation, questions, privacy):
    saved = saved_response_to(consultation, {questions[0]: WORDS})
    other = saved_response_to(consultation, {questions[0]: WORDS})
    post_saved_link(saved, ADDRESS, "en")

    PersonErasure.at_once(dossier_of(ADDRESS.upper()).person, actor=privacy, reason="The person asked for it.")

    assert list(SavedResponse.objects.all()) == [other]
    assert [(message.state, message.recipient_key) for message in Message.objects.all()] == [("cancelled", "")]


def test_erasing_an_earlier_address_deletes_what_its_link_was_mailed_to(consultation, questions, privacy):
    saved = saved_response_to(consultation, {questions[0]: WORDS})
    other = saved_response_to(consultation, {questions[0]: WORDS})
    post_saved_link(saved, ADDRESS, "en")
    post_saved_link(saved, "later@example.org", "en")
    post_saved_link(other, "later@example.org", "en")

    dossier = dossier_of(ADDRESS.upper())
    [held] = [each for each in dossier.holdings if each.kind.model is SavedResponse]
    PersonErasure.at_once(dossier.person, actor=privacy, reason="The person asked for it.")

    assert "later@example.org" not in str(held.rows)
    assert list(SavedResponse.objects.all()) == [other]


@pytest.mark.parametrize("how", ["address", "reference"])
def test_person_pack_says_that_there_is_something_and_no_word_of_it(consultation, questions, how):
    saved = saved_response_to(consultation, {questions[0]: WORDS, questions[1]: ["Weekly"]})
    post_saved_link(saved, ADDRESS, "en")

    dossier = dossier_of(ADDRESS if how == "address" else saved.reference)

    with zipfile.ZipFile(io.BytesIO(pack_file(dossier))) as pack:
        files = {name: pack.read(name).decode() for name in pack.namelist()}
    [row] = json.loads(files["person.json"])["tables"]["consultations.SavedResponse"]["rows"]
    assert row["answers"] == "2 answers that only their link opens"
    assert [name for name, content in files.items() if "Lampword" in content or "Weekly" in content] == []


def test_own_data_tells_of_what_was_saved_while_signed_in_only(consultation, questions, citizen):
    saved_response_to(consultation, {questions[0]: WORDS}, author=citizen)
    post_saved_link(saved_response_to(consultation, {questions[0]: WORDS}), citizen.email, "en")

    [held] = [each for each in own_holdings(citizen, citizen.email) if each.kind.model is SavedResponse]

    assert [row["author"] for row in held.rows] == [citizen.pk]


def test_nothing_counts_what_is_saved_and_no_index_knows_it(client, consultation, questions, officer):
    saved_response_to(consultation, {questions[0]: WORDS, questions[1]: ["Weekly"]})
    call_command("relay", verbosity=0)
    client.force_login(officer)

    assert figures(consultation) == {"questions": 4, "responses": 0}
    assert ClosedAnswer.objects.count() == 0
    for path in (
        "/search/?q=Lampword",
        reverse("desk") + "?q=Lampword",
        reverse("desk_questionnaire", args=[consultation.pk]),
    ):
        assert "east gate" not in client.get(path).content.decode()


def test_deleting_a_consultation_deletes_what_was_saved_of_it(consultation, questions):
    saved_response_to(consultation, {questions[0]: WORDS})

    consultation.delete()

    assert SavedResponse.objects.count() == 0
