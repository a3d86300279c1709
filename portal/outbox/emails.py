"""E-mails of messages: headers of automatic mail, the plain text, and the same text as HTML."""

import re
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import override

from portal.agency.branding import branding
from portal.outbox.models import Message
from portal.outbox.templates import stop_url

MOST_REFERENCES = 10
LONGEST_SUBJECT = 200
PARAGRAPHS = re.compile(r"\n\s*\n")


def language_of(message):
    """Return the language of a message."""
    return message.language or settings.LANGUAGE_CODE


def email_of(message, content):
    """Return a message with its content as an e-mail."""
    agency, language = branding(), language_of(message)
    with override(language):
        text = render_to_string(content.template, content.context | {"agency": agency["name"]}).strip() + "\n"
        email = EmailMultiAlternatives(
            subject=" ".join(content.subject.split())[:LONGEST_SUBJECT],
            body=text,
            from_email=sender(agency["name"]),
            to=[message.recipient],
            reply_to=[agency["contact_email"]] if agency["contact_email"] else None,
            headers=headers_of(message, language),
        )
        email.attach_alternative(as_html(email.subject, text, agency, language), "text/html")
    return email


def sender(agency):
    """Return the From address, with the agency's name unless the setting contains a name."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or agency, address))


def headers_of(message, language):
    """Return the headers for automatic mail (RFC 3834), threading and one-click unsubscription (RFC 8058).

    An e-mail replies to the previous one about the same object to the same address, so that mail programs group them.
    """
    headers = {
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Content-Language": language,
    }
    if earlier := earlier_ids(message):
        headers |= {"In-Reply-To": earlier[-1], "References": " ".join(earlier)}
    if path := stop_url(message):
        headers["List-Unsubscribe"] = f"<{settings.SITE_URL}{path}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def earlier_ids(message):
    """Return the Message-IDs of earlier messages about the same object to the same address, oldest first."""
    if not message.recipient_key:
        return []
    earlier = Message.objects.filter(
        about=message.about, recipient_key=message.recipient_key, state=Message.State.SENT
    ).exclude(pk=message.pk)
    return list(earlier.order_by("-finished_at").values_list("message_id", flat=True)[:MOST_REFERENCES])[::-1]


def as_html(subject, text, agency, language):
    """Return a plain text as an HTML page with paragraphs and line breaks; only URLs of this site are links."""
    paragraphs = [paragraph(lines) for lines in PARAGRAPHS.split(text.strip())]
    shown = {"subject": subject, "paragraphs": paragraphs, "agency": agency["name"], "accent": agency["accent"]}
    return render_to_string("portal/email.html", shown | {"language": language})


def paragraph(lines):
    """Return the lines of a paragraph as HTML; URLs of other sites, which a person may have typed, are not linked."""
    own = re.compile(rf"{re.escape(escape(settings.SITE_URL))}/[^\s<]*")
    linked = own.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(lines))
    return mark_safe(linked.replace("\n", "<br>\n"))  # noqa: S308  (escaped one line above)
