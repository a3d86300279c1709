"""What a visitor's browser sends from the public forms."""

import re
from datetime import timedelta

import time_machine
from captcha.models import CaptchaStore
from django.urls import reverse
from django.utils import timezone

from consultations.submitting import bot_checks

KEY = re.compile(r'name="captcha_0" value="([0-9a-f]{40})"')
CONFIRMATION = re.compile(r'name="sent_anyway" value="([0-9a-f]{64})"')


def stamp(seconds_ago=60):
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds_ago), tick=False):
        return bot_checks.new_stamp()


def comment(client, consultation, text="More lamps at the east gate, please.", **fields):
    address = reverse("consultations:comment", args=[consultation.slug])
    return client.post(address, {"text": text, "stamp": stamp(), **fields})


def hidden_number(page):
    """Return the number of the revision that a form on the page carries."""
    return re.search(r'name="number" value="(\d+)"', page)[1]


def confirmation_in(response):
    """Return what the button "Send anyway" sends, or the hidden field that stands for it."""
    return CONFIRMATION.search(response.content.decode())[1]


def solved(page):
    """Return the fields that answer the puzzle of a page."""
    key = KEY.search(page.content.decode())[1]
    return {"captcha_0": key, "captcha_1": CaptchaStore.objects.get(hashkey=key).response}
