from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import Status
from moderation.models import Case, Decision, Finding, PolicyVersion
from moderation.screening import open_case
from tests.factories import HELD_TEXT, HOSTILE, UserFactory, held_in, idea_for, submission_to

pytestmark = pytest.mark.django_db

CASE_QUERIES = 16  # the admin's own frame takes 8 of them
PRIVATE = "personal-information"
PASSAGE = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def dana(db):
    return UserFactory(first_name="Dana", last_name="Reyes")


def case_of(submission, by=None):
    case = Case.objects.get(submission=submission, closed_at=None)
    if by:
        case.claim(by)
    return case


def url(case):
    return reverse("queue_case", args=[case.pk])


def page_of(desk, case):
    return desk.get(url(case)).content.decode()


def send(desk, case, **fields):
    return desk.post(url(case), {"revision": case.revision_id, **fields})


def refusal(**fields):
    return {"action": "refuse", "clauses": [PRIVATE], "reason": "It has a number.", **fields}


def redaction(**fields):
    return {"action": "redact", "clauses": [PRIVATE], "reason": "It has a number.", **fields}


def errors(response):
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


# What the page says


def test_case_marks_what_was_found_by_letter_and_explains_it(desk, consultation):
    page = page_of(desk, case_of(held_in(consultation)))

    assert (
        'Ring me on <mark class="mark mark--hold" data-letters="A" aria-describedby="finding-A ">0491 570 006</mark>'
        " about the night bus."
    ) in page
    assert "Telephone numbers" in page
    assert "Looks like an Australian phone number. Clause 5: Keep private details private." in page
    assert "Do not write telephone numbers" in page


def test_case_marks_a_title_too(desk, consultation):
    page = page_of(desk, case_of(idea_for(consultation, title="Ring 0491 570 006", text="The night bus.")))

    assert 'Ring <mark class="mark mark--hold" data-letters="A"' in page


def test_case_shows_what_it_belongs_to_and_answers(desk, consultation):
    parent = submission_to(consultation, "The shuttles should stay.")
    case = case_of(held_in(consultation, parent=parent, passage=PASSAGE))

    page = page_of(desk, case)

    for words in (consultation.title, "Eight lines", f"Answers the comment {parent.reference}", parent.public_text):
        assert words in page


def test_case_does_not_show_a_parent_that_is_not_public(desk, consultation):
    parent = submission_to(consultation, "Ring Jo on 0491 570 156.")
    page = page_of(desk, case_of(held_in(consultation, parent=parent)))

    assert "0491 570 156" not in page
    assert "That text is not public now." in page


def test_case_shows_hostile_text_as_text(desk, consultation):
    page = page_of(desk, case_of(submission_to(consultation, f"{HOSTILE} 0491 570 006", language="en")))

    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'lang="en" data-text' in page


def test_case_folds_away_what_is_hard_to_read(desk, consultation):
    page = page_of(desk, case_of(submission_to(consultation, "I know where you live, planner.")))

    assert "This text may be hard to read: clause 3 (No threats or calls for violence). Show it" in page
    assert page.count("I know where you live") == 1


def test_case_shows_what_changed_since_the_revision_before(desk, consultation):
    submission = held_in(consultation)
    submission.revise(text=HELD_TEXT.replace("night", "late"))

    page = page_of(desk, case_of(submission))

    assert "about the <del>night </del><ins>late </ins>bus." in page


def test_case_counts_the_authors_other_texts_without_naming_the_author(desk, consultation):
    mine = {"author_key": "k1", "author_name": "Quirina", "author_email": "quirina@example.org"}
    submission_to(consultation, "The bus is late.", **mine)
    submission_to(consultation, "The bus is cold.", **mine)
    submission_to(consultation, "Somebody else's.", author_key="k2")

    page = page_of(desk, case_of(held_in(consultation, **mine)))

    assert "also by this author here: 2 published" in " ".join(page.split())
    assert "quirina" not in page.casefold()


def test_case_shows_what_was_decided_before(desk, consultation, moderator):
    submission = held_in(consultation)
    send(desk, case_of(submission, moderator), **refusal())
    submission.refresh_from_db()
    submission.revise(text="The night bus is late.")

    page = page_of(desk, case_of(submission))

    assert "clause 5 (Keep private details private)" in page
    assert "“It has a number.”" in page


def test_sealed_text_is_not_shown_again(desk, consultation, moderator):
    submission = submission_to(consultation, "Ring me on 0491 570 158.")
    case = case_of(submission, moderator)
    finding = Finding.objects.get()
    send(desk, case, **redaction(passages=[finding.pk]))
    submission.refresh_from_db()
    submission.revise(text="The night bus is late. Ring 0491 570 156.")

    for page in (page_of(desk, case), page_of(desk, case_of(submission))):
        assert "0491 570 158" not in page
        assert "Passages were taken out of revision 1" in page
    assert "[phone number removed]" in page_of(desk, case)


def test_withdrawn_text_is_not_shown(desk, consultation):
    submission = held_in(consultation)
    submission.withdraw()

    page = page_of(desk, Case.objects.get())

    assert "0491 570 006" not in page
    assert "The author has withdrawn this text." in page


def test_case_without_a_screening_says_so(desk, consultation):
    PolicyVersion.objects.all().delete()

    assert "No rule saw anything in this text." in page_of(desk, case_of(held_in(consultation)))


@pytest.mark.parametrize("findings", [1, 3])
def test_case_costs_the_same_however_much_was_found(desk, consultation, moderator, django_assert_num_queries, findings):
    submission = submission_to(consultation, " and ".join(["Ring 0491 570 006"] * findings))
    submission.revise(text=" or ".join(["Ring 0491 570 006"] * findings))
    case = case_of(submission, moderator)
    desk.get(url(case))

    with django_assert_num_queries(CASE_QUERIES):
        desk.get(url(case))


# Who has it


def test_case_offers_the_decision_to_whoever_took_it_only(desk, consultation, moderator):
    case = case_of(held_in(consultation))
    assert "data-decision" not in page_of(desk, case)

    desk.post(reverse("queue_take", args=[case.pk]))

    assert "data-decision" in page_of(desk, case)


def test_case_says_which_colleague_is_looking(desk, consultation, dana):
    case = case_of(held_in(consultation), by=dana)

    page = page_of(desk, case)

    assert "Dana Reyes is looking at this case." in page
    assert "data-decision" not in page


def test_taking_a_colleagues_case_says_who_has_it(desk, consultation, dana):
    case = case_of(held_in(consultation), by=dana)

    response = desk.post(reverse("queue_take", args=[case.pk]), follow=True)

    assert "Dana Reyes is looking at this case." in [str(message) for message in response.context["messages"]]
    case.refresh_from_db()
    assert case.claimed_by == dana


@pytest.mark.parametrize(("taken", "status"), [(False, 204), (True, 409)])
def test_open_page_renews_its_claim(desk, consultation, dana, taken, status):
    case = case_of(held_in(consultation), by=dana if taken else None)

    response = desk.post(reverse("queue_take", args=[case.pk]), headers={"X-Requested-With": "XMLHttpRequest"})

    assert response.status_code == status


def test_decision_on_a_colleagues_case_is_not_made_and_nothing_typed_is_lost(desk, consultation, dana):
    case = case_of(held_in(consultation), by=dana)

    response = send(desk, case, **refusal(reason="Words I typed."))

    assert response.status_code == 409
    assert "Dana Reyes is looking at this case now, so nothing was decided." in response.content.decode()
    assert "Words I typed." in response.content.decode()
    assert not Decision.objects.exists()


def test_decision_after_a_colleagues_says_what_it_was(desk, client, consultation, moderator, dana):
    case = case_of(held_in(consultation), by=moderator)
    send(desk, case, action="publish")
    other = UserFactory(groups=["Submission moderators"])
    client.force_login(other)

    response = send(client, case, **refusal(reason="Words I typed."))

    assert response.status_code == 409
    assert f"{moderator} decided this case a moment ago: publish." in response.content.decode()
    assert "Words I typed." in response.content.decode()


def test_decision_on_a_text_that_changed_keeps_what_was_typed_and_shows_the_new_text(desk, consultation, moderator):
    submission = held_in(consultation)
    case = case_of(submission, by=moderator)
    submission.revise(text=f"{HELD_TEXT} Soon.")

    response = send(desk, case, **refusal(clauses=["respect"], reason="Words I typed.", others="the night bus"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "The author has changed the text since you opened it." in page
    assert response.context["form"].initial == {
        "clauses": ["respect"],
        "reason": "Words I typed.",
        "others": "the night bus",
        "passages": [str(Finding.objects.latest("id").pk)],
    }
    assert f'name="revision" value="{submission.current_id}"' in page


# Deciding


def test_form_starts_with_what_the_findings_suggest(desk, consultation, moderator):
    form = desk.get(url(case_of(held_in(consultation), by=moderator))).context["form"]

    assert form.initial == {
        "clauses": [PRIVATE],
        "reason": (
            "Your text has private details, such as a telephone number or an address. We may cover them and publish "
            "the rest, or you can take them out yourself."
        ),
        "passages": [str(Finding.objects.get().pk)],
    }


def test_form_offers_no_reason_when_several_clauses_hold_the_text(desk, consultation, moderator):
    submission = submission_to(consultation, "I know where you live, planner. Ring 0491 570 006.")

    form = desk.get(url(case_of(submission, by=moderator))).context["form"]

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
        url(case_of(submission, moderator)), {"revision": submission.current_id, **refusal()}, follow=True
    )

    decision = Decision.objects.get()
    assert (decision.reason, [clause.key for clause in decision.clauses], decision.by) == (
        "It has a number.",
        [PRIVATE],
        moderator,
    )
    assert str(next(iter(response.context["messages"]))) == (
        f"{submission.reference} is refused under clause 5 (Keep private details private)."
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

    send(desk, case_of(submission, moderator), **redaction(others="Jo"))

    submission.refresh_from_db()
    assert (submission.public_title, submission.public_text) == (
        "[passage removed] said so",
        "[passage removed] is at 0491 570 006. Ask [passage removed].",
    )


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
            {"others": ["“the tram” is not in the text. Copy it exactly as it stands there."]},
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


@pytest.mark.parametrize("name", ["queue_case", "queue_take", "queue_release"])
@pytest.mark.parametrize("who", ["editor", "officer", "citizen"])
def test_case_is_closed_to_everybody_else(client, request, consultation, name, who):
    case = case_of(held_in(consultation))
    client.force_login(request.getfixturevalue(who))

    response = client.post(reverse(name, args=[case.pk]), {"revision": case.revision_id, "action": "publish"})

    assert response.status_code == 302
    assert (Decision.objects.count(), Case.objects.get().claimed_by) == (0, None)


@pytest.mark.parametrize("name", ["queue_case", "queue_take", "queue_release"])
def test_case_that_is_not_there_is_not_found(desk, name):
    assert desk.post(reverse(name, args=[1])).status_code == 404


def test_finding_about_the_whole_text_is_said_but_not_marked(desk, consultation):
    submission = submission_to(consultation, "THE NIGHT BUS HAS TO STOP AT THE EAST GATE. " * 3 + "0491 570 006")

    response = desk.get(url(case_of(submission)))

    assert [(mark.letter, mark.whole) for mark in response.context["marked"].marks] == [("A", True), ("B", False)]
    assert "About the whole text" in response.content.decode()
    assert [(segment.text, segment.letters) for segment in response.context["marked"].text if segment.letters] == [
        ("0491 570 006", ("B",))
    ]
