"""Where a page of open data ended.

A cursor is the reference of the last text, signed: no internal id gets out, and one that somebody made up is told
from ours. Later pages stay as they are while new texts come in, for those come before the first.
"""

from django.core.signing import BadSignature, Signer
from django.db.models import Q
from ninja.errors import HttpError

from consultations.models import Submission

_signer = Signer(salt="search.api.cursor")
NOT_OURS = "This cursor is not one of ours. Follow the address in “next”, or begin again without a cursor."


def cursor_after(submission: Submission) -> str:
    """Return the cursor of what comes after a text."""
    return _signer.sign(submission.reference)


def after(submissions, cursor: str):
    """Select what comes after a cursor, newest first; one query more, for the place of its text."""
    try:
        reference = _signer.unsign(cursor)
    except BadSignature as error:
        raise HttpError(400, NOT_OURS) from error
    last = Submission.objects.filter(reference=reference).values_list("received_at", "pk").first()
    if last is None:
        raise HttpError(400, NOT_OURS)
    earlier = submissions.filter(received_at__lte=last[0])  # alone, so that an index can begin there
    return earlier.filter(Q(received_at__lt=last[0]) | Q(pk__lt=last[1]))
