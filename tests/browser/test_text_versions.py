"""Versions of a consultation's text in a browser: the page, the list, the difference, an earlier text."""

import pytest

from tests.browser.actions import follow
from tests.browser.addresses import OPEN
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import barriers, does_not_fit, show

pytestmark = pytest.mark.browser

NARROWEST = {"width": 320, "height": 640}
WINDOWS = [(window, scheme) for window in (NARROWEST, PHONE, DESK) for scheme in ("light", "dark")]


def faults_of(page):
    """Return what is wrong with the page in each window, by day and by night."""
    found = []
    for window, scheme in WINDOWS:
        show(page, window, scheme)
        found += [f"{window['width']} {scheme}: {fault}" for fault in barriers(page) + does_not_fit(page)]
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_reader_finds_what_changed_and_the_text_as_it_was(visit, scripts):
    page = visit(java_script_enabled=scripts, viewport=PHONE)
    check = faults_of if scripts else lambda _page: []  # they are scripts themselves
    page.goto(f"{OPEN}?sort=supported")  # the newest are what other tests have sent meanwhile, on version 2
    assert page.get_by_text("Changed in version 2").count() == 2
    assert page.get_by_role("link", name="on version 1").count() > 0
    follow(page.get_by_role("link", name="Version 2"))
    assert page.get_by_text("Line 18 would stop at the hospital's east gate").is_visible()
    assert check(page) == []

    follow(page.get_by_role("link", name="What version 2 changed"))
    assert [page.locator(mark).count() > 0 for mark in ("ins", "del")] == [True, True]
    folded = page.locator("details.change").first
    assert not folded.locator("p").first.is_visible()
    folded.locator("summary").click()
    assert folded.locator("p").first.is_visible()
    assert check(page) == []

    follow(page.get_by_role("link", name="Read version 1"))
    assert page.get_by_text("version 2 is the newest").is_visible()
    assert page.get_by_role("heading", name="Fares after midnight", exact=True).is_visible()
    assert check(page) == []
