"""Statements beside the voting: written, told to whom when, changed, and added by staff."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from consultations.models import Kind, StatementVote, Submission
from consultations.modes.statements.forms import LINES_AT_ONCE, STATEMENT_LENGTH
from consultations.submitting import limits
from moderation.retention.job import forget_marks
from portal.models import AuditEntry
from tests.consultations.submitting import confirmation_in, solved, stamp
from tests.factories import HELD_TEXT, HOSTILE, ConsultationFactory, UserFactory, statement_for, votes_on

pytestmark = pytest.mark.django_db
NUMBERS = re.compile(
    r"(\d+) people answered: (\d+) agree \((\d+) %\), (\d+) disagree \((\d+) %\), (\d+) passed \((\d+) %\)"
)


@pytest.fixture
def publisher(db):
    """Somebody who may publish pages, too."""
    group = Group.objects.create(name="Publishers")
    permission = Permission.objects.get(codename="publish_page")
    GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission=permission)
    person = UserFactory(groups=["Editors"])
    person.groups.add(group)
    return person


@pytest.fixture
def consultation():
    return ConsultationFactory(modes=["comments", "statements"])


def closed(consultation):
    consultation.closes_at = timezone.now() - timedelta(minutes=1)
    consultation.save()
    return consultation


def results(client, consultation, query=""):
    return client.get(reverse("consultations:statement_results", args=[consultation.slug]) + query)


def text_of(response):
    return " ".join(response.content.decode().split())


def answer(client, statement, choice="agree"):
    return client.post(statement.get_absolute_url(), {"choice": choice, "token": "0123456789abcdef", "revision": 1})


def write(client, consultation, text, **fields):
    address = reverse("consultations:write_statement", args=[consultation.slug])
    return client.post(address, {"text": text, "stamp": stamp(), **fields})


def test_a_sentence_goes_from_the_form_to_its_receipt_and_to_others(client, consultation):
    received = client.get(write(client, consultation, "Drivers should\nwait for us.")["Location"])
    statement = Submission.objects.get()

    assert "<h1>We have your statement.</h1>" in text_of(received)
    assert (statement.kind, statement.public_text) == (Kind.STATEMENT, "Drivers should wait for us.")
    assert "Drivers should wait for us." in text_of(client.get(statement.get_absolute_url()))


@pytest.mark.parametrize("text", ["", " \n ", "x" * (STATEMENT_LENGTH + 1)])
def test_what_is_no_sentence_is_told_at_the_field_and_comes_back(client, consultation, text):
    response = write(client, consultation, text)

    assert (response.status_code, Submission.objects.count()) == (422, 0)
    assert "field--wrong" in text_of(response)
    assert text.strip() in text_of(response)


def test_the_same_sentence_stands_once_but_what_waits_is_not_betrayed(client, consultation):
    statement_for(consultation, "Night buses should be free.")
    statement_for(consultation, HELD_TEXT)

    assert "Somebody has said this already." in text_of(write(client, consultation, "NIGHT buses  should be free."))
    first = write(client, consultation, HELD_TEXT)
    assert "Somebody has said this already." not in text_of(first)
    write(client, consultation, HELD_TEXT, sent_anyway=confirmation_in(first))
    assert [each.status for each in Submission.objects.order_by("pk")] == ["published", "held", "held"]


def test_words_that_people_answered_stay(client, consultation):
    statement = statement_for(consultation, "Buses should be red.", author_key="me")
    key = statement.get_receipt_url().partition("?")[2]
    address = f"{reverse('consultations:revise', args=[statement.reference])}?{key}"
    assert client.post(address, {"text": "Buses should be green.", "number": 1}).status_code == 302
    statement.refresh_from_db()
    votes_on(statement, agree=1)

    refused = client.post(address, {"text": "Buses should be blue.", "number": 2})

    assert refused.status_code == 422
    assert "People have answered these words, so they stay." in text_of(refused)
    statement.refresh_from_db()
    assert statement.public_text == "Buses should be green."


def test_how_others_answered_is_shown_only_after_ones_own_answer(client, consultation):
    one, other = statement_for(consultation, "One."), statement_for(consultation, "Other.")
    votes_on(one, agree=6, disagree=3)
    votes_on(other, agree=1, disagree=8)

    assert not NUMBERS.search(text_of(client.get(one.get_absolute_url())))
    assert 'class="result"' not in text_of(results(client, consultation))
    answer(client, one)
    assert NUMBERS.search(text_of(client.get(one.get_absolute_url()))).groups() == tuple("10 7 70 3 30 0 0".split())
    assert not NUMBERS.search(text_of(client.get(other.get_absolute_url())))
    assert NUMBERS.findall(text_of(results(client, consultation))) == [tuple("10 7 70 3 30 0 0".split())]
    assert "You answered 1 of 2 statements." in text_of(results(client, consultation))


def test_after_the_closing_everybody_sees_all(client, consultation):
    statement = statement_for(consultation)
    votes_on(statement, agree=4, disagree=2, **{"pass": 2})
    closed(consultation)

    assert NUMBERS.search(text_of(results(client, consultation))).groups() == tuple("8 4 50 2 25 2 25".split())
    page = text_of(client.get(statement.get_absolute_url()))
    assert (bool(NUMBERS.search(page)), 'name="choice"' in page) == (True, False)


def test_of_fewer_than_five_answers_nothing_is_said_but_how_many(client, consultation):
    statement = statement_for(consultation)
    votes_on(statement, agree=1, disagree=3)
    closed(consultation)

    page = text_of(results(client, consultation))

    assert "4 people have answered this." in page
    assert (NUMBERS.search(page), "<table" in page) == (None, False)


@pytest.mark.parametrize(
    ("sort", "order"), [("", "ABCDE"), ("nonsense", "ABCDE"), ("division", "CBADE"), ("answers", "BCADE")]
)
def test_results_are_sorted_and_what_too_few_answered_comes_last(client, consultation, sort, order):
    numbers = {"A": (9, 1, 0), "B": (9, 3, 3), "C": (6, 5, 0), "D": (4, 0, 0), "E": (0, 1, 0)}
    for name in "ECADB":
        agree, disagree, passed = numbers[name]
        votes_on(statement_for(consultation, f"Sentence {name}"), agree=agree, disagree=disagree, **{"pass": passed})
    closed(consultation)

    page = text_of(results(client, consultation, f"?sort={sort}"))

    assert "".join(re.findall(r"Sentence (\w)</a>", page)) == order


@pytest.mark.parametrize("number", [3, 30])
def test_results_cost_few_queries(client, consultation, number, django_assert_num_queries):
    for each in range(number):
        votes_on(statement_for(consultation, f"Sentence {each}."), agree=1)
    closed(consultation)
    client.cookies["visitor"] = "none"
    results(client, consultation)

    with django_assert_num_queries(3):
        results(client, consultation)


def test_numbers_of_the_page_are_those_of_the_list(client, consultation):
    for each in range(3):
        votes_on(statement_for(consultation, f"Sentence {each}."), agree=each + 1, disagree=1)
    gone = statement_for(consultation, "Gone.")
    votes_on(gone, agree=5)
    gone.withdraw()
    closed(consultation)

    page = text_of(client.get(consultation.get_absolute_url()))
    listed = text_of(results(client, consultation))

    assert "answers to statements</dt><dd>9<" in page
    assert "How people answered statements (3)" in page
    assert sum(map(int, re.findall(r"(\d+) (?:person has|people have) answered this", listed))) == 4 + 3 + 2


def test_a_statement_that_is_gone_keeps_its_votes_and_shows_nothing(client, consultation, moderator):
    statement = statement_for(consultation, "Secretword.")
    votes_on(statement, agree=5)
    statement.erase(moderator)

    assert "Secretword" not in text_of(results(client, consultation))
    assert client.get(statement.get_absolute_url()).status_code == 404
    assert StatementVote.objects.count() == 5


def test_hostile_words_are_words(client, consultation):
    statement = statement_for(consultation, HOSTILE)
    answer(client, statement)

    for page in (client.get(statement.get_absolute_url()), results(client, consultation)):
        assert ("<script>alert" in text_of(page), "&lt;script&gt;" in text_of(page)) == (False, True)


def paste(client, consultation, lines):
    return client.post(reverse("consultation_statements", args=[consultation.pk]), {"lines": lines}, follow=True)


def test_who_may_publish_adds_statements_that_readers_know_as_the_agencys(client, consultation, publisher):
    client.force_login(publisher)

    page = text_of(paste(client, consultation, "Buses  first.\n\n  Fares stay.  \nbuses first.\n"))

    stored = Submission.objects.order_by("pk")
    assert [(each.public_text, each.by_staff, each.author) for each in stored] == [
        ("Buses first.", True, None),
        ("Fares stay.", True, None),
    ]
    assert "2 statements are added." in page
    assert "It was there already, so it is not added again: buses first." in page
    entry = AuditEntry.objects.filter(action="consultation.statements_added").get()
    assert (entry.by, entry.facts) == (publisher.pk, {"count": 2})
    assert "The agency says" in text_of(client.get(stored[0].get_absolute_url()))
    assert "It was there already" in text_of(paste(client, consultation, "FARES stay."))
    assert AuditEntry.objects.filter(action="consultation.statements_added").count() == 1


def test_a_private_statement_of_staff_has_their_name_and_not_the_agencys(client, consultation):
    said = statement_for(consultation, "Fares stay.", by_staff=True, author_name="Edda Lindqvist")
    nameless = statement_for(consultation, "Fares fall.", by_staff=True)

    for statement, words in ((said, "Edda Lindqvist says"), (nameless, "Somebody who took part says")):
        page = text_of(client.get(statement.get_absolute_url()))
        assert (words in page, "tag--staff" in page, "The agency says" in page) == (True, True, False)


def test_the_agencys_own_is_known_as_such_after_marks_were_forgotten(client, consultation, publisher):
    client.force_login(publisher)
    paste(client, consultation, "Buses first.")
    mine = statement_for(consultation, "Mine.", author_key="me")

    list(forget_marks([consultation]))

    assert "The agency says" in text_of(client.get(Submission.objects.exclude(pk=mine.pk).get().get_absolute_url()))
    mine.refresh_from_db()
    assert mine.author_key.startswith("~")


@pytest.mark.parametrize("how", ["switched off", "closed", "only writing"])
def test_nobody_speaks_for_the_agency_where_it_was_not_decided(client, consultation, publisher, editor, how):
    if how == "switched off":
        consultation.modes = ["comments"]
        consultation.save()
    if how == "closed":
        closed(consultation)
    client.force_login(editor if how == "only writing" else publisher)
    reason = {
        "switched off": "This consultation does not offer statements yet.",
        "closed": "This consultation is over",
        "only writing": "only people who may publish it add statements",
    }[how]
    address = reverse("consultation_statements", args=[consultation.pk])

    shown = text_of(client.get(address))
    refused = paste(client, consultation, "Buses first.")

    assert (reason in shown, "<textarea" in shown) == (True, False)
    assert (refused.status_code, Submission.objects.count()) == (422, 0)
    assert reason in text_of(refused)
    assert "Buses first.</textarea>" in text_of(refused)
    assert not AuditEntry.objects.filter(action="consultation.statements_added").exists()


def test_who_may_only_write_adds_to_a_draft_that_is_not_public_yet(client, consultation, editor):
    consultation.modes = ["comments"]
    consultation.live = False
    consultation.save()
    consultation.modes = ["statements"]
    consultation.save_revision()  # the draft is switched on, and nothing is published
    client.force_login(editor)

    paste(client, consultation, "Buses first.")

    assert Submission.objects.get().is_agencys_own


def test_what_cannot_be_added_is_named_and_nothing_typed_is_lost(client, consultation, publisher):
    client.force_login(publisher)
    long = "y" * (STATEMENT_LENGTH + 1)

    for lines, words in [
        (f"Fine.\n{long}", f"This has {STATEMENT_LENGTH + 1} characters"),
        ("\n".join(f"Line {n}." for n in range(LINES_AT_ONCE + 1)), f"These are {LINES_AT_ONCE + 1} lines."),
        ("  ", "Write or paste one statement at least."),
    ]:
        response = paste(client, consultation, lines)
        assert (response.status_code, words in text_of(response)) == (422, True)
        assert lines.strip().split("\n")[0] in text_of(response)
    assert Submission.objects.count() == 0


def test_a_statement_of_staff_is_screened_like_any_and_stored_once(client, consultation, publisher):
    client.force_login(publisher)
    for _n in range(2):
        page = text_of(paste(client, consultation, HELD_TEXT))

    assert Submission.objects.get().status == "held"
    assert "It was there already" in page


def test_what_people_wrote_and_nobody_sees_is_not_betrayed_to_who_adds_statements(client, consultation, publisher):
    statement_for(consultation, HELD_TEXT)
    client.force_login(publisher)

    assert "It was there already" not in text_of(paste(client, consultation, HELD_TEXT))


def test_new_words_that_wait_are_not_betrayed_and_the_old_ones_still_stand_once(client, consultation):
    statement_for(consultation, "Buses should be red.").revise(text=HELD_TEXT)

    first = write(client, consultation, HELD_TEXT)
    assert "Somebody has said this already." not in text_of(first)
    write(client, consultation, HELD_TEXT, sent_anyway=confirmation_in(first))
    assert Submission.objects.count() == 2
    assert "Somebody has said this already." in text_of(write(client, consultation, "BUSES should be red."))


def test_sentences_are_compared_only_until_a_puzzle_is_due(client, consultation):
    statement_for(consultation, "Buses should be red.")
    most = limits.TEXTS_FROM_NETWORK.most
    pages = [text_of(write(client, consultation, "Buses should be red.")) for _n in range(most + 2)]

    assert ["Somebody has said this already." in page for page in pages] == [True] * most + [False] * 2
    assert "captcha" in pages[-1]
    asked = write(client, consultation, "Buses should be red.")
    told = write(client, consultation, "Buses should be red.", **solved(asked))
    assert "Somebody has said this already." in text_of(told)
    hidden = dict(re.findall(r'name="(captcha_[01])" value="(\w*)"', told.content.decode()))
    again = write(client, consultation, "Buses should be green.", **hidden)
    assert again.status_code == 302  # one puzzle was enough


def test_only_who_may_edit_the_consultation_adds_statements(client, consultation, moderator):
    client.force_login(moderator)
    address = reverse("consultation_statements", args=[consultation.pk])

    response = client.post(address, {"lines": "Mine."})

    assert (response.status_code, response["Location"], Submission.objects.count()) == (302, "/admin/", 0)


def test_the_list_of_consultations_leads_editors_to_statements_where_they_are_on(client, consultation):
    without = ConsultationFactory(modes=["comments"])
    client.force_login(UserFactory(groups=["Editors"]))

    page = text_of(client.get(reverse("staff_consultations")))

    assert reverse("consultation_statements", args=[consultation.pk]) in page
    assert reverse("consultation_statements", args=[without.pk]) not in page
