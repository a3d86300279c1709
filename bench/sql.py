"""How many queries a page costs: asked the first time, and again with everything cached that the product caches."""

import time
from contextlib import contextmanager

from django.core.cache import cache
from django.db import connection
from django.test import Client

from bench import posting, reading
from bench.load import Ask
from consultations.submitting import bot_checks
from portal.http import freshness
from portal.http.page_store import pages


class Counter:
    """Counts statements as they go to the database, transactions' marks included."""

    def __init__(self):
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        """Count one and let it through."""
        self.count += 1
        return execute(sql, params, many, context)


@contextmanager
def counted():
    """Count what runs inside."""
    counter = Counter()
    with connection.execute_wrapper(counter):
        yield counter


def queries(client, method, path, status, headers=None, **fields) -> int:
    """Return how many queries one request costs."""
    with counted() as counter:
        answer = getattr(client, method)(path, fields, headers=headers)
    if answer.status_code != status:
        raise AssertionError(f"{path} answered {answer.status_code}, not {status}.")
    return counter.count


def path_of(ask: Ask) -> str:
    """Return the address that a request asks for."""
    return ask.raw.split(b" ", 2)[1].decode()


def headers_of(ask: Ask) -> dict[str, str]:
    """Return the headers that a request is sent with."""
    lines = ask.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines)


def per_page(seeded) -> dict[str, tuple[int, int]]:
    """Return the queries of each page, asked first and again; of posting, with warm caches, twice the same."""
    client = Client(SERVER_NAME="127.0.0.1", headers={"Sec-Fetch-Site": "same-origin"})
    found = {}
    for name, ask in reading.asks(seeded).items():
        request = (client, "get", path_of(ask), 200, headers_of(ask))
        queries(*request)  # Templates, content types and sites are read once a process.
        cache.clear()
        pages.clear()
        freshness.look_again()
        found[name] = tuple(queries(*request) for _time in range(2))
    found[reading.UNCHANGED] = (0, 0)
    found[reading.UNCACHED] = (found[reading.PAGE][0],) * 2
    return found | of_writing(client, seeded)


def of_writing(client, seeded) -> dict[str, tuple[int, int]]:
    """Return the queries of a row and of a comment."""
    stamp, address = bot_checks.new_stamp(), f"{seeded.page.get_absolute_url()}comments/"
    time.sleep(bot_checks.FASTEST_WRITING_SECONDS + 0.1)
    texts = ("A tram every ten minutes would be better.", "The last ferry leaves too early for the late shift.")
    return {
        posting.FLOOR: tuple(queries(client, "post", "/bench/insert/", 200, text=text) for text in texts),
        posting.COMMENT: tuple(queries(client, "post", address, 302, text=text, stamp=stamp) for text in texts),
    }
