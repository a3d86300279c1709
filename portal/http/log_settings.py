"""How lines of the log reach standard error: the part of `logging`'s settings that Django and gunicorn share."""

from typing import Any


def log_to_console(log_format: str) -> dict[str, Any]:
    """Return the formatters, the filter and the handler ``console``; ``log_format`` is json, or line for people."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "portal.http.log_lines.JsonFormatter"},
            "line": {"()": "portal.http.log_lines.LineFormatter"},
        },
        "filters": {"refusals": {"()": "portal.http.log_lines.RefusalFilter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": log_format, "filters": ["refusals"]}},
    }
