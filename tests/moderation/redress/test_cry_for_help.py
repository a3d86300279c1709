"""What somebody reads who may hurt themselves, on every page and in every letter about their text."""

from importlib import import_module

import pytest
from django.apps import apps

from moderation.models import Case, Finding, ModerationSettings, PolicyVersion
from moderation.models.publishing import publish_policy
from moderation.policy.loading import read_policy
from moderation.redress.statement_context import decision_context
from moderation.review.decisions import decide
from moderation.templatetags.announcements import line_of
from tests.factories import held_in, submission_to
from tests.mailing import sent_a_minute_later

pytestmark = pytest.mark.django_db

CRY = "The bus is late again, and I don't want to live anymore."
FOR_STAFF = ("The author may be thinking", "Tell the safety officer", "Read this one first")


def receipt(client, submission):
    return " ".join(client.get(submission.get_receipt_url()).content.decode().split())


def decided(submission, actor, action="refuse", **kwargs):
    case = Case.objects.get(submission=submission, closed_at=None)
    return decide(case, revision_id=case.revision_id, action=action, actor=actor, **kwargs)


def refused(submission, actor):
    return decided(submission, actor, clauses=["your-safety"], reason="We are worried about you.")


@pytest.mark.parametrize("read", [lambda submission, actor: None, refused], ids=["held", "refused"])
def test_receipt_and_letter_of_a_cry_for_help_say_whom_to_call(client, consultation, moderator, read):
    ModerationSettings.objects.update_or_create(pk=1, defaults={"help_line": "Harbour Line: 1800 000 000"})
    submission = submission_to(consultation, CRY, author_email="amira@example.org")
    read(submission, moderator)

    page = receipt(client, submission)
    letters = [message.body for message in sent_a_minute_later()]

    assert 'Harbour Line: <a href="tel:1800000000">1800 000 000</a>' in page
    assert ["Harbour Line: 1800 000 000" in letter for letter in letters] == [True]
    assert ["call 112" in letter for letter in letters] == [True]
    unfit = (*FOR_STAFF, "No change of words", "change the words")
    assert [words in page + letters[0] for words in unfit] == [False] * 5


@pytest.mark.parametrize(
    ("country", "own", "lines"),
    [
        ("AU", "", ["13 11 14"]),
        ("de", "", ["0800 111 0 111"]),
        ("AU", "Ours: 1800 000 000", ["1800 000 000"]),
        ("", "", []),
    ],
)
def test_an_agency_without_a_line_of_its_own_has_that_of_its_country(country, own, lines):
    known = ModerationSettings(country=country, help_line=own)

    assert [line_of(words).number for words in known.help_lines] == lines


def test_other_texts_are_told_nothing_of_help(client, consultation, moderator):
    submission = held_in(consultation)
    assert "very hard right now" not in receipt(client, submission)

    cry = submission_to(consultation, CRY)
    decided(cry, moderator, "publish")
    assert "very hard right now" not in receipt(client, cry)


def test_authors_never_read_what_staff_are_advised(client, consultation):
    submission = submission_to(consultation, "I will shoot that ranger.")

    marks = {mark.rule: (mark.explanation, mark.advice) for mark in decision_context(submission)["marks"]}
    page = receipt(client, submission)

    explanation, advice = next(said for rule, said in marks.items() if "Threats against our staff" in rule)
    assert explanation == "Reads like a threat of violence. Reads like a threat against somebody who works for us."
    assert "Reads like a threat against one of our staff. Tell the safety officer." in advice
    assert [words in page for words in FOR_STAFF] == [False] * 3


def test_a_text_that_no_rule_could_look_at_cites_no_clause(client, consultation, monkeypatch):
    monkeypatch.setattr("moderation.policy.ruleset.MAX_RULES_SECONDS", -1.0)
    submission = submission_to(consultation, "Please plant a tree in Mill Lane.")

    page = receipt(client, submission)

    assert (submission.status, Case.objects.get().severity) == ("held", 0)
    assert "A computer could not look at your text to the end, so a person reads it first." in page
    assert "Clause" not in page


def test_what_was_found_before_is_parted_for_staff_and_authors(consultation):
    document = PolicyVersion.current().policy.as_dict()
    rules = [rule | {"tell_author": ""} for rule in document["rules"]]
    publish_policy(read_policy(document | {"rules": rules}, try_examples=False))
    for text in (CRY, "I will shoot that ranger."):
        submission_to(consultation, text)
    said = "Reads like a threat against one of our staff. Tell the safety officer."
    Finding.objects.filter(rule="threats-against-staff").update(explanation=said, advice="")
    Finding.objects.filter(rule="crisis-help").update(explanation=FOR_STAFF_CRISIS, advice="")

    import_module("moderation.migrations.0018_words_for_staff").part_advice(apps, None)

    found = Finding.objects.filter(rule__in=("threats-against-staff", "crisis-help")).order_by("pk")
    assert list(found.values_list("explanation", "advice")) == [
        ("It sounds as if things are very hard for you right now.", FOR_STAFF_CRISIS),
        ("Threats against our staff.", said),
    ]


FOR_STAFF_CRISIS = "The author may be thinking of hurting himself or herself. Read this one first, and with care."
