"""What the log says of requests that were refused."""

import logging


class RefusalFilter(logging.Filter):
    """Takes the traceback off what Django says of a refused request: nothing broke, and anybody can cause many."""

    def filter(self, record: logging.LogRecord) -> bool:
        is_refusal = record.name == "django.request" and record.levelno < logging.ERROR
        if is_refusal or record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return True
