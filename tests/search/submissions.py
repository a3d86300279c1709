"""Submissions in the states that search has to tell apart."""

from consultations.models import Revision, Status, Submission


def submission(consultation, text="The night bus is late.", status=Status.PUBLISHED, title="", **fields):
    """Make a submission as it stands after screening, without asking the screening."""
    made = Submission.objects.create(consultation=consultation, **{"kind": "comment", "language": "en"} | fields)
    revision = made.add_revision(text=text, title=title, by=None)
    if status != Status.RECEIVED:
        made.write({"status": status, "cleared": revision if status == Status.PUBLISHED else None})
    return made


def redacted(consultation, text, shown, **fields):
    """Make a published submission of which a moderator took something out."""
    made = submission(consultation, text, **fields)
    revision = made.add_revision(text=shown, title="", by=None, origin=Revision.Origin.REDACTION)
    made.write({"cleared": revision})
    return made
