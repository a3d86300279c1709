"""A moderator's case as a desk: what is in sight, how much there is of it, and what keys do."""

import pytest

from tests.browser.actions import KEYS_REST, case_of, follow, press
from tests.browser.conftest import DESK, PHONE
from tests.browser.held_texts import FOUND, SIXTY, send_in
from tests.browser.page_checks import BESIDE_THE_TEXT, show

pytestmark = pytest.mark.browser

LAPTOP = {"width": 1366, "height": 768}
MOST_CONTROLS, MOST_WORDS = 20, 120
REST = 500  # milliseconds that keys rest
# What of the desk is not wholly in the window, above the bar.
OUT_OF_SIGHT = """() => {
  const bar = document.querySelector(".case-bar").getBoundingClientRect();
  const parts = ["[data-text]", ".findings", "[name=reason]", ".case-preview"].map((e) => document.querySelector(e));
  const isHidden = ({ bottom, top }) => bottom > bar.top || top < 0;
  const hidden = parts.filter((e) => e && isHidden(e.getBoundingClientRect()));
  const buttons = [...document.querySelectorAll(".case-bar .button")].filter((e) => e.checkVisibility());
  const low = buttons.filter((e) => e.getBoundingClientRect().bottom > innerHeight + 1);
  return [...hidden, ...low].map((e) => e.className || e.name);
}"""


# Whether nothing lies over the question before a serious decision.
IS_ASKED_IN_SIGHT = """() => {
  const said = document.querySelector("[data-said]");
  const { top, right, bottom, left } = said.getBoundingClientRect();
  const isSeen = (x, y) => document.elementFromPoint(x, y) === said;
  const corners = [[left + 2, top + 2], [left + 2, bottom - 2], [right - 2, top + 2], [right - 2, bottom - 2]];
  return said.textContent.startsWith("This is serious.") && corners.every(([x, y]) => isSeen(x, y));
}"""


# Select a word of the text, as a double click does.
SELECT = """(word) => {
  const node = document.querySelector("[data-text] .case-text__words").firstChild;
  const at = node.data.indexOf(word);
  document.getSelection().setBaseAndExtent(node, at, node, at + word.length);
}"""


def pages_clock(page):
    """Stop the page's clock: the moment of rest after a page has appeared ends when the test says so."""
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))


def test_everything_is_in_sight_without_scrolling_and_there_is_little_of_it(visit, site):
    page = visit("moderator")
    for name, found in FOUND.items():
        case_of(page, send_in(site, SIXTY.format(word=f"zinnia{len(found)}", found=found)))
        for size in (LAPTOP, DESK):
            show(page, size, "light")
            assert (name, size, page.evaluate(OUT_OF_SIGHT)) == (name, size, [])
        controls, words = page.evaluate(BESIDE_THE_TEXT)
        assert controls <= MOST_CONTROLS, name
        assert words <= MOST_WORDS, name


def test_bar_stays_on_the_phone(visit, site):
    page = case_of(visit("moderator"), send_in(site, SIXTY.format(word="yarrow", found=FOUND["two findings"])))
    show(page, PHONE, "light")

    for place in (0, 300):
        page.evaluate("(place) => document.scrollingElement.scrollTo(0, place)", place)
        bar = page.locator(".case-bar").bounding_box()
        assert round(bar["y"] + bar["height"]) <= PHONE["height"]
        assert page.get_by_role("button", name="Publish", exact=True).is_visible()
        assert bar["height"] < PHONE["height"] / 4


def test_key_pressed_twice_does_not_decide_the_next_case(visit, site):
    page = visit("moderator")
    for street in ("Aster Lane", "Borage Road"):
        send_in(site, f"The larkspur stop in {street} is dark. Vote for our candidate on Saturday!")
    page.goto("/admin/queue/?q=larkspur")
    first = case_of(page, send_in(site, "The larkspur stop in Aster Lane is cold, ring 0491 570 006.")).url
    assert page.locator("[data-shortcuts]").get_attribute("data-rest") == str(REST)
    pages_clock(page)
    page.reload()

    page.keyboard.press("p")
    assert page.locator(".is-asked").count() == 0

    page.clock.run_for(REST)
    page.keyboard.press("p")
    assert page.locator(".is-asked").inner_text().startswith("Publish")
    for size in (LAPTOP, DESK, PHONE):
        show(page, size, "light")
        page.evaluate("document.scrollingElement.scrollTo(0, 0)")
        assert page.evaluate(IS_ASKED_IN_SIGHT), size
    page.keyboard.press("p")  # at once: what was asked has not been read yet
    assert page.url == first
    page.clock.run_for(REST)
    press(page, "p")
    assert page.url != first


def test_digits_letters_and_x_fill_in_the_decision(visit, site):
    reference = send_in(site, "The foxglove stop is dark, says Quentin. Ring 0491 570 006 about it.")
    page = case_of(visit("moderator"), reference)
    pages_clock(page)
    page.reload()
    page.clock.run_for(REST)
    without = page.locator("[data-without]")
    assert without.inner_text().startswith("Without passages A")

    page.keyboard.press("a")
    assert page.locator("[data-letter=A] input").is_checked() is False
    page.keyboard.press("a")
    page.keyboard.press("6")
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("2")
    page.clock.run_for(1000)  # a two may begin a longer number
    numbers = page.evaluate("[...document.querySelectorAll('[data-number]:checked')].map((e) => e.dataset.number)")
    assert sorted(map(int, numbers)) == [2, 5, 6, 12]

    page.evaluate(SELECT, "Quentin")
    page.keyboard.press("x")
    assert page.locator("[name=places]").input_value() == "text:32:39:Quentin"
    assert without.inner_text().startswith("Without passages A, +1")
    shown = "The foxglove stop is dark, says [passage removed]. Ring [phone number removed] about it."
    assert page.locator(".case-preview").inner_text().endswith(shown)


def test_selection_is_one_place_and_the_words_that_go_out_are_seen(visit, site):
    reference = send_in(site, "They say 🚌 the stop is dark, so he and the planner ring 0491 570 006.")
    page = case_of(visit("moderator"), reference)
    page.wait_for_timeout(KEYS_REST)
    reason = page.locator("[name=reason]")
    assert reason.input_value().startswith("We took out")
    page.keyboard.press("a")
    assert reason.input_value().startswith("Your text has private details")
    page.evaluate(SELECT, "he and")  # not the "he" in "They" and "the"
    page.keyboard.press("x")
    page.keyboard.press("x")
    assert page.locator("[name=places]").count() == 1
    assert reason.input_value().startswith("We took out")
    assert page.locator("[data-without]").inner_text().startswith("Without passages +1")
    for _asked in range(2):
        page.wait_for_timeout(KEYS_REST)
        page.keyboard.press("r")
    page.get_by_text("is published without the marked passages").first.wait_for()
    shown = site.run(
        "from consultations.models import Submission\n"
        f"print(Submission.objects.get(reference={reference!r}).public_text)"
    )
    assert shown.strip() == "They say 🚌 the stop is dark, so [passage removed] the planner ring 0491 570 006."


def test_hand_over_is_a_key_and_a_note(visit, site):
    page = case_of(visit("moderator"), send_in(site, "The hyssop stop is dark. Ring 0491 570 006 about it."))
    page.wait_for_timeout(REST)
    page.keyboard.press("h")
    page.keyboard.type("Somebody was hurt.")
    with page.expect_navigation():
        page.get_by_role("button", name="Hand to: Legal").click()
    assert page.get_by_text("is handed over: Legal.").first.is_visible()


def test_case_is_decided_without_scripts(visit, site):
    page = visit("moderator", java_script_enabled=False)
    case_of(page, send_in(site, "The sorrel stop is dark. Ring 0491 570 006 about it."))
    without = page.get_by_role("button", name="Without passages A")
    follow(without)
    assert page.get_by_text("This is serious. Nothing is decided yet.").is_visible()
    follow(without)
    assert page.get_by_text("is published without the marked passages").first.is_visible()
    page.locator("summary", has_text="Just decided").first.click()
    follow(page.get_by_role("button", name="Undo last"))
    assert page.get_by_text("Taken back.").first.is_visible()
