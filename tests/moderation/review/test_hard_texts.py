import pytest
from django.urls import reverse

from moderation.models import Case, Decision, Exposure, ModerationSettings
from moderation.redress.reports import file_report
from tests.factories import UserFactory, held_in, submission_to
from tests.moderation.case_pages import case_of, messages_of, page_of, send

pytestmark = pytest.mark.django_db

THREAT = "I know where you live, planner."
WORDS = "know where you live"


@pytest.fixture
def case(consultation):
    return case_of(submission_to(consultation, THREAT))


@pytest.fixture
def budget(db):
    known = ModerationSettings.load()
    known.exposure_budget = 2
    known.save()


def show(desk, case, **fields):
    return desk.post(reverse("queue_show", args=[case.pk]), fields, follow=True)


def test_hard_text_is_not_on_the_page_until_it_is_opened(desk, case, moderator):
    case.claim(moderator)
    page = page_of(desk, case)
    assert WORDS not in page
    assert "data-decision" not in page
    assert "This text may be hard to read: clause 3" in page

    page = show(desk, case).content.decode()

    assert WORDS in page.replace("</mark>", "")
    assert "data-decision" in page
    assert [(each.user, each.case) for each in Exposure.objects.all()] == [(moderator, case)]


def test_opening_counts_once_for_each_text(desk, case):
    show(desk, case)
    show(desk, case)
    assert Exposure.objects.count() == 1

    case.submission.refresh_from_db()
    case.submission.revise(text=f"{THREAT} Soon.")

    assert WORDS not in page_of(desk, case)
    show(desk, case)
    assert Exposure.objects.count() == 2


def test_colleague_opens_it_for_themselves(desk, danas_desk, case):
    show(desk, case)

    assert WORDS not in page_of(danas_desk, case)


def test_earlier_texts_stay_shut_too(desk, consultation):
    submission = submission_to(consultation, THREAT)
    submission.revise(text=f"{THREAT} Soon.")

    assert WORDS not in page_of(desk, case_of(submission))


def test_text_that_was_not_opened_cannot_be_decided(desk, case, moderator):
    case.claim(moderator)

    response = send(desk, case, action="publish")

    assert response.status_code == 409
    assert "You have not opened the text yet" in response.content.decode()
    assert not Decision.objects.exists()


def test_text_that_was_not_opened_can_be_handed_over(desk, case, moderator):
    UserFactory(groups=["Safety officers"])
    case.claim(moderator)

    desk.post(reverse("queue_over", args=[case.pk]), {"over-desk": "safety", "over-note": "A threat, it seems."})

    case.refresh_from_db()
    assert case.desk == "safety"


def test_announcements_and_titles_never_repeat_a_hard_text(desk, case, moderator, consultation):
    case_of(submission_to(consultation, THREAT))
    show(desk, case)
    case.claim(moderator)

    response = desk.post(
        reverse("queue_case", args=[case.pk]),
        {
            "revision": case.revision_id,
            "action": "refuse",
            "sure": "refuse",
            "clauses": ["threats"],
            "reason": "A threat.",
        },
        follow=True,
    )

    assert WORDS not in " ".join(messages_of(response))
    assert WORDS not in response.content.decode()  # the next case is one like it
    assert WORDS not in desk.get(reverse("queue")).content.decode()


def test_who_has_read_enough_is_asked_first(desk, consultation, budget):
    for _text in range(2):
        show(desk, case_of(submission_to(consultation, THREAT)))
    case = case_of(submission_to(consultation, THREAT))

    response = show(desk, case)

    page = response.content.decode()
    assert "You have read 2 hard texts within the hour." in page
    assert "Go on anyway" in page
    assert WORDS not in page
    assert Exposure.objects.count() == 2


def test_who_has_read_enough_may_go_on(desk, consultation, budget):
    cases = [case_of(submission_to(consultation, THREAT)) for _text in range(3)]

    pages = [show(desk, case, anyway="on").content.decode() for case in cases]

    assert [WORDS in page.replace("</mark>", "") for page in pages] == [True, True, True]
    assert Exposure.objects.count() == 3


def test_text_that_was_opened_before_is_shown_without_asking(desk, consultation, budget):
    cases = [case_of(submission_to(consultation, THREAT)) for _text in range(2)]
    for case in cases:
        show(desk, case)

    assert WORDS in show(desk, cases[0]).content.decode().replace("</mark>", "")


def test_who_has_read_enough_is_given_others(desk, consultation, budget):
    hard = [case_of(submission_to(consultation, THREAT)) for _text in range(3)]
    other = case_of(held_in(consultation))
    for case in hard[:2]:
        show(desk, case)

    response = desk.post(reverse("queue_next"), {"leaving": hard[2].pk}, follow=True)

    assert response.redirect_chain == [(reverse("queue_case", args=[other.pk]), 302)]


def test_no_budget_sets_no_limit(desk, consultation):
    ModerationSettings.objects.update_or_create(pk=1, defaults={"exposure_budget": 0})

    for _text in range(3):
        assert WORDS in show(desk, case_of(submission_to(consultation, THREAT))).content.decode().replace("</mark>", "")


def test_plain_text_is_shown_and_not_counted(desk, consultation):
    assert "0491 570 006" in page_of(desk, case_of(held_in(consultation)))
    assert not Exposure.objects.exists()


def test_opening_a_case_that_is_not_hard_reads_nothing_new(desk, consultation):
    case = case_of(held_in(consultation))

    show(desk, case)

    assert (Case.objects.get().pk, Exposure.objects.count()) == (case.pk, 0)


def test_text_that_readers_call_a_threat_is_shut_too(desk, consultation):
    submission = submission_to(consultation, "They will see what comes of it.")
    file_report(submission, submission.cleared, clause="threats", reporter_key="r1")

    page = page_of(desk, case_of(submission))

    assert "This text may be hard to read. Open it when you are ready" in page
    assert "They will see" not in page
