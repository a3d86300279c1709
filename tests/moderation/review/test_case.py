import pytest

from moderation.models import Case, Finding, PolicyVersion
from tests.factories import HELD_TEXT, HOSTILE, held_in, idea_for, submission_to
from tests.moderation.case_pages import case_of, page_of, redaction, refusal, send, url

pytestmark = pytest.mark.django_db

CASE_QUERIES = 28  # the admin's own frame takes 8 of them, the colleagues to assign the case to one
LONG = "The last bus leaves the east gate long before the late shift ends, and so nobody can take it home at night."
PASSAGE = "11111111-1111-4111-8111-111111111111"


def test_case_marks_what_was_found_by_letter_and_explains_it(desk, consultation):
    page = page_of(desk, case_of(held_in(consultation)))

    assert (
        'Ring me on <mark class="mark mark--hold" data-letters="A" aria-describedby="finding-A">0491 570 006</mark>'
        " about the night bus."
    ) in page
    assert "Telephone numbers" in page
    assert "Looks like an Australian phone number." in page
    assert "<summary>Clause 5 in full</summary>" in page
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

    assert "This text may be hard to read: clause 3 (No threats or calls for violence). Open it when you are" in page
    assert "I know where you live" not in page


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
    assert "quirina@" not in page.casefold()


def test_case_shows_the_name_that_readers_would_see_with_what_was_found_in_it(desk, consultation):
    page = page_of(desk, case_of(submission_to(consultation, "The bus is late.", author_name="Jo 0491 570 006")))

    assert 'Jo <mark class="mark mark--hold" data-letters="A" aria-describedby="finding-A">0491 570 006</mark>' in page


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
    submission = submission_to(consultation, " and ".join([LONG, *["Ring 0491 570 006"] * findings]))
    submission.revise(text=" or ".join([LONG, *["Ring 0491 570 006"] * findings]))
    case = case_of(submission, moderator)
    desk.get(url(case))

    with django_assert_num_queries(CASE_QUERIES):
        desk.get(url(case))


def test_finding_about_the_whole_text_is_said_but_not_marked(desk, consultation):
    submission = submission_to(consultation, "THE NIGHT BUS HAS TO STOP AT THE EAST GATE. " * 3 + "0491 570 006")

    response = desk.get(url(case_of(submission)))

    assert [(mark.letter, mark.whole) for mark in response.context["marked"].marks] == [("A", True), ("B", False)]
    assert "About the whole text" in response.content.decode()
    assert [(segment.text, segment.letters) for segment in response.context["marked"].text if segment.letters] == [
        ("0491 570 006", ("B",))
    ]
