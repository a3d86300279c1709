"""Message templates: each package registers functions that make the words of a message when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils.translation import override

STOP_SALT = "portal.outbox.stop"


class NotDue(Exception):
    """The message has become irrelevant; the exception says why."""


@dataclass(frozen=True, slots=True)
class Content:
    """The words of a message: a subject, and a plain-text Django template with its context."""

    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A kind of message: its name for staff, its words, and how a recipient unsubscribes from a series.

    `private_page` returns the path of a page for the recipient alone, from the model's label and the id of what the
    message is about. A message that has one is sent to addresses only that their owners have confirmed.
    """

    name: str
    label: str
    compose: Callable[[Any], Content]
    stop: Callable[[int], object] | None = None
    private_page: Callable[[str, str], str] | None = None


_templates: dict[str, MessageTemplate] = {}


def message_template(name, *, label, stop=None, private_page=None):
    """Register a function that returns the `Content` of a message when it is sent, or raises `NotDue`.

    ``stop`` ends a series of messages; its argument is the id of the object that they are about. The messages then have
    an unsubscribe header. ``private_page`` is for messages to addresses that anybody may have typed.
    """

    def register(compose):
        _templates[name] = MessageTemplate(name, label, compose, stop, private_page)
        return compose

    return register


def template_of(message):
    """Return the template of a message; raise LookupError if no package registers it any more."""
    return _templates[message.template]


def template_with_name(name):
    """Return the template with this name; raise LookupError if no package registers it any more."""
    return _templates[name]


def template_labels():
    """Return (name, label) of every template, sorted by label."""
    return sorted(((name, each.label) for name, each in _templates.items()), key=lambda pair: str(pair[1]))


def compose(message, language):
    """Return the content of a message in its language."""
    with override(language):
        return template_of(message).compose(message)


def stop_url(message):
    """Return the path of the unsubscribe page of a message's series; '' without a series."""
    if template_of(message).stop is None:
        return ""
    token = signing.dumps([message.template, message.about_id], salt=STOP_SALT)
    return reverse("portal:stop_messages", args=[token])


def series_of(token):
    """Return the template and the object's id in an unsubscribe token; raise BadSignature for an invalid one."""
    name, subject_id = signing.loads(token, salt=STOP_SALT)
    if name not in _templates or _templates[name].stop is None:
        raise signing.BadSignature("No such series.")
    return _templates[name], subject_id
