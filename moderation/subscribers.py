"""What moderation does when something has happened to a submission."""

from consultations.events import subscribe
from consultations.models import EventKind
from moderation.review.sealing import on_submission_erased

subscribe(EventKind.ERASED, isolated=False)(on_submission_erased)
