"""One statement at a time, by keyboard alone: with scripts and without, in the narrowest window and on a desk."""

import re

import pytest

from tests.browser.actions import follow, press, send, tab_to
from tests.browser.addresses import OPEN
from tests.browser.conftest import DESK
from tests.browser.page_checks import barriers, does_not_fit, show

pytestmark = pytest.mark.browser

NARROWEST = {"width": 320, "height": 640}
HAS_FOCUS = "document.activeElement.matches('h1')"


def sentence(page):
    return page.get_by_role("heading", level=1).inner_text()


def answer_by_keyboard(page, word, scripts):
    """Reach an answer by Tab and press it; with scripts the page stays, and the next statement has the focus."""
    before = page.url
    tab_to(page, word)
    if scripts:
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: address != before)
        page.wait_for_function(HAS_FOCUS)
    else:
        press(page, "Enter")


def faults_of(page, size):
    """Return what is wrong with the page by day and by night."""
    faults = []
    for scheme in ("light", "dark"):
        show(page, size, scheme)
        faults += barriers(page) + does_not_fit(page)
    return faults


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("size", [NARROWEST, DESK])
def test_statements_are_answered_one_after_the_other_by_keyboard(visit, size, scripts):
    page = visit(java_script_enabled=scripts, viewport=size)
    page.goto(OPEN)
    follow(page.get_by_role("link", name=re.compile(r"^Answer \d+ statements$")))
    total = int(re.search(r"1 of (\d+)", page.locator(".statements-top").inner_text())[1])
    met = [sentence(page)]
    page.evaluate("window.isSamePage = true")

    answer_by_keyboard(page, "Agree", scripts)
    if not scripts:  # a new browser is asked once
        tab_to(page, "Count my answer")
        press(page, "Enter")
    assert page.get_by_role("heading", level=2, name="You agreed").is_visible()
    assert f"“{met[0]}”" in page.locator(".told").inner_text()
    assert re.search(r"\d+ people answered: \d+ agree \(\d+\s%\)", page.locator(".told").inner_text())
    met.append(sentence(page))
    answer_by_keyboard(page, "Disagree", scripts)
    met.append(sentence(page))

    assert len({*met}) == 3
    assert f"3 of {total}, stop whenever you like" in page.locator(".statements-top").inner_text()
    if scripts:
        assert page.evaluate("window.isSamePage") is True
        assert page.get_by_role("status").all_inner_texts()[-1] == f"You disagreed 3 of {total}, stop whenever you like"
        assert faults_of(page, size) == []
    page.go_back()
    page.get_by_text(met[1], exact=True).first.wait_for()
    page.reload()
    assert (sentence(page), page.locator(".answer[aria-pressed=true]").inner_text()) == (met[1], "Disagree")
    follow(page.get_by_role("link", name="Go on with the next"))
    assert sentence(page) == met[2]

    follow(page.get_by_role("link", name="Stop here"))
    assert f"You answered 2 of {total} statements." in page.locator(".lead").inner_text()
    assert {each.inner_text() for each in page.locator(".result__words").all()} == {*met[:2]}
    assert {each.inner_text() for each in page.locator(".result__you").all()} == {"You agreed", "You disagreed"}
    if scripts:
        assert faults_of(page, size) == []


def test_a_tap_that_costs_a_puzzle_is_sent_like_any_form(visit):
    page = visit()
    page.goto(f"{OPEN}statements/")
    page.evaluate("window.fetch = async () => new Response('', { status: 422 })")

    follow(page.get_by_role("button", name="Agree", exact=True))

    assert page.get_by_role("heading", level=2, name="You agreed").is_visible()


def test_a_sentence_of_ones_own_is_written_without_scripts(visit):
    page = visit(java_script_enabled=False)
    page.goto(f"{OPEN}statements/")
    follow(page.get_by_role("link", name="Something missing? Write your own"))
    send(page, "Send my statement", Your_statement="The last bus should wait for the last ferry.")

    assert sentence(page) == "We have your statement."
    follow(page.get_by_role("link", name="See it in its place"))
    assert sentence(page) == "The last bus should wait for the last ferry."
    assert page.get_by_role("button", name="Agree", exact=True).is_visible()
