"""What an author is told about the reading of a text: that an officer marked it as read, and when first."""

from search.models import ReadMark


def first_read(submission):
    """Return when the first officer marked a submission as read, or None; nobody is told who."""
    read = ReadMark.objects.filter(submission=submission, read_at__isnull=False)
    return {"read_at": read.order_by("read_at").values_list("read_at", flat=True).first()}
