"""The staff's door: a second factor, the end of a session that nobody uses, entries in the ledger."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.messages import get_messages
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from portal.accounts.throttle import SECOND_FACTOR_TRIES
from portal.models import AuditEntry
from portal.outbox.sending import send_due
from tests.portal.accounts.signing_in import (
    code_of_app,
    sign_in,
    signed_in_as,
)

pytestmark = pytest.mark.django_db


def test_staff_without_a_second_factor_get_to_no_staff_page(client, staff):
    sign_in(client, staff)

    led = {client.get(place).get("Location") for place in ("/admin/", reverse("queue"), "/", "/consultations/")}

    assert led == {"/account/2fa/"}
    assert client.get("/account/2fa/").status_code == 200


@pytest.mark.django_db(transaction=True)  # allauth waits for the commit
def test_an_app_set_up_at_the_door_opens_it_and_is_asked_for_the_next_time(client, staff):
    sign_in(client, staff)
    page = client.get("/account/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    assert (secret in page.content.decode(), "<svg" in page.content.decode()) == (True, True)

    client.post("/account/2fa/totp/activate/", {"code": code_of_app(secret)})
    assert client.get(reverse("queue")).status_code == 200
    assert secret not in repr(Authenticator.objects.get(type="totp").data)

    client.logout()
    asked = sign_in(client, staff)
    assert (asked["Location"], signed_in_as(client)) == ("/account/2fa/authenticate/", None)
    client.post("/account/2fa/authenticate/", {"code": code_of_app(secret)})
    assert client.get(reverse("queue")).status_code == 200


def test_a_recovery_code_opens_once(client, staff):
    TOTP.activate(staff, generate_totp_secret())
    code = RecoveryCodes.activate(staff).get_unused_codes()[0]

    opened = []
    for _visit in range(2):
        sign_in(client, staff)
        client.post("/account/2fa/authenticate/", {"code": code})
        opened.append(signed_in_as(client) is not None)
        client.logout()

    assert opened == [True, False]


def test_a_session_from_before_the_second_factor_ends(client, staff):
    TOTP.activate(staff, generate_totp_secret())
    client.force_login(staff)

    answer = client.get(reverse("queue"))

    assert (answer["Location"], signed_in_as(client)) == (f"/account/login/?next={reverse('queue')}", None)


def test_wrong_codes_are_counted_for_the_account(client, staff):
    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    sign_in(client, staff)
    for _try in range(SECOND_FACTOR_TRIES.most):
        client.post("/account/2fa/authenticate/", {"code": "000000"})

    answer = client.post("/account/2fa/authenticate/", {"code": code_of_app(secret)})

    assert (answer.status_code, "too many wrong codes" in answer.content.decode()) == (200, True)


def test_staff_who_leave_the_desk_are_signed_out(client, staff, settings, time_machine):
    settings.SECOND_FACTOR_FOR_STAFF = False
    time_machine.move_to("2026-11-02 09:00Z")
    client.force_login(staff)
    client.get(reverse("queue"))
    time_machine.move_to("2026-11-02 09:29Z")
    assert client.get(reverse("queue")).status_code == 200
    time_machine.move_to("2026-11-02 09:50Z")
    assert client.post(reverse("stay_signed_in")).status_code == 204

    time_machine.move_to("2026-11-02 10:21Z")
    answer = client.get(f"{reverse('queue')}?part=late")

    assert answer["Location"] == f"/account/login/?next={reverse('queue')}%3Fpart%3Dlate"
    assert [str(each) for each in get_messages(answer.wsgi_request)] == [
        "You were away for a while, so we signed you out. Sign in to go on."
    ]
    assert client.post(reverse("stay_signed_in")).status_code == 403


def test_who_lost_the_last_role_is_refused_and_not_sent_round_in_a_circle(client, staff, settings):
    settings.SECOND_FACTOR_FOR_STAFF = False
    client.force_login(staff)
    client.get(reverse("queue"))

    staff.groups.clear()

    assert [client.get(place).status_code for place in (reverse("queue"), "/admin/", "/account/")] == [403, 403, 200]


def test_citizens_are_not_signed_out_and_need_no_second_factor(client, person, settings, time_machine):
    settings.SECOND_FACTOR_FOR_STAFF = True
    time_machine.move_to("2026-11-02 09:00Z")
    sign_in(client, person)
    time_machine.move_to("2026-11-02 12:00Z")

    answers = [client.get(place).status_code for place in ("/account/", "/", "/admin/")]

    assert answers == [200, 200, 403]


def test_the_ledger_tells_how_staff_got_in_and_nothing_of_citizens(client, staff, person):
    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    for user in (person, staff):
        sign_in(client, user, "wrong")
        sign_in(client, user)
        client.post("/account/2fa/authenticate/", {"code": "000000"})
        client.post("/account/2fa/authenticate/", {"code": code_of_app(secret)})
        client.logout()

    entries = AuditEntry.objects.order_by("number").values_list("action", "subject_id")

    assert list(entries) == [
        ("account.sign_in_failed", str(staff.pk)),
        ("account.second_factor_failed", str(staff.pk)),
        ("account.signed_in", str(staff.pk)),
    ]


def test_who_lost_every_second_factor_is_helped_from_the_shell(client, staff):
    TOTP.activate(staff, generate_totp_secret())

    call_command("reset_second_factor", staff.email.upper(), stdout=StringIO())
    send_due()
    sign_in(client, staff)

    assert client.get(reverse("queue"))["Location"] == reverse("mfa_index")
    assert [letter.to for letter in mail.outbox] == [[staff.email]]
    assert AuditEntry.objects.filter(action="account.second_factors_reset", subject_id=str(staff.pk)).count() == 1
    with pytest.raises(CommandError, match=r"nobody@example\.org"):
        call_command("reset_second_factor", "nobody@example.org")


@pytest.mark.parametrize(
    ("address", "refused"), [("https://consult.example.org", True), ("http://127.0.0.1:8000", False)]
)
def test_the_demo_s_switch_is_refused_in_production(address, refused):
    changes = {"DJANGO_SETTINGS_MODULE": "portal.settings", "SITE_URL": address, "DEMO_WITHOUT_SECOND_FACTOR": "true"}
    run = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        env=os.environ | changes,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("DEMO_WITHOUT_SECOND_FACTOR is for a demonstration" in run.stderr, run.returncode != 0) == (
        refused,
        refused,
    )


def give_code(user, code):
    """Sign in with the password and a code; return whether that opened the account."""
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    sign_in(browser, user)
    browser.post("/account/2fa/authenticate/", {"code": code})
    return signed_in_as(browser) is not None


def test_a_code_of_an_app_opens_once(staff, time_machine):
    time_machine.move_to("2026-11-02 09:00:05Z", tick=False)
    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    first = code_of_app(secret)

    assert [give_code(staff, first), give_code(staff, first)] == [True, False]
    cache.clear()  # as in another process
    assert give_code(staff, first) is False
    time_machine.move_to("2026-11-02 09:02:05Z", tick=False)
    assert give_code(staff, code_of_app(secret)) is True


def test_a_code_that_is_given_twice_is_logged_and_told_to_its_owner_once(staff, caplog, time_machine):
    time_machine.move_to("2026-11-02 09:00:05Z", tick=False)
    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    code = code_of_app(secret)
    give_code(staff, code)

    with caplog.at_level("INFO", logger="portal"):
        give_code(staff, "000000" if code != "000000" else "111111")
        assert "code_replayed" not in caplog.text
        for _time in range(2):
            give_code(staff, code)
    send_due()

    assert caplog.text.count("Security event code_replayed") == 2
    letters = [letter for letter in mail.outbox if "was given a second time" in " ".join(letter.body.split())]
    assert [letter.to for letter in letters] == [[staff.email]]
    assert code not in caplog.text + letters[0].body
    words = " ".join(letters[0].body.split())
    assert (letters[0].subject, "If you know of it, all is well" in words, "knows your password" in words) == (
        "A code of yours was given twice",
        False,
        False,
    )


def test_a_code_given_again_before_a_change_has_to_be_the_next_one(client, staff, caplog, time_machine):
    time_machine.move_to("2026-11-02 09:00:05Z", tick=False)
    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    caplog.set_level("INFO", logger="portal")
    code = code_of_app(secret)
    sign_in(client, staff)
    client.post("/account/2fa/authenticate/", {"code": code})
    time_machine.move_to("2026-11-02 09:00:25Z", tick=False)

    answers = []
    for is_other_process in (False, True):
        if is_other_process:
            cache.clear()
        answers.append(client.post("/account/2fa/reauthenticate/", {"code": code}))
    send_due()

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("Wait until your app shows the next one" in answer.content.decode() for answer in answers)
    assert ("Security event code_replayed" in caplog.text, mail.outbox) == (True, [])
    time_machine.move_to("2026-11-02 09:02:05Z", tick=False)
    assert client.post("/account/2fa/reauthenticate/", {"code": code_of_app(secret)}).status_code == 302


def test_wrong_codes_before_a_change_are_limited(client, staff, time_machine):
    time_machine.move_to("2026-11-02 09:00:05Z", tick=False)
    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    sign_in(client, staff)
    client.post("/account/2fa/authenticate/", {"code": code_of_app(secret)})

    for minute in range(1, SECOND_FACTOR_TRIES.most + 1):  # slower than the limit of a minute
        time_machine.move_to(f"2026-11-02 09:{minute:02}:05Z", tick=False)
        client.post("/account/2fa/reauthenticate/", {"code": "wrong"})
    answer = client.post("/account/2fa/reauthenticate/", {"code": code_of_app(secret)})

    assert (answer.status_code, "too many wrong codes" in answer.content.decode()) == (200, True)
