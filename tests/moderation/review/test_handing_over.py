import pytest
from django.urls import reverse
from django.utils import timezone

from moderation.models import Case, CaseClosed, Decision
from moderation.review.decisions import decide
from moderation.review.forms import HandOverForm
from moderation.review.hand_over import hand_over, notes_for
from moderation.screening.screen import open_case
from portal.audit import text_digest
from portal.casework.models import SAME_NOTE_WITHIN
from portal.models import AuditEntry
from tests.factories import UserFactory, held_in
from tests.moderation.case_pages import PRIVATE, case_of, messages_of, page_of, send

pytestmark = pytest.mark.django_db

GROUPS = {
    "lead": "Lead moderators",
    "legal": "Legal reviewers",
    "safety": "Safety officers",
    "privacy": "Privacy officers",
}


@pytest.fixture
def case(consultation):
    somebody_at("legal")  # a desk where nobody works is not offered
    return case_of(held_in(consultation))


def over(desk, case, **fields):
    fields = {"over-desk": "legal", "over-note": "A court order is mentioned.", **fields}
    return desk.post(reverse("queue_over", args=[case.pk]), fields, follow=True)


def somebody_at(place):
    return UserFactory(groups=[GROUPS[place]])


def test_handing_over_says_where_it_went_and_leads_on(desk, case, moderator):
    case.claim(moderator)

    response = over(desk, case)

    case.refresh_from_db()
    assert messages_of(response)[0] == f"{case.submission.reference} is handed over: Legal."
    assert (case.desk, case.claimed_by) == ("legal", None)
    assert [(note.actor, note.text) for note in case.notes.all()] == [(moderator, "A court order is mentioned.")]


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({"over-note": " "}, {"note": ["Write what they should know; they have not seen the case before."]}),
        ({"over-desk": "police"}, {"desk": ["Choose one of the desks."]}),
    ],
)
def test_handing_over_asks_for_desk_and_note(desk, case, sent, errors):
    response = over(desk, case, **sent)

    case.refresh_from_db()
    assert (response.status_code, response.context["over"].errors, case.desk) == (422, errors, "")


def test_case_that_a_colleague_reads_is_not_handed_over(desk, case, dana):
    case.claim(dana)

    response = over(desk, case)

    case.refresh_from_db()
    assert (response.status_code, case.desk) == (409, "")
    assert "Dana Reyes is looking at this case now" in response.content.decode()


@pytest.mark.parametrize("place", GROUPS)
def test_only_that_desk_reads_and_decides_what_was_handed_over(client, desk, case, moderator, place):
    hand_over(case, place, "Please.", moderator)
    client.force_login(moderator)
    answers = {
        name: client.post(reverse(name, args=[case.pk]), {"action": "publish", "revision": case.revision_id})
        for name in ("queue_case", "queue_take", "queue_release", "queue_show", "queue_two", "queue_over", "queue_note")
    }
    page = client.get(reverse("queue_case", args=[case.pk]))
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 403)
    assert page.status_code == 403
    assert "Only who works there reads and decides it." in page.content.decode()
    assert "0491 570 006" not in page.content.decode()

    reader = somebody_at(place)
    client.force_login(reader)
    client.post(reverse("queue_take", args=[case.pk]))
    page = page_of(client, case)
    assert "0491 570 006" in page.replace("</mark>", "")
    assert "Please." in page
    response = send(client, case, action="publish")

    assert response.status_code == 302
    assert Decision.objects.get().actor == reader


@pytest.mark.parametrize("place", GROUPS)
def test_other_desks_cannot_decide_either(case, moderator, place):
    hand_over(case, place, "Please.", moderator)
    for other in GROUPS.keys() - {place}:
        with pytest.raises(CaseClosed, match="handed over"):
            decide(case, revision_id=case.revision_id, action="publish", actor=somebody_at(other))


def test_what_is_on_another_desk_is_not_given_to_a_moderator_next(desk, case, moderator):
    hand_over(case, "safety", "Please.", moderator)

    response = desk.post(reverse("queue_next"), follow=True)

    assert response.redirect_chain == [(reverse("queue"), 302)]


def test_closed_case_of_a_text_that_lies_on_another_desk_is_not_read_either(desk, consultation, moderator):
    submission = held_in(consultation)
    first = case_of(submission)
    decide(first, revision_id=first.revision_id, action="publish", actor=moderator)
    assert desk.get(reverse("queue_case", args=[first.pk])).status_code == 200

    again = open_case(submission, submission.current, Case.Cause.OPENED, first.due_at)
    hand_over(again, "legal", "Please.", moderator)

    assert desk.get(reverse("queue_case", args=[first.pk])).status_code == 403


def test_case_is_handed_back(client, case, moderator):
    hand_over(case, "legal", "Please.", moderator)
    client.force_login(somebody_at("legal"))

    over(client, case, **{"over-desk": "", "over-note": "Nothing to fear."})

    case.refresh_from_db()
    assert case.desk == ""
    assert [note.text for note in case.notes.all()] == ["Please.", "Nothing to fear."]


def test_case_is_not_handed_over_twice(case, moderator, dana):
    hand_over(case, "legal", "Please.", moderator)

    with pytest.raises(CaseClosed, match="handed this over already"):
        hand_over(case, "safety", "Please.", dana)


def test_case_of_two_who_differ_stays_with_the_lead(case, moderator, dana, lead):
    for actor, action in ((moderator, "refuse"), (dana, "publish")):
        decide(case, revision_id=case.revision_id, action=action, actor=actor, clauses=["accusations"], reason="So.")

    with pytest.raises(CaseClosed, match="do not agree"):
        hand_over(case, "", "Not me.", lead)


def test_ledger_tells_of_every_step_and_repeats_no_words(case, moderator):
    case.add_note("Hm.", moderator)
    hand_over(case, "legal", "Please.", moderator)

    assert [(each.action, each.by, each.facts) for each in AuditEntry.objects.about(case).order_by("number")] == [
        ("case.noted", moderator.pk, {"note": text_digest("Hm.")}),
        ("case.handed_over", moderator.pk, {"left": "", "reached": "legal", "note": text_digest("Please.")}),
    ]


def test_notes_are_a_thread(desk, case, moderator, dana):
    case.add_note("First.", dana)

    response = desk.post(reverse("queue_note", args=[case.pk]), {"note-text": "Second."}, follow=True)

    assert [(note.actor, note.text) for note in notes_for(Case.objects.get(), moderator)] == [
        (dana, "First."),
        (moderator, "Second."),
    ]
    page = response.content.decode()
    assert page.index("First.") < page.index("Second.")


def test_note_sent_three_times_is_one_note(desk, case, dana):
    for _tap in range(3):
        desk.post(reverse("queue_note", args=[case.pk]), {"note-text": "Rang @dana again."})

    assert [note.text for note in case.notes.all()] == ["Rang @dana again."]
    assert AuditEntry.objects.filter(action="case.noted").count() == 1


def test_same_words_of_somebody_else_or_later_are_another_note(case, moderator, dana):
    case.add_note("I agree.", moderator)
    case.add_note("I agree.", dana)
    case.add_note("I agree.", moderator)
    case.notes.update(created_at=timezone.now() - SAME_NOTE_WITHIN)
    case.add_note("I agree.", moderator)

    assert case.notes.count() == 4


def test_making_responsible_three_times_keeps_one_note(case, moderator, dana):
    for _tap in range(3):
        case.assign(dana, moderator, "You know the place.")

    assert case.notes.count() == 1


def test_note_of_the_first_reader_is_not_shown_to_the_second(case, moderator, dana):
    case.add_note("I would refuse it.", moderator)
    case.add_note("Is it about the tram?", dana)
    decide(case, revision_id=case.revision_id, action="refuse", actor=moderator, clauses=["accusations"], reason="So.")

    case = Case.objects.get()
    assert [note.text for note in notes_for(case, dana)] == ["Is it about the tram?"]
    assert [note.text for note in notes_for(case, moderator)] == ["I would refuse it.", "Is it about the tram?"]


@pytest.mark.parametrize("who", ["editor", "officer", "citizen"])
def test_colleagues_work_is_closed_to_everybody_else(client, request, case, who):
    client.force_login(request.getfixturevalue(who))

    over(client, case)
    client.post(reverse("queue_note", args=[case.pk]), {"note-text": "x"})

    case.refresh_from_db()
    assert (case.desk, case.notes.count()) == ("", 0)


def test_refusal_under_a_plain_clause_needs_no_second_reader_on_a_desk(case, moderator):
    hand_over(case, "legal", "Please.", moderator)

    made = decide(
        case, revision_id=case.revision_id, action="refuse", actor=somebody_at("legal"), clauses=[PRIVATE], reason="So."
    )

    assert isinstance(made, Decision)


def test_desk_where_nobody_works_is_not_offered(case):
    offered = [value for value, _label in HandOverForm(desk="").fields["desk"].choices]

    assert offered == ["legal"]


def test_refused_try_does_not_keep_colleagues_away(desk, case):
    Case.objects.filter(pk=case.pk).update(second_reader=True)
    address = reverse("queue_case", args=[case.pk])
    sent = {
        "action": "refuse",
        "sure": "refuse",
        "revision": case.revision_id,
        "clauses": [PRIVATE],
        "reason": "A number.",
    }
    desk.post(address, sent)  # the first opinion

    again = desk.post(address, sent)

    case.refresh_from_db()
    assert (again.status_code, case.claimed_by, case.opinions.count()) == (409, None, 1)
