"""Asking whether a text may be shown. Moderation, which stands above this package, registers who answers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

if TYPE_CHECKING:
    from consultations.models import Revision, Submission

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is to become of a text that is not stored yet.

    ``warnings`` are the `consultations.submitting.precheck.PrecheckWarning` that its author reads before sending it.
    ``evaluation`` is what the screener needs to store its findings later; only the screener reads it.
    """

    is_held: bool
    reason: str = ""  # why it is held, as anybody may read it
    due_at: datetime | None = None  # by when a person will have read it
    warnings: tuple[Any, ...] = ()
    evaluation: Any = None


@dataclass(frozen=True, slots=True)
class Screener:
    """The functions that screen texts.

    ``assess(submission, title, text)`` runs the rules on a text that is not stored yet, and writes nothing.
    ``store(submission, revision, assessment)`` stores what was found, in the transaction that stored the text.
    ``screen(submission, revision, assessment)`` stores what was found in a later text of a submission, and publishes or
    holds it; without an assessment it runs the rules first.
    """

    assess: Callable[["Submission", str, str], Assessment]
    store: Callable[["Submission", "Revision", Assessment], object]
    screen: Callable[["Submission", "Revision", Assessment | None], object]


_registered: list[Screener] = []


def register(screener: Screener) -> None:
    """Have texts screened by these functions from now on; the one registered last counts."""
    _registered.append(screener)


def unregister(screener: Screener) -> None:
    """Take a screener back."""
    _registered.remove(screener)


def registered() -> Screener | None:
    """Return who screens, or None."""
    return _registered[-1] if _registered else None


def assess(submission: "Submission", title: str, text: str) -> Assessment | None:
    """Return what is to become of a text; None when nobody screens, or when that broke, which is logged.

    A text without an assessment is stored as received: it is kept, and shown to nobody until the sweep screens it.
    """
    screener = registered()
    if screener is None:
        return None
    try:
        return screener.assess(submission, title, text)
    except Exception:  # Whatever breaks in there, a citizen's text must not be lost with it.
        logger.exception("Screening broke; the text waits for the sweep.")
        return None


def screen(submission: "Submission", revision: "Revision", assessment: Assessment | None) -> None:
    """Publish or hold a stored revision; when nobody screens, or when that broke, which is logged, it waits."""
    screener = registered()
    if screener is None:
        return
    try:
        with transaction.atomic():
            screener.screen(submission, revision, assessment)
    except Exception:  # Whatever breaks in there, a citizen's text must not be lost with it.
        logger.exception("Screening %s broke; it waits for the sweep.", submission.reference)
        submission.refresh_from_db()
