"""A questionnaire is saved and taken up again, in a browser: by hand, by itself, and by two people at once."""

import re

import pytest

from tests.browser.actions import READING, follow
from tests.browser.addresses import OPEN
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import barriers, does_not_fit, show

pytestmark = pytest.mark.browser

QUESTION = "What one thing would make you take the night bus?"
SAVE = "Save and come back later"


def save_first(page, words):
    """Save the questionnaire of the sample for the first time; return the private link."""
    page.goto(f"{OPEN}questionnaire/")
    page.get_by_label(QUESTION).fill(words)
    page.get_by_role("radio", name="Most weekends").check()
    page.wait_for_timeout(READING)
    follow(page.get_by_role("button", name=SAVE))
    return page.locator("[data-copied]").get_attribute("href")


def faults_of(page):
    """Return what is wrong with a page on a phone and on a desk, by day and by night."""
    faults = []
    for size in (PHONE, DESK):
        for scheme in ("light", "dark"):
            show(page, size, scheme)
            faults += barriers(page) + does_not_fit(page)
    return faults


def let_pass(page, milliseconds):
    """Move the clock of a page on, once enough time has passed for the server too."""
    page.wait_for_timeout(READING)
    page.clock.fast_forward(milliseconds)


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_saves_comes_back_by_the_link_and_sends(visit, scripts):
    page = visit(java_script_enabled=scripts)
    words = f"A bus that waits for the last ferry, scripts {scripts}."
    link = save_first(page, words)
    assert page.get_by_role("heading", level=1).inner_text() == "Your answers are saved."
    assert not scripts or faults_of(page) == []

    another = visit(java_script_enabled=scripts)
    another.goto(link)
    assert another.get_by_label(QUESTION).input_value() == words
    assert not scripts or faults_of(another) == []
    another.wait_for_timeout(READING)
    follow(another.get_by_role("button", name="Send my answers"))

    assert another.get_by_role("heading", level=1).inner_text() == "We have your answers."
    assert words in another.locator("main").inner_text()


@pytest.fixture
def page_that_is_refused(browser, site):
    """Open a page of which nobody notes that the browser complains: the server refuses what it saves by itself."""
    context = browser.new_context(
        base_url=site.address, viewport=DESK, extra_http_headers={"X-Forwarded-For": "10.1.0.1"}
    )
    yield context.new_page()
    context.close()


def test_what_is_typed_is_saved_by_itself_until_somebody_else_saves(visit, page_that_is_refused):
    page = page_that_is_refused
    link = save_first(page, "First words.")
    page.clock.install()
    page.goto(link)
    page.get_by_label(QUESTION).fill("Second words.")
    let_pass(page, 25_000)
    assert page.locator("[data-autosave-said]").inner_text() == ""
    page.clock.fast_forward(6_000)
    page.get_by_text(re.compile("^Saved at ")).wait_for()

    other = visit()
    other.goto(link)
    assert other.get_by_label(QUESTION).input_value() == "Second words."
    other.get_by_label(QUESTION).fill("Words of another.")
    other.wait_for_timeout(READING)
    follow(other.get_by_role("button", name=SAVE))

    page.get_by_label(QUESTION).fill("Third words.")
    with page.expect_response(lambda answer: answer.status == 409):
        let_pass(page, 31_000)
    page.get_by_role("alert").get_by_text("Somebody changed these answers elsewhere").wait_for()
    follow(page.get_by_role("button", name=SAVE))

    assert page.get_by_role("heading", level=1).inner_text() == "These answers were changed meanwhile"
    assert faults_of(page) == []
    follow(page.get_by_role("button", name="Keep these, and go on"))
    assert page.get_by_label(QUESTION).input_value() == "Words of another.\n\nThird words."


def on_device(page):
    """Return the names of what the browser keeps of forms."""
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft'))")


def test_copy_on_the_device_goes_with_what_is_saved_and_sent(visit):
    page = visit()
    page.goto(f"{OPEN}questionnaire/")
    page.get_by_label("Name to show").fill("Rio")
    page.wait_for_timeout(READING)
    page.get_by_role("button", name=SAVE).click()
    page.get_by_text("so that there is something to keep").first.wait_for()  # at the address of the saving
    page.get_by_label(QUESTION).press_sequentially("A lit stop")
    assert len(on_device(page)) == 2
    page.wait_for_timeout(READING)
    follow(page.get_by_role("button", name=SAVE))
    assert on_device(page) == []

    page.goto(page.locator("[data-copied]").get_attribute("href"))
    page.get_by_label(QUESTION).press_sequentially(" and a bench")
    page.get_by_role("radio", name="Most weekends").check()
    page.wait_for_timeout(READING)
    follow(page.get_by_role("button", name="Send my answers"))
    assert page.get_by_role("heading", level=1).inner_text() == "We have your answers."
    assert on_device(page) == []


def test_copy_on_the_device_stands_over_what_was_saved_until_it_is_saved_by_itself(visit):
    page = visit()
    link = save_first(page, "First words.")
    page.clock.install()
    page.goto(link)
    page.get_by_label(QUESTION).fill("Second words.")
    page.get_by_role("radio", name="Most weekends").press("ArrowDown")
    chosen = page.locator("input[type=radio]:checked:not([value=''])").first.input_value()
    page.goto(link)
    assert page.get_by_label(QUESTION).input_value() == "Second words."
    assert page.locator("input[type=radio]:checked:not([value=''])").first.input_value() == chosen != "Most weekends"
    assert [name.rpartition(" ")[2] for name in on_device(page)] == ["1"]
    assert "key=" not in on_device(page)[0]

    let_pass(page, 31_000)
    page.get_by_text(re.compile("^Saved at ")).wait_for()
    assert on_device(page) == []

    other = visit()
    other.goto(link)
    assert other.get_by_label(QUESTION).input_value() == "Second words."


def test_nothing_is_saved_twice_at_once_and_a_press_waits_for_it(visit):
    page = visit()
    link = save_first(page, "First words.")
    page.clock.install()
    page.goto(link)
    under_way = []

    def hold_the_first(route):
        under_way.append(route)
        if len(under_way) > 1:
            route.continue_()

    page.route("**/save/*", hold_the_first)
    page.get_by_label(QUESTION).fill("Second words.")
    with page.expect_request("**/save/*"):
        let_pass(page, 31_000)
    page.get_by_label(QUESTION).fill("Third words.")
    page.clock.fast_forward(10_000)
    page.get_by_role("button", name=SAVE).click()
    assert len(under_way) == 1

    with page.expect_navigation():
        under_way[0].continue_()
    assert page.get_by_role("heading", level=1).inner_text() == "Your answers are saved."
    other = visit()
    other.goto(link)
    assert other.get_by_label(QUESTION).input_value() == "Third words."


def test_refusal_that_is_no_conflict_is_not_called_one(visit, page_that_is_refused):
    page = page_that_is_refused
    link = save_first(page, "First words.")
    page.clock.install()
    page.goto(link)
    page.get_by_label(QUESTION).fill("Second words.")
    other = visit()
    other.goto(link)
    other.wait_for_timeout(READING)
    follow(other.get_by_role("button", name="Send my answers"))

    with page.expect_response(lambda answer: answer.status == 409):
        let_pass(page, 31_000)

    page.get_by_role("alert").get_by_text("is not saved by itself any more").wait_for()
    assert not page.get_by_text("Somebody changed these answers elsewhere").is_visible()
