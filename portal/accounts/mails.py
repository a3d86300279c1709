"""E-mails about an account: codes, and notices of what was changed. They leave through the outbox as all others do."""

import json
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.encryption import UnreadableValue, decrypt_text, encrypt_text
from portal.outbox.models import Message
from portal.outbox.templates import Content, NotDue, message_template

# allauth names an e-mail by the beginning of its templates; these are all that our settings let it send.
CODE_SUBJECTS = {
    "account/email/login_code": _("Your code to sign in"),
    "account/email/password_reset_code": _("Your code for a new password"),
    "account/email/email_confirmation": _("Your code to confirm this address"),
    "account/email/email_confirmation_signup": _("Your code to confirm this address"),
}
CODE_USED_AGAIN = "code_used_again"  # ours
SECOND_FACTORS_RESET = "second_factors_reset"  # ours, not allauth's
NOTICE_SENTENCES = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_set": _("A password was set for your account."),
    "account/email/password_reset": _("Your password was replaced by a new one, with a code sent to this address."),
    "account/email/email_changed": _("The e-mail address of your account was changed. This is the old one."),
    "account/email/email_confirm": _("The e-mail address of your account was confirmed."),
    "account/email/email_deleted": _("This e-mail address was taken out of your account."),
    "mfa/email/totp_activated": _("An authenticator app was added."),
    "mfa/email/totp_deactivated": _("The authenticator app was removed."),
    "mfa/email/webauthn_added": _("A passkey was added."),
    "mfa/email/webauthn_removed": _("A passkey was removed."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made; the old ones are void."),
    SECOND_FACTORS_RESET: _("Your second factors were taken off by the people who run the site."),
    CODE_USED_AGAIN: _(
        "A code of your authenticator app was given a second time at the sign-in, and refused. If you typed it twice, "
        "all is well. If not, somebody else saw it and can get past the first step of your sign-in: choose a new "
        "password, if you have one."
    ),
    "socialaccount/email/account_connected": _("A sign-in from elsewhere was connected."),
    "socialaccount/email/account_disconnected": _("A sign-in from elsewhere was disconnected."),
}
CLOSED, CLOSED_AND_ERASURE_ASKED = "closed", "closed_and_erasure_asked"  # ours
CLOSED_UNCONFIRMED = "closed_unconfirmed"
CLOSED_UNUSED = "closed_unused"
CLOSED_FOR_LEAVER = "closed_for_leaver"
TEXTS_ERASED, TEXTS_NOT_ERASED = "texts_erased", "texts_not_erased"
LEAVING_SENTENCES = {
    CLOSED: _(
        "Your account is closed, and nobody can sign in with it any more. What you wrote stays where it is, without "
        "your name and address."
    ),
    CLOSED_AND_ERASURE_ASKED: _(
        "Your account is closed, and nobody can sign in with it any more. You asked for what you wrote to be erased, "
        "too: a privacy officer has to approve that, and we write to you when it is answered."
    ),
    CLOSED_UNCONFIRMED: _(
        "Your account is closed, and nobody can sign in with it any more. You asked for what you wrote while signed in "
        "to be erased, too: a privacy officer has to approve that. We do not write to you when it is answered, because "
        "this address was not confirmed."
    ),
    CLOSED_UNUSED: _(
        "Nobody has signed in with your account for a long time, so it is closed, as we wrote to you. What you wrote "
        "stays where it is, without your name and address. You need no account to take part, and may make a new one."
    ),
    CLOSED_FOR_LEAVER: _(
        "An administrator ended your account, as for somebody who leaves: you are signed out everywhere, and its roles "
        "and ways to sign in are gone. What you did keeps your name. If you have not left, write to us at once."
    ),
    TEXTS_ERASED: _("You closed your account and asked for what you wrote to be erased. It is erased."),
    TEXTS_NOT_ERASED: _(
        "You closed your account and asked for what you wrote to be erased. The privacy officer decided to keep it, "
        "without your name and address. Write to us to learn why; you may also complain to the data protection "
        "authority."
    ),
}
CLOSED_BY_OWNER = {CLOSED, CLOSED_AND_ERASURE_ASKED, CLOSED_UNCONFIRMED}
ABOUT_TEXTS = {TEXTS_ERASED, TEXTS_NOT_ERASED}
UNUSED_WARNING = "unused"
CODE, NOTICE, HAS_ACCOUNT, LEAVING = "account_code", "account_notice", "account_known", "account_leaving"
UNUSED = "account_unused"
MAILS_OF_TEMPLATES = {
    CODE: CODE_SUBJECTS,
    NOTICE: NOTICE_SENTENCES,
    LEAVING: LEAVING_SENTENCES,
    UNUSED: {UNUSED_WARNING},
}


def post_account_mail(mail, address, user, code=""):
    """Put an e-mail about an account into the outbox; a code, or the day that it is about, stands in it encrypted."""
    template = next((name for name, mails in MAILS_OF_TEMPLATES.items() if mail in mails), HAS_ACCOUNT)
    cause = encrypt_text(json.dumps({"mail": mail, "code": code}))
    Message.objects.post(template, to=address, about=user, cause=cause, language=get_language() or "")


def account_and_causes(message):
    """Return the account of a message, and what caused it, oldest first; raise NotDue when the account is gone."""
    user = User.objects.filter(pk=message.about_id).first()
    if user is None:
        raise NotDue("The account is gone.")
    try:
        return user, [json.loads(decrypt_text(cause)) for cause in message.causes]
    except UnreadableValue as error:
        raise NotDue("The key that it was encrypted with is gone.") from error


@message_template(CODE, label=gettext_lazy("To an account: a code"))
def code_content(message):
    """Return the message with the newest code that was asked for; the ones before it are void."""
    user, causes = account_and_causes(message)
    subject = str(CODE_SUBJECTS[causes[-1]["mail"]])
    return Content(
        subject, "portal/messages/account_code.txt", {"person": user.get_full_name(), "code": causes[-1]["code"]}
    )


@message_template(NOTICE, label=gettext_lazy("To an account: what was changed"))
def notice_content(message):
    """Return the message that tells what was changed, or that a code was given twice, each once."""
    user, causes = account_and_causes(message)
    told = list(dict.fromkeys(cause["mail"] for cause in causes))
    sentences, is_change = [str(NOTICE_SENTENCES[mail]) for mail in told], told != [CODE_USED_AGAIN]
    context = {"person": user.get_full_name(), "sentences": sentences, "is_change": is_change}
    subject = gettext("Your account was changed") if is_change else gettext("A code of yours was given twice")
    return Content(subject, "portal/messages/account_notice.txt", context)


@message_template(HAS_ACCOUNT, label=gettext_lazy("To an account: somebody tried to make it again"))
def known_content(message):
    """Return the message to whoever asked for an account and has one."""
    account_and_causes(message)
    return Content(gettext("You have an account already"), "portal/messages/account_known.txt", {})


@message_template(LEAVING, label=gettext_lazy("To somebody whose account is closed"))
def leaving_content(message):
    """Return the message that tells that an account is closed, or what became of its texts."""
    _user, causes = account_and_causes(message)
    told = list(dict.fromkeys(cause["mail"] for cause in causes))
    sentences = [str(LEAVING_SENTENCES[mail]) for mail in told]
    context = {"sentences": sentences, "by_owner": not CLOSED_BY_OWNER.isdisjoint(told)}
    is_about_texts = ABOUT_TEXTS.issuperset(told)
    subject = gettext("What you wrote with your account") if is_about_texts else gettext("Your account is closed")
    return Content(subject, "portal/messages/account_leaving.txt", context)


@message_template(UNUSED, label=gettext_lazy("To an account that nobody uses: it will be closed"))
def unused_content(message):
    """Return the message that an account is closed on a day unless its owner signs in."""
    user, causes = account_and_causes(message)
    if not user.is_active:
        raise NotDue("The account is closed.")
    day = date.fromisoformat(causes[-1]["code"])
    return Content(
        gettext("We close your account unless you sign in"),
        "portal/messages/account_unused.txt",
        {"person": user.get_full_name(), "day": day, "link": f"{settings.SITE_URL}{reverse('account_login')}"},
    )
