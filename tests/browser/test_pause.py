"""A flood, as staff and citizens meet it: a moderator pauses, a citizen reads why and loses nothing, the pause ends."""

import pytest

from tests.browser.actions import follow
from tests.browser.addresses import OPEN
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import barriers, does_not_fit, show

pytestmark = pytest.mark.browser

WHY = "Somebody sends thousands of texts; we look into it."
TEXT = "A lamp at the east gate, please."


def faults_of(page):
    """Return what is wrong with the page on a phone by day and on a desk by night."""
    faults = []
    for size, scheme in ((PHONE, "light"), (DESK, "dark")):
        show(page, size, scheme)
        faults += barriers(page) + does_not_fit(page)
    return faults


def test_citizen_who_meets_a_pause_reads_why_and_sends_the_same_text_afterwards(visit):
    citizen, desk = visit(), visit("moderator")
    citizen.goto(OPEN)
    citizen.get_by_label("Your comment").fill(TEXT)
    desk.goto("/admin/pace/")
    desk.get_by_label("What to pause").select_option(
        label="Night buses: a draft policy for getting home after midnight"
    )
    desk.get_by_label("Why").fill(WHY)
    follow(desk.get_by_role("button", name="Pause it"))
    try:
        assert barriers(desk, "main") + does_not_fit(desk) == []
        follow(citizen.get_by_role("button", name="Send my comment"))
        told, typed = citizen.get_by_text(WHY), citizen.locator("p").get_by_text(TEXT)
        assert (told.count(), typed.count(), faults_of(citizen)) == (1, 1, [])

        other = visit()
        other.goto(OPEN)
        assert other.get_by_text(WHY).count() == 2  # above the text, and in the place of the form
        assert other.get_by_label("Your comment").count() == 0
        assert faults_of(other) == []
    finally:
        follow(desk.get_by_role("button", name="End it now"))

    follow(citizen.get_by_role("button", name="Send it again"))
    assert "/receipts/" in citizen.url
