"""A question that depends on another appears and disappears in a browser, and has a sentence without a script."""

import pytest

from tests.browser.actions import READING, follow
from tests.browser.addresses import OPEN
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import barriers, does_not_fit, show

pytestmark = pytest.mark.browser

QUESTION = "What keeps you from travelling at night?"
SENTENCE = "Answer this only if you chose"


def test_question_stands_there_only_while_it_applies(visit):
    page = visit()
    page.goto(f"{OPEN}questionnaire/")
    question = page.get_by_role("group", name=QUESTION)
    assert not question.is_visible()

    page.get_by_role("radio", name="Never", exact=True).press("Space")
    assert question.is_visible()
    assert not page.get_by_text(SENTENCE).is_visible()
    page.get_by_role("checkbox", name="No bus comes").check()

    page.reload()
    assert question.is_visible()  # with the draft on the device
    faults = []
    for size in (PHONE, DESK):
        show(page, size, "light")
        faults += barriers(page) + does_not_fit(page)
    assert faults == []
    page.get_by_role("radio", name="Most weekends").check()
    assert not question.is_visible()

    page.wait_for_timeout(READING)
    follow(page.get_by_role("button", name="Send my answers"))
    assert "No bus comes" in page.get_by_role("region", name=QUESTION).inner_text()  # shown once before it is left out
    page.wait_for_timeout(READING)
    follow(page.get_by_role("button", name="Send my answers"))
    assert page.get_by_role("heading", level=1).inner_text() == "We have your answers."


def test_question_stands_there_with_a_sentence_where_no_script_runs(visit):
    page = visit(java_script_enabled=False)
    page.goto(f"{OPEN}questionnaire/")

    assert page.get_by_role("group", name=QUESTION).is_visible()
    assert page.get_by_text(SENTENCE).is_visible()
