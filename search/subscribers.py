"""Reactions of search to events of submissions."""

from consultations.events import subscribe
from consultations.models import EventKind
from search.exports.erasure import on_submission_erased
from search.models import Coding, PoisonDocument

subscribe(EventKind.ERASED, isolated=False)(on_submission_erased)
subscribe(EventKind.ERASED, isolated=False)(PoisonDocument.forget)
subscribe(EventKind.ERASED, isolated=False)(Coding.forget)
