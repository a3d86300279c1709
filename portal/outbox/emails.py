"""A message as an e-mail: headers that automatic mail owes its readers, plain text, and the same text as HTML."""

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
    """Return the language that a message is written in."""
    return message.language or settings.LANGUAGE_CODE


def email_of(message, content):
    """Return a message with its words as an e-mail that is ready to be sent."""
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
    """Return the address that mail comes from, with the agency's name unless the setting has a name."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or agency, address))


def headers_of(message, language):
    """Return the headers that say: this was sent by a machine (RFC 3834), about that, and so it is stopped (RFC 8058).

    Every e-mail about one thing to one address answers the one before, so that mail programs show them together.
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
    """Return the Message-IDs of what the same address was sent about the same thing, oldest first."""
    if not message.recipient_key:
        return []
    earlier = Message.objects.filter(
        about=message.about, recipient_key=message.recipient_key, state=Message.State.SENT
    ).exclude(pk=message.pk)
    return list(earlier.order_by("-finished_at").values_list("message_id", flat=True)[:MOST_REFERENCES])[::-1]


def as_html(subject, text, agency, language):
    """Return a plain text as a page: its paragraphs and lines, with links to this site only."""
    paragraphs = [paragraph(lines) for lines in PARAGRAPHS.split(text.strip())]
    shown = {"subject": subject, "paragraphs": paragraphs, "agency": agency["name"], "accent": agency["accent"]}
    return render_to_string("portal/email.html", shown | {"language": language})


def paragraph(lines):
    """Return the lines of a paragraph as HTML; only our own addresses are links, whatever a person has typed."""
    own = re.compile(rf"{re.escape(escape(settings.SITE_URL))}/[^\s<]*")
    linked = own.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(lines))
    return mark_safe(linked.replace("\n", "<br>\n"))  # noqa: S308  (escaped one line above)
