"""Suggestions from the form to their place: made, shown, held, redacted, changed, withdrawn, erased."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from consultations.models import ConsultationPage, Kind, StatedTerms, Status, Submission, SuggestionAnswer
from consultations.modes.suggestions.forms import WORDS_LENGTH
from consultations.suggested_words import SuggestedWords, words_in
from consultations.withholding import withhold_version
from portal.http.page_store import pages
from tests.consultations.submitting import confirmation_in, hidden_number, stamp
from tests.consultations.versions import FIRST, NINE, NOTE, STOPS, passage, publish, published
from tests.factories import UserFactory, submission_to, suggestion_for

pytestmark = pytest.mark.django_db
TWICE = passage("Eight lines", "The last bus is <b>the</b>&nbsp;last\n bus, and no bus comes after it.")


@pytest.fixture
def page():
    return published(modes=["comments", "suggestions"])


def text_of(response):
    return " ".join(response.content.decode().split())


def suggest(client, page, **fields):
    address = reverse("consultations:suggest", args=[page.slug])
    sent = {
        "passage": FIRST,
        "old_words": "Eight lines run",
        "new_words": "Nine lines run",
        "why": "",
        "text_version": 1,
    }
    return client.post(address, {"stamp": stamp(), **sent, **fields})


def words_of(suggestion):
    suggestion.refresh_from_db()
    return words_in(suggestion.current.text)


def test_a_suggestion_goes_from_the_form_to_its_receipt_and_to_others(client, page):
    form = text_of(client.get(reverse("consultations:suggest", args=[page.slug]), {"passage": FIRST}))
    assert "Eight lines run all night." in form

    received = client.get(suggest(client, page, why="The market needs one.")["Location"])
    suggestion = Submission.objects.get()

    assert "<h1>We have your suggestion.</h1>" in text_of(received)
    assert (suggestion.kind, suggestion.passage, suggestion.passage_heading, suggestion.text_version) == (
        Kind.SUGGESTION,
        FIRST,
        "Eight lines",
        1,
    )
    assert words_in(suggestion.public_text) == SuggestedWords(
        "Eight lines run", "Nine lines run", "The market needs one."
    )
    for address in (suggestion.get_absolute_url(), reverse("consultations:suggestions", args=[page.slug])):
        shown = text_of(client.get(address))
        assert "Replace “Eight lines run” by “Nine lines run”." in shown
        assert "<del>Eight </del><ins>Nine </ins>lines run" in shown
        assert "The market needs one." in shown
    assert "<del>Eight </del><ins>Nine </ins>" in text_of(client.get(page.get_absolute_url()))


def test_a_public_suggestion_is_found_by_search_engines_and_the_place_of_a_removed_one_is_not(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines")
    assert "noindex" not in text_of(client.get(suggestion.get_absolute_url()))

    submission_to(page, "A reply keeps the place.", parent=suggestion)
    suggestion.withdraw()
    assert "noindex" in text_of(client.get(suggestion.get_absolute_url()))


def test_without_new_words_the_old_ones_are_struck_out(client, page):
    suggest(client, page, old_words=" all\r\n night", new_words=" ")
    suggestion = Submission.objects.get()

    assert suggestion.public_text == "− all night\n+"
    assert "Strike out “all night”." in text_of(client.get(suggestion.get_absolute_url()))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old_words": ""}, "Copy the words that you would change from the passage."),
        ({"old_words": "eight lines"}, "These words do not stand in the passage."),
        ({"old_words": "The shuttle ends."}, "These words do not stand in the passage."),
        ({"new_words": "Eight lines  run"}, "These are the words that stand there already."),
        ({"new_words": "x" * (WORDS_LENGTH + 1)}, "and 2000 fit."),
    ],
)
def test_what_cannot_be_taken_is_told_at_its_field_and_comes_back(client, page, fields, said):
    response = suggest(client, page, **fields, why="Because it is so.")

    assert (response.status_code, Submission.objects.count()) == (422, 0)
    assert said in text_of(response)
    assert "Because it is so." in text_of(response)
    assert "Eight lines run all night." in text_of(response)


def test_words_that_stand_there_several_times_are_marked(client):
    page = publish(published(modes=["suggestions"]), NOTE, body=[TWICE, STOPS])

    response = suggest(client, page, old_words="last bus", text_version=2)

    assert response.status_code == 422
    assert "These words stand there 2 times, marked above." in text_of(response)
    assert "The <mark>last bus</mark> is the <mark>last bus</mark>, and no" in text_of(response)
    assert suggest(client, page, old_words="is the last bus", text_version=2).status_code == 302


def test_a_passage_that_is_not_there_is_chosen_anew_and_nothing_typed_is_lost(client, page):
    response = suggest(client, page, passage="33333333-3333-4333-8333-333333333333", why="Kept words.")

    assert (response.status_code, Submission.objects.count()) == (422, 0)
    assert "Kept words." in text_of(response)
    assert "Nine lines run" in text_of(response)
    assert f"?passage={FIRST}" in text_of(response)
    assert "Which passage?" in text_of(client.get(reverse("consultations:suggest", args=[page.slug])))


def test_words_are_looked_for_in_the_version_that_was_read(client, page):
    page = publish(page, NOTE, body=[NINE, STOPS])

    old = suggest(client, page, old_words="Eight lines run", new_words="Ten lines run")
    missing = suggest(client, page, old_words="Nine lines run", new_words="Ten lines run")

    assert (old.status_code, missing.status_code) == (302, 422)
    suggestion = Submission.objects.get()
    assert (suggestion.text_version, suggestion.passage_heading) == (1, "Eight lines")
    assert "These words stood in version 1." in text_of(client.get(suggestion.get_absolute_url()))


def test_no_form_shows_the_words_of_a_withheld_version(client, page):
    page = publish(page, NOTE, body=[NINE, STOPS])
    withhold_version(page.pk, number=1, reason="A name stood there.", actor=UserFactory())

    response = suggest(client, page, old_words="all night")

    assert response.status_code == 422
    assert "Eight lines run all night." not in text_of(response)


def test_a_consultation_without_the_mode_takes_none_and_keeps_what_it_has(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines")
    ConsultationPage.objects.filter(pk=page.pk).update(modes=["comments"])

    assert suggest(client, page).status_code == 404
    assert "Suggest other words" not in text_of(client.get(page.get_absolute_url()))
    assert "Replace “Eight lines”" in text_of(client.get(suggestion.get_absolute_url()))
    assert "Replace “Eight lines”" in text_of(client.get(reverse("consultations:suggestions", args=[page.slug])))
    suggestion.withdraw()
    assert client.get(reverse("consultations:suggestions", args=[page.slug])).status_code == 404


def test_after_the_closing_words_are_given_back(client, page):
    ConsultationPage.objects.filter(pk=page.pk).update(closes_at=page.opens_at)

    response = suggest(client, page, why="Too late now.", stamp="")

    assert response.status_code == 409
    assert all(words in text_of(response) for words in ("Eight lines run", "Nine lines run", "Too late now."))
    form = client.get(reverse("consultations:suggest", args=[page.slug]))
    assert form["Location"] == reverse("consultations:suggestions", args=[page.slug])


@pytest.mark.parametrize("part", ["new_words", "why"])
def test_every_part_is_screened_and_what_is_held_is_shown_to_nobody(client, page, part):
    ring = "Ring me on 0491 570 006 about it."

    warned = suggest(client, page, **{part: ring})
    assert "this would wait for a person" in text_of(warned)
    suggest(client, page, **{part: ring}, sent_anyway=confirmation_in(warned))

    suggestion = Submission.objects.get()
    assert suggestion.status == Status.HELD
    addresses = [page.get_absolute_url(), reverse("consultations:suggestions", args=[page.slug])]
    assert not any("0491" in text_of(client.get(address)) for address in addresses)
    assert client.get(suggestion.get_absolute_url()).status_code == 404


def test_a_redaction_can_cover_any_part_and_the_others_stay_apart(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines for Annwyn", why="Annwyn said so.")
    covered = suggestion.current.text.replace("Annwyn", "[name removed]")
    suggestion.redact(text=covered, title="", actor=UserFactory())
    suggestion.move(Status.PUBLISHED)

    shown = text_of(client.get(suggestion.get_absolute_url()))

    assert "by “Nine lines for [name removed]”." in shown
    assert ("[name removed] said so." in shown, "Annwyn" in shown) == (True, False)


def test_where_a_redaction_covers_the_line_between_parts_the_text_is_shown_and_changed_as_it_is(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines", why="So.")
    suggestion.redact(text="− Eight [passage removed] lines\n+ Nine\n+ So.", title="", actor=UserFactory())
    suggestion.move(Status.PUBLISHED)
    assert words_in(suggestion.current.text) is None

    assert "[passage removed] lines" in text_of(client.get(suggestion.get_absolute_url()))
    address = revise_address(suggestion)
    sent = {"text": "Nine lines would be better.", "number": hidden_number(client.get(address).content.decode())}
    assert client.post(address, sent).status_code == 302
    suggestion.refresh_from_db()
    assert suggestion.current.text == "Nine lines would be better."


def test_a_redaction_over_two_parts_puts_no_words_into_the_authors_mouth(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines by night", why="Ann rides in every tram.")
    covered = "− Eight lines\n+ Nine lines [passage removed] in every tram."
    suggestion.redact(text=covered, title="", actor=UserFactory())
    suggestion.move(Status.PUBLISHED)

    shown = text_of(client.get(suggestion.get_absolute_url()))

    assert "Nine lines [passage removed] in every tram." in shown
    assert "Replace “Eight lines” by" not in shown


def test_covered_old_words_are_not_said_to_be_gone_from_the_text(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines")
    suggestion.redact(text="− Eight [passage removed]\n+ Nine lines\n\nWork ends late.", title="", actor=UserFactory())
    suggestion.move(Status.PUBLISHED)

    shown = text_of(client.get(suggestion.get_absolute_url()))

    assert "Replace “Eight [passage removed]” by" in shown
    assert "These words stood in version" not in shown


def test_words_in_a_block_that_was_made_anew_still_stand(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines")
    publish(page, NOTE, body=[passage("Lines", "Eight lines run.", "44444444-4444-4444-8444-444444444444"), STOPS])
    assert "These words stood in version" not in text_of(client.get(suggestion.get_absolute_url()))
    publish(page, NOTE, body=[STOPS])

    assert "These words stood in version 1." in text_of(client.get(suggestion.get_absolute_url()))


def test_words_around_a_link_are_found_as_the_page_shows_them(client):
    linked = passage("Eight lines", 'Eight <a href="https://example.org/lines">lines</a> run all night.')
    page = publish(published(modes=["suggestions"]), NOTE, body=[linked, STOPS])
    form = text_of(client.get(reverse("consultations:suggest", args=[page.slug]), {"passage": FIRST}))
    assert "Eight lines run all night." in form

    assert suggest(client, page, text_version=2).status_code == 302
    suggestion = Submission.objects.get()
    assert "do not stand in the text of now" not in text_of(client.get(suggestion.get_absolute_url()))


def revise_address(suggestion):
    key = suggestion.get_receipt_url().partition("?")[2]
    return f"{reverse('consultations:revise', args=[suggestion.reference])}?{key}"


def test_its_author_changes_the_new_words_and_the_reason_but_not_the_old_words(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines", why="So.")
    shown = text_of(client.get(revise_address(suggestion)))
    assert ("Nine lines" in shown, "Eight lines" in shown, 'name="old_words"' in shown) == (True, True, False)

    sent = {"new_words": "Ten lines", "why": "Even better.", "number": 1}
    assert client.post(revise_address(suggestion), sent | {"old_words": "other"}).status_code == 302
    assert words_of(suggestion) == SuggestedWords("Eight lines", "Ten lines", "Even better.")
    assert client.post(revise_address(suggestion), sent | {"new_words": "Eight lines", "number": 2}).status_code == 422
    assert client.post(revise_address(suggestion), sent | {"new_words": "Six", "number": 1}).status_code == 422
    assert words_of(suggestion).new == "Ten lines"


def test_words_that_the_agency_answered_stay(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines")
    assert "Change the text" in text_of(client.get(suggestion.get_receipt_url()))
    SuggestionAnswer.give(suggestion, "accepted", "", actor=UserFactory())
    assert "Change the text" not in text_of(client.get(suggestion.get_receipt_url()))

    refused = client.post(revise_address(suggestion), {"new_words": "Ten lines", "why": "", "number": 1})

    assert refused.status_code == 422
    assert "The agency has answered these words, so they stay." in text_of(refused)
    assert words_of(suggestion).new == "Nine lines"


def test_a_moderator_may_ask_for_other_words_than_the_agency_has_answered(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines for Ann")
    SuggestionAnswer.give(suggestion, "declined", "No.", actor=UserFactory())
    until = timezone.now() + timedelta(days=3)
    suggestion.ask_for_change(reason="Without the name, please.", until=until, actor=UserFactory())

    assert "Change the text" in text_of(client.get(suggestion.get_receipt_url()))
    sent = client.post(revise_address(suggestion), {"new_words": "Nine lines", "why": "", "number": 1})

    assert sent.status_code == 302
    assert words_of(suggestion).new == "Nine lines"


def test_no_public_answer_is_promised_where_only_the_agency_reads(client, page):
    address = reverse("consultations:suggest", args=[page.slug])
    assert "accepts or declines suggestions" in text_of(client.get(address))
    StatedTerms.objects.create(page=page, mode="suggestions", publication="agency")

    shown = text_of(client.get(address))

    assert "Only the agency reads what you suggest." in shown
    assert "accepts or declines suggestions" not in shown


def test_a_withdrawn_suggestion_is_gone_from_every_page(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine strange lines")
    SuggestionAnswer.give(suggestion, "declined", "No strange lines.", actor=UserFactory())
    addresses = [
        page.get_absolute_url(),
        suggestion.get_absolute_url(),
        reverse("consultations:suggestions", args=[page.slug]),
    ]
    assert all("strange" in text_of(client.get(address)) for address in addresses)

    suggestion.withdraw()

    assert not any("strange" in text_of(client.get(address)) for address in addresses)


def test_an_erasure_blanks_the_words_and_the_reason_that_may_quote_them(page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines", author_name="Ann")
    SuggestionAnswer.give(suggestion, "declined", "Ann asks for nine lines.", actor=UserFactory())

    suggestion.erase(UserFactory())

    assert {revision.text for revision in suggestion.revisions.all()} == {""}
    assert [(answer.verdict, answer.reason) for answer in suggestion.agency_answers.all()] == [("declined", "")]


def test_people_comment_on_a_suggestion_and_support_it(client, page):
    suggestion = suggestion_for(page, old="Eight lines", new="Nine lines")
    client.post(suggestion.get_absolute_url(), {"text": "A good one.", "stamp": stamp()})
    support = reverse("consultations:support", args=[page.slug, suggestion.reference])
    client.post(support, {"token": "0123456789abcdef"})

    shown = text_of(client.get(suggestion.get_absolute_url()))

    assert "A good one." in shown
    suggestion.refresh_from_db()
    assert (suggestion.support_count, suggestion.reply_count) == (1, 1)
    assert "1 person supports this" in text_of(client.get(page.get_absolute_url()))
    assert "A good one." not in text_of(client.get(reverse("consultations:suggestions", args=[page.slug])))


def test_under_a_passage_stand_the_two_that_most_support_and_the_way_to_all(client, page):
    made = [suggestion_for(page, old="Eight lines", new=f"{n}0 lines") for n in range(3)]
    suggestion_for(page, old="The shuttle", new="No shuttle", passage=STOPS["id"])
    for suggestion, supports in zip(made, (2, 5, 1), strict=True):
        Submission.objects.filter(pk=suggestion.pk).update(support_count=supports)

    shown = text_of(client.get(page.get_absolute_url()))
    listed = text_of(client.get(reverse("consultations:suggestions", args=[page.slug]), {"passage": FIRST}))

    assert [f"by “{n}0 lines”" in shown for n in range(3)] == [True, True, False]
    assert shown.index("10 lines") < shown.index("00 lines")
    assert "3 suggestions" in shown
    assert ("20 lines" in listed, "No shuttle" in listed) == (True, False)


@pytest.mark.parametrize("number", [1, 12])
def test_lists_cost_as_many_queries_with_many(client, page, django_assert_num_queries, number):
    staff = UserFactory()
    for n in range(number):
        made = suggestion_for(page, old="Eight lines", new=f"{n} lines")
        SuggestionAnswer.give(made, "declined", "Not now.", actor=staff)
    client.get(page.get_absolute_url())

    with django_assert_num_queries(4):
        assert client.get(reverse("consultations:suggestions", args=[page.slug])).status_code == 200
    cache.clear()
    pages.clear()
    with django_assert_num_queries(19):  # two for what stands under the passages
        assert client.get(page.get_absolute_url()).status_code == 200
