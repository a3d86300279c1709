from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.models import Status, Submission
from moderation.models import Case, Decision, Finding, PolicyVersion
from moderation.review.blind_reviews import open_blind_review
from moderation.review.decisions import decide
from moderation.screening.screen import open_case
from tests.factories import held_in, idea_for, submission_to
from tests.moderation.case_pages import PRIVATE, case_of, messages_of, page_of, redaction, refusal, send, url

pytestmark = pytest.mark.django_db
TAKEN_OUT = "We took out what does not fit clause 5, “Keep private details private”. The rest is public."


def errors(response):
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


def test_form_starts_with_what_the_findings_suggest(desk, consultation, moderator):
    form = desk.get(url(case_of(held_in(consultation), actor=moderator))).context["form"]

    assert form.initial == {
        "clauses": [PRIVATE],
        "reason": TAKEN_OUT,
        "passages": [str(Finding.objects.get().pk)],
    }


@pytest.mark.parametrize(
    ("action", "offered", "told"),
    [
        ("redact", "reason", "taken out"),
        ("redact", "taken out", "taken out"),
        ("refuse", "taken out", "reason"),
        ("return", "taken out", "reason"),
        ("refuse", "Words of my own.", "Words of my own."),
    ],
)
def test_author_reads_what_fits_the_decision(desk, consultation, moderator, action, offered, told):
    case = case_of(held_in(consultation), moderator)
    clause = PolicyVersion.current().clause(PRIVATE)
    words = {"reason": clause.reason, "taken out": TAKEN_OUT}
    fields = {"action": action, "passages": [Finding.objects.get().pk], "reason": words.get(offered, offered)}

    assert send(desk, case, **redaction(**fields)).status_code == 302

    assert Decision.objects.get().reason == " ".join(words.get(told, told).split())


def test_nothing_is_called_public_that_was_not_given_to_be_published(desk, consultation, moderator):
    submission = held_in(consultation)
    Submission.objects.filter(pk=submission.pk).update(for_public=False)

    form = desk.get(url(case_of(submission, actor=moderator))).context["form"]

    assert form.initial["reason"] == TAKEN_OUT.removesuffix(" The rest is public.")


def test_form_offers_no_reason_when_several_clauses_hold_the_text(desk, consultation, moderator):
    submission = submission_to(consultation, "I know where you live, planner. Ring 0491 570 006.")

    form = desk.get(url(case_of(submission, actor=moderator))).context["form"]

    assert (form.initial["clauses"], form.initial["reason"]) == (["threats", PRIVATE], "")


def test_publishing_cites_no_clause_and_gives_no_reason(desk, consultation, moderator):
    submission = held_in(consultation)

    response = send(desk, case_of(submission, moderator), **refusal(action="publish"))

    decision = Decision.objects.get()
    assert response.status_code == 302
    assert (decision.action, decision.reason, decision.clauses, decision.spans) == ("publish", "", [], [])


def test_refusing_keeps_clauses_and_reason(desk, consultation, moderator):
    submission = held_in(consultation)

    response = desk.post(
        url(case_of(submission, moderator)),
        {"revision": submission.current_id, "sure": "refuse", **refusal()},
        follow=True,
    )

    decision = Decision.objects.get()
    assert (decision.reason, [clause.key for clause in decision.clauses], decision.actor) == (
        "It has a number.",
        [PRIVATE],
        moderator,
    )
    assert (
        f"{submission.reference} is refused under clause 5 (Keep private details private)." in messages_of(response)[0]
    )


def test_redacting_takes_out_marked_and_named_passages(desk, consultation, moderator):
    submission = held_in(consultation)

    send(
        desk,
        case_of(submission, moderator),
        **redaction(passages=[Finding.objects.get().pk], others="night\r\n\r\n  bus "),
    )

    submission.refresh_from_db()
    assert submission.public_text == (
        "Ring me on [phone number removed] about the [passage removed] [passage removed]."
    )


def test_redacting_takes_a_named_passage_out_of_title_and_text(desk, consultation, moderator):
    submission = idea_for(consultation, title="Jo said so", text="Jo is at 0491 570 006. Ask Jo.")

    send(desk, case_of(submission, moderator), **redaction(others="Jo") | {"sure": "redact 3"})

    submission.refresh_from_db()
    assert (submission.public_title, submission.public_text) == (
        "[passage removed] said so",
        "[passage removed] is at 0491 570 006. Ask [passage removed].",
    )


def test_selected_place_is_taken_out_and_no_other_with_the_same_words(desk, consultation, moderator):
    submission = submission_to(consultation, "They say I am late. I am at 0491 570 006.")

    send(desk, case_of(submission, moderator), **redaction(places=["text:20:24:I am"]))

    submission.refresh_from_db()
    assert submission.public_text == "They say I am late. [passage removed] at 0491 570 006."
    assert len(Decision.objects.get().spans) == 1


def test_selected_place_with_other_words_decides_nothing(desk, consultation, moderator):
    case = case_of(held_in(consultation), moderator)

    response = send(desk, case, **redaction(places=["text:0:4:Ring", "text:0:4:Sing"]))

    assert errors(response) == {"places": ["A passage that you selected is not there. Select it again."]}
    page = response.content.decode()
    assert page.count('name="places" value="text:0:4:Ring"') == 1
    assert "Sing" not in page


def test_typed_words_that_stand_at_several_places_are_asked_about(desk, consultation, moderator):
    submission = idea_for(consultation, title="The bus", text="They say the bus is late, the mayor too. 0491 570 006")
    case = case_of(submission, moderator)
    Case.objects.filter(pk=case.pk).update(severity=1)

    page = " ".join(send(desk, case, **redaction(others="the")).content.decode().split())

    assert "<b>Nothing is decided yet.</b> Places of “the” in the text: 2. Each of these places is taken out." in page
    assert "They say <ins>[passage removed]</ins> bus is late, <ins>[passage removed]</ins> mayor too." in page
    assert "Without passages +2</button>" in page
    assert not Decision.objects.exists()
    send(desk, case, **redaction(others="the") | {"sure": "redact 2"})
    submission.refresh_from_db()
    assert submission.public_text.startswith("They say [passage removed] bus is late, [passage removed] mayor")


def test_preview_shows_what_is_taken_out_of_title_and_name(desk, consultation, moderator):
    text = "The bus is late."
    submission = idea_for(consultation, title="Ring 0491 570 006", text=text, author_name="Jo 0491 570 156")

    page = " ".join(desk.get(url(case_of(submission, moderator))).content.decode().split())

    assert 'data-preview-of="title">Ring <ins>[phone number removed]</ins></p>' in page
    assert 'data-preview-of="name"><ins>[name removed]</ins></p>' in page
    assert 'data-preview-of="text" hidden></p>' in page


def test_redacting_takes_a_name_out(desk, consultation, moderator):
    submission = held_in(consultation, author_name="Jo Blue")

    send(desk, case_of(submission, moderator), **redaction(others="Jo Blue"))

    submission.refresh_from_db()
    assert (submission.author_name, submission.public_text) == ("[name removed]", submission.current.text)


def test_blind_check_looks_like_any_case(desk, danas_desk, consultation, moderator, dana):
    submission = held_in(consultation)
    decision = decide(
        case_of(submission),
        revision_id=submission.current_id,
        action="refuse",
        actor=moderator,
        reason="So.",
        clauses=[PRIVATE],
    )
    open_blind_review(decision)
    case = case_of(submission, actor=dana)

    page = page_of(danas_desk, case)
    response = danas_desk.post(
        url(case), {"revision": case.revision_id, "action": "publish", "sure": "publish"}, follow=True
    )

    assert "Decided before" not in page
    assert str(moderator) not in page
    assert messages_of(response)[0] == f"{submission.reference} is published."


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (
            {"action": "refuse"},
            {"clauses": ["Choose at least one clause."], "reason": ["Write the reason; the author will read it."]},
        ),
        (
            refusal(clauses=["unheard-of"]),
            {"clauses": ["Select a valid choice. unheard-of is not one of the available choices."]},
        ),
        (refusal(reason="  "), {"reason": ["Write the reason; the author will read it."]}),
        (redaction(), {"passages": ["Mark at least one passage to take out."]}),
        (
            redaction(others="0491 570 006\nthe tram"),
            {"others": ["“the tram” is not in the text. Copy whole words, exactly as they stand there."]},
        ),
        ({"action": "erase"}, {"action": ["Select a valid choice. erase is not one of the available choices."]}),
        ({"action": ""}, {"action": ["Press one of the buttons below to decide."]}),
    ],
)
def test_decision_that_lacks_something_says_what(desk, consultation, moderator, sent, expected):
    response = send(desk, case_of(held_in(consultation), moderator), **sent)

    assert response.status_code == 422
    assert errors(response) == expected
    assert not Decision.objects.exists()


def test_faulty_decision_keeps_what_was_typed_and_links_to_the_fields(desk, consultation, moderator):
    response = send(desk, case_of(held_in(consultation), moderator), **redaction(others="the tram", reason="Words."))

    page = response.content.decode()
    assert '<a href="#id_others">“the tram” is not in the text.' in page
    assert "Words.</textarea>" in page
    assert 'aria-describedby="id_others_helptext id_others_error"' in page


def test_passages_named_for_redaction_do_not_hinder_a_refusal(desk, consultation, moderator):
    response = send(desk, case_of(held_in(consultation), moderator), **refusal(others="not in there"))

    assert response.status_code == 302


@pytest.mark.parametrize("revision", ["", "nonsense", "0"])
def test_decision_without_the_revision_that_was_read_is_not_made(desk, consultation, moderator, revision):
    response = send(desk, case_of(held_in(consultation), moderator), **refusal(revision=revision))

    assert response.status_code == 409
    assert not Decision.objects.exists()


def test_nothing_can_be_decided_without_a_policy(desk, consultation, moderator):
    PolicyVersion.objects.all().delete()

    response = send(desk, case_of(held_in(consultation), moderator), action="publish")

    assert response.status_code == 409
    assert "No policy is in force" in response.content.decode()


def test_opened_public_text_can_be_published_again(desk, consultation, moderator):
    submission = submission_to(consultation, "The east gate is dark.")
    case = open_case(submission, submission.current, Case.Cause.OPENED, timezone.now() + timedelta(hours=1))

    response = send(desk, case, action="publish")

    submission.refresh_from_db()
    assert (response.status_code, submission.status) == (302, Status.PUBLISHED)
    assert list(Case.objects.waiting()) == []
