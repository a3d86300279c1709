"""The agency's answers: who gives them, once, corrected, told to the author, in the next version's difference."""

import pytest
from django.core import mail
from django.urls import reverse

from consultations.models import Event, Spokesperson, SuggestionAnswer
from consultations.models.suggestion_answer import SUGGESTION_ANSWERED
from consultations.modes.suggestions.told import answers_for_programs, answers_reader
from portal.models import AuditEntry, ConfirmedAddress, Message
from portal.outbox.sending import send_due
from portal.privacy.pack import dossier_of
from tests.consultations.versions import EIGHT, FIRST, NOTE, STOPS, opened, passage, publish, published
from tests.factories import UserFactory, submission_to, suggestion_for

pytestmark = pytest.mark.django_db
AMIRA = "amira@example.org"


@pytest.fixture
def page():
    return published(modes=["comments", "suggestions"])


@pytest.fixture
def suggestion(page):
    return suggestion_for(page, old="Eight lines run", new="Nine lines run")


@pytest.fixture
def speaker():
    person = UserFactory(groups=["Policy officers"])
    Spokesperson.objects.create(user=person, role="Head of nights", unit="Buses")
    return person


def text_of(response):
    return " ".join(response.content.decode().split())


def address_of(suggestion):
    return reverse("suggestion_answer", args=[suggestion.consultation_id, suggestion.reference])


def answer(client, suggestion, verdict="accepted", reason="", read="", **fields):
    sent = {"verdict": verdict, "reason": reason, "read": read, "revision": suggestion.cleared_id}
    return client.post(address_of(suggestion), sent | fields)


def given(suggestion):
    return [(each.verdict, each.reason, each.replaced_at is None) for each in suggestion.agency_answers.all()]


def test_an_answer_is_public_under_the_suggestion_on_the_receipt_and_in_the_ledger(client, suggestion, speaker):
    client.force_login(speaker)
    assert answer(client, suggestion, "in_part", "Nine, from June.").status_code == 302
    client.logout()

    assert given(suggestion) == [("in_part", "Nine, from June.", True)]
    slug = suggestion.consultation.slug
    for address in (
        suggestion.get_absolute_url(),
        suggestion.get_receipt_url(),
        reverse("consultations:suggestions", args=[slug]),
    ):
        shown = text_of(client.get(address))
        assert "Our answer: Accepted in part" in shown
        assert "Nine, from June." in shown
    assert "Accepted in part" in text_of(client.get(suggestion.consultation.get_absolute_url()))
    assert "We answered your suggestion" in text_of(client.get(suggestion.get_receipt_url()))
    entry = AuditEntry.objects.get(action="suggestion.answered")
    assert (entry.by, entry.facts, entry.subject_id) == (speaker.pk, {"verdict": "in_part"}, str(suggestion.pk))


@pytest.mark.parametrize("verdict", ["declined", "in_part"])
def test_to_decline_is_to_say_why(client, suggestion, speaker, verdict):
    client.force_login(speaker)

    response = answer(client, suggestion, verdict, " ")

    assert (response.status_code, given(suggestion)) == (422, [])
    assert "Say why, in a sentence or two" in text_of(response)


def test_an_answer_without_a_choice_keeps_what_was_typed(client, suggestion, speaker):
    client.force_login(speaker)

    response = answer(client, suggestion, "", "My typed reason.")

    assert (response.status_code, given(suggestion)) == (422, [])
    assert "Choose one of the three." in text_of(response)
    assert "My typed reason." in text_of(response)


def test_who_may_publish_answers_and_others_of_staff_do_not(client, suggestion):
    for group in ("Editors", "Policy officers", "Submission moderators"):
        client.force_login(UserFactory(groups=[group]))
        assert answer(client, suggestion)["Location"] == reverse("wagtailadmin_home")
    assert given(suggestion) == []
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    assert answer(client, suggestion).status_code == 302
    assert given(suggestion) == [("accepted", "", True)]


def test_a_correction_keeps_the_answer_before_it(client, suggestion, speaker):
    client.force_login(speaker)
    answer(client, suggestion, "declined", "There is no money.")
    first = suggestion.agency_answers.get()
    answer(client, suggestion, "accepted", "There is money.", first.pk)

    assert given(suggestion) == [("accepted", "There is money.", True), ("declined", "There is no money.", False)]
    shown = text_of(client.get(suggestion.get_absolute_url()))
    assert shown.index("Our answer: Accepted") < shown.index("There is money.") < shown.index("There is no money.")
    assert [entry.action for entry in AuditEntry.objects.filter(action__startswith="suggestion.").order_by("pk")] == [
        "suggestion.answered",
        "suggestion.answer_corrected",
    ]


def test_two_who_answer_at_once_do_not_write_over_each_other(client, suggestion, speaker):
    client.force_login(speaker)
    answer(client, suggestion, "declined", "First.")

    second = answer(client, suggestion, "accepted", "Second.")

    assert (second.status_code, given(suggestion)) == (422, [("declined", "First.", True)])
    shown = text_of(second)
    assert "Somebody else has answered it meanwhile." in shown
    assert ("First." in shown, "Second." in shown) == (True, True)
    read = suggestion.agency_answers.get().pk
    assert f'name="read" value="{read}"' in shown
    assert answer(client, suggestion, "accepted", "Second.", read).status_code == 302


def test_words_that_nobody_reads_yet_are_not_answered(client, suggestion, speaker):
    client.force_login(speaker)
    suggestion.revise(text="− Eight lines run\n+ Ring 0491 570 006", actor=None)

    assert answer(client, suggestion).status_code == 422
    suggestion.withdraw()
    assert client.get(address_of(suggestion)).status_code == 404
    refused = answer(client, suggestion, "declined", "A reason of many words.")
    assert refused.status_code == 422
    shown = text_of(refused)
    assert "This suggestion is not public just now" in shown
    assert ("A reason of many words." in shown, "Nine lines" in shown) == (True, False)
    assert given(suggestion) == []


def test_words_that_changed_since_the_officer_read_them_are_not_accepted(client, suggestion, speaker):
    client.force_login(speaker)
    read = suggestion.cleared_id
    assert f'name="revision" value="{read}"' in text_of(client.get(address_of(suggestion)))
    suggestion.revise(text="− Eight lines run\n+ No lines at all run", actor=None)
    assert suggestion.is_public
    assert suggestion.cleared_id != read

    refused = answer(client, suggestion, "in_part", "Nine is a good number.", revision=read)

    assert (refused.status_code, given(suggestion)) == (422, [])
    shown = text_of(refused)
    assert "Its words have changed since you read them." in shown
    assert ("No lines at all run" in shown, "Nine is a good number." in shown) == (True, True)
    assert f'name="revision" value="{suggestion.cleared_id}"' in shown
    assert answer(client, suggestion, "accepted", revision="").status_code == 422
    assert answer(client, suggestion, "accepted").status_code == 302


def test_the_list_of_staff_stands_where_the_text_has_no_passage_any_more(client, page, suggestion, speaker):
    page = publish(page, NOTE, body=[])
    client.force_login(speaker)

    shown = text_of(client.get(reverse("consultation_suggestions", args=[page.pk])))

    assert suggestion.reference in shown


def letters():
    sent = len(mail.outbox)
    Message.objects.update(due_at="2000-01-01T00:00Z")
    send_due()
    return [each.body for each in mail.outbox[sent:] if "We have answered your suggestion" in each.subject]


def test_the_author_is_told_once_and_again_only_of_another_verdict(page, speaker):
    ConfirmedAddress.note_address(AMIRA)
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines", author_email=AMIRA)

    def say(verdict, reason):
        read = suggestion.agency_answers.values_list("pk", flat=True).first()
        SuggestionAnswer.give(suggestion, verdict, reason, actor=speaker, read=read)

    say("declined", "No money.")
    [letter] = letters()
    assert ("Declined" in letter, "No money." in letter, "Nine lines" in letter) == (True, True, False)
    assert suggestion.reference in letter
    say("declined", "No money this year.")
    assert letters() == []
    say("accepted", "There is money.")
    [letter] = letters()
    assert ("Accepted" in letter, "There is money." in letter) == (True, True)


def test_a_letter_is_not_sent_about_what_was_withdrawn_meanwhile(page, speaker):
    ConfirmedAddress.note_address(AMIRA)
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines", author_email=AMIRA)
    SuggestionAnswer.give(suggestion, "declined", "No.", actor=speaker)
    suggestion.withdraw()

    assert letters() == []


def test_staff_see_suggestions_in_the_order_of_the_text_and_those_without_an_answer(client, page, speaker):
    late = suggestion_for(page, old="The shuttle", new="No shuttle", passage=STOPS["id"])
    early = suggestion_for(page, old="Eight lines", new="Nine lines")
    SuggestionAnswer.give(early, "accepted", "", actor=speaker)
    client.force_login(speaker)
    address = reverse("consultation_suggestions", args=[page.pk])

    everything = text_of(client.get(address))
    unanswered = text_of(client.get(address, {"answer": "unanswered"}))
    accepted = text_of(client.get(address, {"answer": "accepted"}))

    assert everything.index(early.reference) < everything.index(late.reference)
    assert (early.reference in unanswered, late.reference in unanswered) == (False, True)
    assert (early.reference in accepted, late.reference in accepted) == (True, False)
    assert "Not answered <b>1</b>" in everything


@pytest.mark.parametrize("number", [1, 15])
def test_the_list_of_staff_costs_as_many_queries_with_many(client, page, speaker, django_assert_num_queries, number):
    for n in range(number):
        made = suggestion_for(page, old="Eight lines", new=f"{n} lines")
        SuggestionAnswer.give(made, "accepted", "", actor=speaker)
    client.force_login(speaker)
    address = reverse("consultation_suggestions", args=[page.pk])
    client.get(address)

    with django_assert_num_queries(STAFF_QUERIES):
        client.get(address)


STAFF_QUERIES = 16


def test_the_next_difference_names_the_suggestions_that_were_taken_up(client, page, speaker):
    taken, partly, declined, elsewhere = (
        suggestion_for(page, old="Eight lines", new=f"{n} lines", author_name=f"Author {n}") for n in range(4)
    )
    for made, verdict in ((taken, "accepted"), (partly, "in_part"), (declined, "declined")):
        SuggestionAnswer.give(made, verdict, "So.", actor=speaker)
    anew = passage("Eight lines", "Nine lines run all night.", "44444444-4444-4444-8444-444444444444")
    page = publish(page, NOTE, body=[anew, STOPS])

    shown = " ".join(opened(client, page, "text_changes", 2).split())

    assert "2 accepted suggestions asked for this:" in shown
    assert [each.get_absolute_url() in shown for each in (taken, partly, declined, elsewhere)] == [
        True,
        True,
        False,
        False,
    ]
    page = publish(page, NOTE, body=[EIGHT, STOPS])
    assert "accepted suggestion" not in opened(client, page, "text_changes", 3)


def test_files_and_programs_are_told_the_answer(page, suggestion, speaker):
    other = submission_to(page, "A comment.")
    SuggestionAnswer.give(suggestion, "declined", "No money.", actor=speaker)

    assert answers_reader()([suggestion, other]) == {suggestion.pk: ("declined", "No money."), other.pk: ("", "")}
    assert answers_for_programs([suggestion]) == {suggestion.pk: {"accepted": 0, "accepted_in_part": 0, "declined": 1}}


def test_an_answer_is_an_event_of_the_suggestion(suggestion, speaker):
    SuggestionAnswer.give(suggestion, "accepted", "", actor=speaker)

    event = Event.objects.get(kind=SUGGESTION_ANSWERED)
    assert (event.submission, event.actor, event.revision) == (suggestion, speaker, suggestion.cleared)


@pytest.mark.parametrize(("verdict", "is_covered"), [("accepted", False), ("declined", True)])
def test_an_erasure_covers_no_words_of_the_agencys_text(page, speaker, verdict, is_covered):
    old, new = "Eight lines run all night.", "Eleven lovely lines run on for ever"
    suggestion = suggestion_for(page, old=old, new=new, why="", author_email=AMIRA)
    SuggestionAnswer.give(suggestion, verdict, "So.", actor=speaker)
    publish(page, NOTE, body=[passage("Eleven lines", f"{new}, from June.", FIRST), STOPS])

    found = [words for trace in dossier_of(AMIRA).traces for words in trace.passages]

    assert not any("Eight" in words for words in found)
    assert any("Eleven lovely" in words for words in found) == is_covered


def covered_for(address):
    return [words for trace in dossier_of(address).traces for words in trace.passages]


LONG = "Eight lines run all night from the market to the harbour and back."


def test_an_erasure_leaves_what_the_new_words_repeat_of_the_agencys_text(speaker):
    page = publish(published(modes=["suggestions"]), NOTE, body=[passage("Eight lines", LONG), STOPS])
    why = f"It now says: {LONG} Nobody with small children rides there."
    suggestion = suggestion_for(page, old=LONG, new=LONG.replace("back", "home"), why=why, author_email=AMIRA)
    SuggestionAnswer.give(suggestion, "declined", "No.", actor=speaker)
    quoting = suggestion_for(page, old="Eight lines run", new="None")
    SuggestionAnswer.give(quoting, "declined", "Nobody with small children rides there, we read.", actor=speaker)

    found = covered_for(AMIRA)

    assert not any("market" in words for words in found)
    assert "Nobody with small children rides there" in found


def test_an_erasure_leaves_words_that_were_taken_up_before_the_answer_was_corrected(page, speaker):
    new = "Eleven lovely lines run on for ever"
    suggestion = suggestion_for(page, old="Eight lines run all night.", new=new, author_email=AMIRA)
    first = SuggestionAnswer.give(suggestion, "accepted", "", actor=speaker)
    publish(page, NOTE, body=[passage("Eleven lines", f"{new}, from June."), STOPS])
    SuggestionAnswer.give(suggestion, "in_part", "From June.", actor=speaker, read=first.pk)
    second = suggestion.agency_answers.first()
    SuggestionAnswer.give(suggestion, "declined", "Not any more.", actor=speaker, read=second.pk)

    assert covered_for(AMIRA) == []


def test_who_would_replace_words_has_not_written_them(page, speaker):
    new = "Eleven lovely lines run on for ever"
    suggestion = suggestion_for(page, old="Eight lines run all night.", new=new, author_email=AMIRA)
    SuggestionAnswer.give(suggestion, "declined", "No.", actor=speaker)
    other = suggestion_for(page, old=f"want {new}.", new="Ten.", author_email="ben@example.org")
    SuggestionAnswer.give(other, "declined", f"We do not want {new}.", actor=speaker)
    assert [words for words in covered_for(AMIRA) if "lovely" in words]

    suggestion_for(page, old="Eight lines", new=new, author_email="cleo@example.org")
    assert not [words for words in covered_for(AMIRA) if "lovely" in words]


def test_the_pack_about_a_person_holds_the_answers(page, speaker):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines", author_email=AMIRA)
    SuggestionAnswer.give(suggestion, "declined", "No money for it.", actor=speaker)

    rows = [row for holding in dossier_of(AMIRA).holdings for row in holding.rows if "verdict" in row]

    assert [(row["verdict"], row["reason"]) for row in rows] == [("declined", "No money for it.")]
