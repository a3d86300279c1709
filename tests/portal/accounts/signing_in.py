"""What tests of the door do: sign in, read a code that was sent, make one as an app would."""

import re

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail

from portal.outbox.sending import send_due

PASSWORD = "seven green ferries"
LOGIN, CODE, CONFIRM = "/account/login/", "/account/login/code/", "/account/login/code/confirm/"


def confirmed(user):
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client, user, password=PASSWORD, **further):
    return client.post(LOGIN, {"login": user.email, "password": password} | further)


def code_sent(to):
    send_due()
    [letter] = [each for each in mail.outbox if each.to == [to]][-1:]
    return re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", letter.body, re.MULTILINE)[1]


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def code_of_app(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
