"""Lines of the log, without anything that people wrote or that tells who they are.

What a program passes to the log as text stands there. What may hold a person's words does not: the message of an
exception becomes its class, a stored object its table and number, and an address of a request the pattern that it fits.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

from django.db.models import Model
from django.urls import Resolver404, resolve

from portal.http.request_id import current_request_id

REFUSAL_LOGGERS = ("django.security", "django.request")
BEFORE_VALUES = re.compile(r" from ip=|%|:")  # gunicorn tells who sent what it could not read, and the words
UNKNOWN_ADDRESS = "no address of ours"


class RefusalFilter(logging.Filter):
    """Takes the traceback off what Django says of a refused request: nothing broke, and anybody can cause many."""

    def filter(self, record: logging.LogRecord) -> bool:
        is_refusal = record.name == "django.request" and record.levelno < logging.ERROR
        if is_refusal or record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return True


class LineFormatter(logging.Formatter):
    """Writes a line for people to read: time, level, logger, request, message; a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        told = told_of(record)
        request = f" [{told['request_id']}]" if "request_id" in told else ""
        line = f"{told['time']} {told['level']} {told['logger']}{request} {told['message']}"
        return "\n".join([line, *told.get("trace", ())])


class JsonFormatter(logging.Formatter):
    """Writes a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(told_of(record), ensure_ascii=False)


def told_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what the log tells of a record."""
    told: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": message_of(record),
    }
    if number := current_request_id():
        told["request_id"] = number
    told |= getattr(record, "told", {})  # what a program says of the record, field by field
    if record.exc_info and record.exc_info[1]:
        told["trace"] = trace_of(record.exc_info[1])
    return told


def message_of(record: logging.LogRecord) -> str:
    """Return the message of a record, with values that tell of nobody."""
    if record.name.startswith(REFUSAL_LOGGERS):
        status = getattr(record, "status_code", "")
        return " ".join(str(part) for part in (status, route_of(getattr(record, "request", None))) if part)
    if record.name.startswith("gunicorn") and record.levelno >= logging.WARNING:
        return BEFORE_VALUES.split(str(record.msg))[0]
    args = record.args
    if isinstance(args, tuple):
        args = tuple(harmless_value(value) for value in args)
    message = harmless_value(record.msg)
    return str(message) % args if args else str(message)


def harmless_value(value: Any) -> Any:
    """Return a value for the log: of an exception its class, of a stored object its table and number."""
    if isinstance(value, BaseException):
        reason = value.strerror if isinstance(value, OSError) else ""
        return f"{type(value).__name__} ({reason})" if reason else type(value).__name__
    if isinstance(value, Model):
        return f"{value._meta.label_lower}:{value.pk}"
    return value


def route_of(request: Any) -> str:
    """Return the method and the pattern that an address fits: the address itself may name a person or open a door."""
    if request is None:
        return ""
    try:
        match = getattr(request, "resolver_match", None) or resolve(request.path_info)
    except (Resolver404, UnicodeError, ValueError):
        return f"{request.method} {UNKNOWN_ADDRESS}"
    return f"{request.method} /{match.route}"


def trace_of(error: BaseException) -> list[str]:
    """Return the places that an exception and its causes went through, the last one first, without their messages."""
    lines: list[str] = []
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        lines.append(f"{type(each).__module__}.{type(each).__qualname__}")
        lines.extend(
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(each.__traceback__)
        )
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return lines
