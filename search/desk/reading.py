"""What an author is told about the reading of a text: that an officer marked it as read, and when first."""

from django.db.models import Exists, OuterRef

from search.models import ReadAction, ReadMark


def first_read(submission):
    """Return when the first officer read a submission as it stands, or None; nobody is told who.

    A mark on a whole result says that somebody is done with it, not that somebody read each text.
    """
    whole = ReadAction.objects.filter(actor=OuterRef("user"), created_at=OuterRef("read_at"))
    read = ReadMark.objects.filter(~Exists(whole), submission=submission, read_at__gte=submission.current.created_at)
    return {"read_at": read.order_by("read_at").values_list("read_at", flat=True).first()}
