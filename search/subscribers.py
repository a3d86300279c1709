"""What search does when something has happened to a submission."""

from consultations.events import subscribe
from consultations.models import EventKind
from search.exports.erasure import forget

subscribe(EventKind.ERASED, isolated=False)(forget)
