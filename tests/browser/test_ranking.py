"""Choices are put in order in a browser: by buttons and the keyboard, and by lists where no script runs."""

import pytest

from tests.browser.actions import READING, follow
from tests.browser.addresses import OPEN
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import barriers, does_not_fit, show

pytestmark = pytest.mark.browser

LIGHT, SHELTER = "A light at the stop", "A shelter"


def test_buttons_move_a_choice_say_so_and_keep_the_focus(visit):
    page = visit()
    page.goto(f"{OPEN}questionnaire/")
    said = page.locator("[data-ranking] + [role=status]")

    page.get_by_role("button", name=f"Move up: {SHELTER}").press("Enter")
    assert said.inner_text() == f"{SHELTER}: place 1"
    page.get_by_role("button", name=f"Move up: {LIGHT}").press("Enter")
    page.keyboard.press("Enter")

    assert said.inner_text() == f"{LIGHT}: place 1"
    assert page.locator(".places__choice").all_inner_texts()[:2] == [LIGHT, SHELTER]
    assert page.evaluate("document.activeElement.ariaLabel") == f"Move up: {LIGHT}"
    page.get_by_role("button", name=f"Move down: {SHELTER}").press("Enter")
    assert said.inner_text() == f"{SHELTER}: no place"
    assert page.get_by_label(SHELTER, exact=True).input_value() == ""

    page.reload()
    assert page.get_by_label(LIGHT, exact=True).input_value() == f"1. {LIGHT}"  # the draft on the device


@pytest.mark.parametrize("scripts", [True, False])
def test_places_are_chosen_from_lists_and_stand_on_the_receipt(visit, scripts):
    page = visit(java_script_enabled=scripts)
    page.goto(f"{OPEN}questionnaire/")
    page.get_by_role("radio", name="Most weekends").check()
    page.get_by_label(SHELTER, exact=True).select_option("1")
    page.get_by_label(LIGHT, exact=True).select_option("2")
    page.wait_for_timeout(READING)
    follow(page.get_by_role("button", name="Send my answers"))

    assert f"1. {SHELTER}" in page.locator("main").inner_text()


def test_questionnaire_and_results_fit_and_have_no_barriers(visit):
    page = visit()
    faults = []
    for address in (f"{OPEN}questionnaire/", f"{OPEN}answers/"):
        page.goto(address)
        for size in (PHONE, DESK):
            for scheme in ("light", "dark"):
                show(page, size, scheme)
                faults += barriers(page) + does_not_fit(page)
    assert faults == []
