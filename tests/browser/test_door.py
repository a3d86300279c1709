"""The door in a browser: a passkey is added and opens the account without a password; staff are warned in time."""

import pytest

from portal.demo.loader import PASSWORD, address
from tests.browser.conftest import SLOWEST

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "automaticPresenceSimulation": True,
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


def with_authenticator(page):
    """Give the browser a device that says yes to every passkey."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


@pytest.fixture
def page(browser, site):
    """Return a page of a browser that knows the site by a name, as passkeys ask for; take the passkeys off at the end.

    Other tests sign in to the same site with a password alone.
    """
    context = browser.new_context(base_url=site.address.replace("127.0.0.1", "localhost"))
    context.set_default_timeout(SLOWEST)
    yield context.new_page()
    context.close()
    site.run("from allauth.mfa.models import Authenticator; Authenticator.objects.all().delete()")


def test_a_passkey_opens_the_account_without_a_password(page):
    with_authenticator(page)
    page.goto("/account/login/?next=/account/2fa/webauthn/add/")
    page.get_by_label("E-mail address").fill(address("moderator2"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/account/2fa/recovery-codes/**")
    page.goto("/account/")
    assert page.get_by_text("1 passkey.").is_visible()
    page.get_by_role("button", name="Sign out").click()

    page.goto("/account/login/")
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url("**/admin/")


def test_staff_are_warned_before_they_are_signed_out(visit):
    page = visit("moderator")
    page.clock.install()
    page.goto("/admin/")

    page.clock.run_for(28 * 60 * 1000 + 20_000)
    assert page.get_by_role("alertdialog").get_by_text("Are you still there?").is_visible()
    page.get_by_role("button", name="Stay signed in").click()
    page.get_by_role("alertdialog").wait_for(state="hidden")
    page.clock.run_for(31 * 60 * 1000)

    assert page.get_by_role("alertdialog").get_by_text("You have been signed out").is_visible()


def test_a_button_shows_the_password_and_hides_it_before_it_is_sent(visit):
    page = visit()
    page.goto("/account/login/")
    field, button = page.get_by_label("Password", exact=True), page.get_by_role("button", name="Show password")
    field.fill("seven green ferries")

    states = []
    for _press in range(2):
        button.press("Enter")
        states.append((field.get_attribute("type"), button.get_attribute("aria-pressed"), field.input_value()))
    button.click()
    page.evaluate("document.querySelector('form.stack').addEventListener('submit', (event) => event.preventDefault())")
    field.press("Enter")

    assert states == [("text", "true", "seven green ferries"), ("password", "false", "seven green ferries")]
    assert field.get_attribute("type") == "password"


def test_without_script_there_is_no_button_that_does_nothing(visit):
    page = visit(java_script_enabled=False)
    page.goto("/account/login/")

    assert page.get_by_role("button", name="Show password").count() == 0


def test_several_buttons_say_which_password_they_show(visit):
    page = visit("moderator")
    page.goto("/account/password/change/")

    buttons = page.get_by_role("button", name="Show password").all()
    names = [button.text_content().strip() for button in buttons]

    assert (len(names), len({*names})) == (3, 3)
    assert all(name.startswith("Show password: ") for name in names)
