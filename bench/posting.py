"""Posting: a guest's comment beside one bare row, both as forms with the check for forgery."""

import re
import time
from html import unescape

from bench import floor
from bench.load import post
from bench.measure import Figures, interleaved, run
from bench.screening import made_up_comments
from consultations.models import Status, Submission
from consultations.submitting import bot_checks

FLOOR = "bare INSERT"
COMMENT = "posting a comment"
SEEDED = 25_000  # made-up comments that the seed may have used already
FASTEST = 3_000  # rows a second, more than this server stores
WARM = 64  # enough for every thread to have opened its database and loaded its models
FIELD = '<input type="hidden" name="{}" value="([^"]+)"'
READ_FIELDS = ("stamp", "terms_read", "text_version")  # what the page says in its form, and a browser sends back


class Lost(Exception):
    """What was answered is not what was stored."""


def form_of(server, address: str) -> tuple[dict[str, str], dict[str, str]]:
    """Fetch the form as a guest would: its hidden fields, and the headers that a browser sends it with."""
    page = server.get(address).text
    fields = {name: unescape(re.search(FIELD.format(name), page)[1]) for name in READ_FIELDS}
    return fields, {"Sec-Fetch-Site": "same-origin"}


def comments(address: str, fields, headers, texts, first: int) -> list:
    """Return a comment for each text, each from a network address of its own."""
    empty = dict.fromkeys(("author_name", "author_email", "passage", "website"), "")
    places = (f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in range(first, first + len(texts)))
    return [
        post(
            f"{address}comments/",
            {**fields, **empty, "text": text},
            {**headers, "X-Forwarded-For": place},
            status=302,
            marker="Location: /receipts/",
        )
        for text, place in zip(texts, places, strict=True)
    ]


def rows(fields, headers, texts) -> list:
    """Return a row to insert for each text."""
    return [post("/bench/insert/", {**fields, "text": text}, headers, status=200, marker="kept") for text in texts]


def write(load, server, seeded, *, rounds: int, seconds: float, say) -> dict[str, list[Figures]]:
    """Measure both in turn, never the same comment twice, and see that every one was stored."""
    address = seeded.page.get_absolute_url()
    fields, headers = form_of(server, address)
    most = round(FASTEST * seconds)
    texts = made_up_comments(SEEDED + most * (rounds + 1))[SEEDED:]
    batches = [texts[n * most : (n + 1) * most] for n in range(rounds + 1)]
    posts = [comments(address, fields, headers, batch, n * most) for n, batch in enumerate(batches)]
    inserts = [rows(fields, headers, batch) for batch in batches]
    time.sleep(bot_checks.FASTEST_WRITING_SECONDS + 0.1)  # A form that comes back sooner is a script's.
    for batch in (posts.pop(), inserts.pop()):
        load.run(server.port, batch[:WARM], seconds=120)
    before = stored()
    runs = {
        FLOOR: lambda: run(load, server, inserts.pop(), seconds),
        COMMENT: lambda: run(load, server, posts.pop(), seconds),
    }
    figures = interleaved(runs, rounds, say)
    compare(figures, before, stored())
    return figures


def stored() -> dict[str, int]:
    """Return how many rows and screened comments there are."""
    return {FLOOR: floor.rows(), COMMENT: Submission.objects.exclude(status=Status.RECEIVED).count()}


def compare(figures, before, after) -> None:
    """Raise unless as many were stored as were answered."""
    for name, rounds in figures.items():
        answered, kept = sum(each.count for each in rounds), after[name] - before[name]
        if answered != kept:
            raise Lost(f"{name}: {answered} were answered, {kept} stored and screened.")
