"""An officer codes texts by keys without a page being loaded, and without script by buttons."""

import re

import pytest

from tests.browser.actions import follow
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import STICKS_OUT, barriers, show

pytestmark = pytest.mark.browser

ASKED = "What one thing would make you take the night bus?"


def open_coding(page):
    page.goto("/admin/coding/")
    follow(page.get_by_role("link", name=ASKED, exact=True))
    return page


def faults_of(page):
    """Return what is wrong with a page on a phone and on a desk, by day and by night."""
    faults = []
    for size in (PHONE, DESK):
        for scheme in ("light", "dark"):
            show(page, size, scheme)
            faults += barriers(page, "main") + page.evaluate(STICKS_OUT)
    return faults


def left(page):
    return int(re.search(r"(\d+) not yet", page.locator("[data-coding] .desk-sentence").inner_text())[1])


def shown(page):
    return page.locator("#text").inner_text()


def test_keys_code_a_text_and_lead_to_the_next_without_loading_a_page(visit):
    page = open_coding(visit("officer"))
    begun, first = left(page), shown(page)
    page.evaluate("window.isSamePage = true")

    page.keyboard.press("1")
    page.locator("[aria-pressed=true]").get_by_text("Light at the stop").wait_for()
    page.keyboard.press("5")
    page.locator("[aria-pressed=true]").get_by_text("Somebody there").wait_for()
    assert (left(page), shown(page)) == (begun - 1, first)
    page.keyboard.press("5")
    page.locator("[aria-pressed=true]").nth(1).wait_for(state="detached")
    page.keyboard.press("j")
    page.locator("#text", has_text=first).wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "text"

    page.keyboard.press("/")
    page.keyboard.type("A roof")
    page.keyboard.press("Enter")
    page.locator("[aria-pressed=true]").get_by_text("A roof").wait_for()
    page.get_by_label("Another code").fill("A bench")
    page.keyboard.press("Enter")
    page.locator("[aria-pressed=true]").get_by_text("A bench").wait_for()
    assert page.locator("[aria-pressed=true]").count() == 2

    page.get_by_role("heading", level=1).click()  # leaves the field
    for key in ("2", "k", "1"):
        page.keyboard.press(key)  # without waiting for the answers
    page.locator("#text", has_text=first).wait_for()
    page.locator("[data-coding-key='1'][aria-pressed=false]").wait_for()  # what was given there is taken off
    page.go_back()
    page.locator("[aria-pressed=true]").get_by_text("Later, or more often").wait_for()
    assert page.evaluate("window.isSamePage")
    assert faults_of(page) == []


def test_coding_works_without_script(visit):
    page = open_coding(visit("officer", java_script_enabled=False))
    begun, first = left(page), shown(page)
    follow(page.get_by_role("button", name="No reason given"))
    assert (left(page), shown(page)) == (begun - 1, first)
    follow(page.get_by_role("link", name="Next text"))
    assert shown(page) != first


@pytest.mark.parametrize("screen", ["list", "Coding frame", "Codes by group"])
def test_page_of_coding_has_no_fault(visit, screen):
    page = visit("officer")
    page.goto("/admin/coding/")
    if screen != "list":
        open_coding(page)
        follow(page.get_by_role("link", name=screen))
    if screen == "Codes by group":
        page.get_by_label("Codes by").select_option(index=1)
        follow(page.get_by_role("button", name="Compare"))
    assert faults_of(page) == []
