"""What an author is told about the reading of a text: when an officer first marked it as read, and how it is coded."""

from django.db.models import Exists, OuterRef

from search.index.documents import VISIBILITY_BY_STATUS
from search.models import Coding, ReadAction, ReadMark


def what_came_of_reading(submission):
    """Return when the first officer read a submission as it stands, or None, and its codes; nobody is told who.

    A mark on a whole result says that somebody is done with it, not that somebody read each text.
    """
    whole = ReadAction.objects.filter(actor=OuterRef("user"), created_at=OuterRef("read_at"))
    read = ReadMark.objects.filter(~Exists(whole), submission=submission, read_at__gte=submission.current.created_at)
    return {
        "read_at": read.order_by("read_at").values_list("read_at", flat=True).first(),
        "coded_as": codes_on_receipt(submission),
    }


def codes_on_receipt(submission):
    """Return the names of a text's codes, if authors may see them and the text still counts."""
    if submission.status not in VISIBILITY_BY_STATUS:
        return []
    codings = Coding.objects.in_force().filter(submission=submission, code__frame__on_receipts=True)
    return list(codings.as_in_frame().values_list("code__name", flat=True))
