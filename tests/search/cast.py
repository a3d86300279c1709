"""Submissions in every state that search has to tell apart."""

import io
import zipfile
from urllib.parse import urlencode

from django.urls import reverse

from consultations.models import Revision, Status, Submission
from moderation.findings.redaction import Span
from moderation.review.decisions import decide
from search.exports.jobs import work_off
from search.models import Export


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


def redact(submission, moderator, start=11, end=23):
    """Have a moderator take the number out of a text that was held for it."""
    case = submission.cases.get(closed_at=None)
    return decide(
        case,
        revision_id=case.revision_id,
        action="redact",
        by=moderator,
        clauses=["personal-information"],
        reason="A number.",
        spans=[Span("text", start, end, "phone number removed")],
    )


def asked_for(client, ending, more=None, **asked):
    """Ask for an export as the desk's form does; return it, waiting."""
    address = f"{reverse('desk_export_ask')}?{urlencode(asked, doseq=True)}"
    response = client.post(address, {"ending": ending} | (more or {}))
    assert response.status_code == 302, response.context["form"].errors
    return Export.objects.latest("id")


def finished(client, ending, more=None, **asked):
    """Ask for an export and make it, as a worker would."""
    export = asked_for(client, ending, more, **asked)
    work_off()
    export.refresh_from_db()
    return export


def link_on_the_list(client, export):
    """Return the address of the download that the list shows for an export."""
    return next(row["link"] for row in client.get(reverse("desk_exports")).context["rows"] if row["export"] == export)


def fetched(client, export):
    """Follow the link that the list shows; return the file's bytes."""
    return b"".join(client.get(link_on_the_list(client, export)).streaming_content)


def taken(client, ending, more=None, **asked):
    """Ask for an export, make it, fetch it and open the ZIP."""
    return zipfile.ZipFile(io.BytesIO(fetched(client, finished(client, ending, more, **asked))))
