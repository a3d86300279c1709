"""Following by e-mail, in a browser: on a phone, without scripts, with them, and by keyboard alone."""

import pytest

from tests.browser.actions import READING, follow, press, tab_to
from tests.browser.addresses import OPEN
from tests.browser.conftest import PHONE
from tests.browser.page_checks import barriers, does_not_fit

pytestmark = pytest.mark.browser

# What the letters lead to: the question of the newest follow, and the page of the demo's follower.
LINKS = """
from consultations.models import Follow, Follower
print(Follow.objects.get(follower__address={address!r}).confirmation_url)
print(Follower.objects.get(address="riva.tideway@example.org").get_absolute_url())
"""


@pytest.mark.parametrize("scripts", [True, False])
def test_guest_follows_on_a_phone_says_yes_and_stops(visit, site, scripts):
    page = visit(java_script_enabled=scripts, viewport=PHONE)
    checks = (barriers, does_not_fit) if scripts else ()  # they are scripts themselves
    address = f"scripts-{scripts}@example.org".lower()
    page.goto(f"{OPEN}#follow")
    page.get_by_label("E-mail").last.fill("nobody")
    page.wait_for_timeout(READING)
    follow(page.get_by_role("button", name="Write to me"))
    assert page.get_by_role("alert").get_by_text("This does not look like an e-mail address").is_visible()
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("How often").select_option("weekly")
    follow(page.get_by_role("button", name="Write to me"))
    assert page.get_by_text("Look into your mailbox").is_visible()
    assert [fault for check in checks for fault in check(page)] == []

    confirmation, _followers = site.run(LINKS.format(address=address)).split()
    page.goto(confirmation)
    assert [fault for check in checks for fault in check(page)] == []
    follow(page.get_by_role("button", name="Yes, write to me"))
    assert page.get_by_label("How often").input_value() == "weekly"
    assert [fault for check in checks for fault in check(page)] == []
    follow(page.get_by_role("button", name="Stop", exact=True))
    assert page.get_by_text("You follow nothing.").is_visible()


def test_follower_is_asked_and_stops_by_keyboard_alone(visit, site):
    page = visit()
    page.goto(f"{OPEN}follow/")
    page.wait_for_timeout(READING)
    tab_to(page, "E-mail")
    page.keyboard.type("keys@example.org")
    tab_to(page, "Write to me")
    press(page, "Enter")
    confirmation, _followers = site.run(LINKS.format(address="keys@example.org")).split()
    page.goto(confirmation)
    tab_to(page, "Yes, write to me")
    press(page, "Enter")
    tab_to(page, "Stop all of it")
    press(page, "Enter")

    assert page.get_by_text("You follow nothing.").is_visible()
