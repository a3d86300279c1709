"""The whole of a moderator's day, by keyboard alone: no mouse, nothing filled in from outside."""

import pytest

from portal.demo.loader import PASSWORD, address
from tests.browser.actions import KEYS_REST, decide, follow, next_with, press, replace, send, tab_to
from tests.browser.addresses import OPEN

pytestmark = pytest.mark.browser

CLAUSE = "7"  # one that two people have to agree on
REASON = "What the author will read"


def sent(visit, text):
    """Send a comment that waits for a person; return its author's page, which runs no scripts."""
    page = visit(java_script_enabled=False)
    page.goto(OPEN)
    send(page, "Send my comment", Your_comment=text)
    follow(page.get_by_role("button", name="Send anyway"))
    return page


def sign_in(page, role):
    """Sign in by keyboard; the first field has the focus."""
    page.goto("/admin/login/")
    page.wait_for_function("document.activeElement?.type === 'email' || document.activeElement?.name === 'username'")
    page.keyboard.type(address(role))
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    page.wait_for_url("**/admin/")


def refuse(page):
    """Refuse the case that is shown, under a clause that two people have to agree on."""
    page.wait_for_timeout(KEYS_REST)
    page.keyboard.press(CLAUSE)
    replace(page, REASON, "Write what you saw as a question.")
    decide(page, "f")


def says(page, words):
    """Return whether the page says so."""
    return page.get_by_text(words).first.is_visible()


def test_text_is_redacted_undone_refused_by_two_and_appealed_by_keyboard(visit):
    author = sent(visit, "The lantern at the quarry is out, ring 0491 570 006 about it.")
    first, second, lead = visit(), visit("moderator2"), visit("lead")
    sign_in(first, "moderator")
    next_with(first, "quarry")
    replace(first, REASON, "We took out a telephone number.")
    decide(first, "r")
    assert says(first, "is published without the marked passages")
    first.wait_for_timeout(KEYS_REST)
    press(first, "z")
    assert first.get_by_label(REASON).is_visible()

    refuse(first)
    assert says(first, "A colleague who does not see it reads the text next.")
    next_with(second, "quarry")
    refuse(second)
    assert says(second, "is refused under")

    author.reload()
    follow(author.get_by_role("button", name="Ask for another look"))
    assert says(author, "You asked for it on")
    next_with(lead, "quarry")
    replace(lead, REASON, "You are right, it accuses nobody.")
    decide(lead, "p")
    author.reload()
    assert says(author, "You are right, it accuses nobody.")


def test_text_is_returned_changed_published_and_another_handed_to_legal_by_keyboard(visit):
    author, page = sent(visit, "The sluice at the weir drips, ring 0491 570 006 about it."), visit("moderator")
    next_with(page, "sluice")
    replace(page, REASON, "Leave the number out, please.")
    decide(page, "t")
    assert says(page, "is returned to its author")

    author.reload()
    follow(author.get_by_role("link", name="Change the text").first)
    author.get_by_label("Your comment").fill("The sluice at the weir drips, and nobody mends it.")
    follow(author.get_by_role("button", name="Send the new text"))
    next_with(page, "sluice")
    page.wait_for_timeout(KEYS_REST)
    press(page, "p")
    assert says(page, "is published.")

    sent(visit, "The hoist at the tannery fell, ring 0491 570 006 about it.")
    next_with(page, "tannery")
    page.wait_for_timeout(KEYS_REST)
    page.keyboard.press("h")
    page.keyboard.type("Somebody was hurt.")
    tab_to(page, "Hand to: Legal")
    press(page, "Enter")
    assert says(page, "is handed over: Legal.")
