"""What the site writes to its log in a test, at the levels of a site in production, formatted as there."""

import io
import json
import logging

from portal.http.log_lines import RefusalFilter

LOGGERS = ("portal", "consultations", "moderation", "search", "django", "allauth", "wagtail", "gunicorn.error")


class Log:
    """The log's text so far."""

    def __init__(self, formatter):
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(formatter)
        self.handler.addFilter(RefusalFilter())

    @property
    def text(self):
        return self.stream.getvalue()

    @property
    def lines(self):
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def events(self):
        """Return the kind, the status and the route of each security event."""
        told = [line for line in self.lines if "kind" in line]
        return [(line["kind"], line.get("status"), line["route"]) for line in told if line["request_id"]]


def listening(formatter):
    log = Log(formatter)
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [each.level for each in loggers]
    logging.getLogger().addHandler(log.handler)
    for each in loggers:
        each.setLevel(logging.INFO)
    yield log
    logging.getLogger().removeHandler(log.handler)
    for each, level in zip(loggers, before, strict=True):
        each.setLevel(level)
