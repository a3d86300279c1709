"""Submissions in the states that search has to tell apart."""

from django.db.models import OuterRef, Subquery

from consultations.models import ClosedAnswer, Response, Revision, Status, Submission
from tests.factories import questionnaire_for


def submission(consultation, text="The night bus is late.", status=Status.PUBLISHED, title="", **fields):
    """Make a submission as it stands after screening, without asking the screening."""
    made = Submission.objects.create(consultation=consultation, **{"kind": "comment", "language": "en"} | fields)
    revision = made.add_revision(text=text, title=title, actor=None)
    if status != Status.RECEIVED:
        made.write({"status": status, "cleared": revision if status == Status.PUBLISHED else None})
    return made


def redacted(consultation, text, shown, **fields):
    """Make a published submission of which a moderator took something out."""
    made = submission(consultation, text, **fields)
    revision = made.add_revision(text=shown, title="", actor=None, origin=Revision.Origin.REDACTION)
    made.write({"cleared": revision})
    return made


def questionnaire_with_many_responses(consultation, count):
    """Store a questionnaire with one open and one closed answer of each of many people, with a few statements."""
    open_, one, *_rest = questionnaire_for(consultation)
    people = Response.objects.bulk_create(
        Response(consultation=consultation, reference=f"{number:04}-MANY") for number in range(count)
    )
    ClosedAnswer.objects.bulk_create(ClosedAnswer(response=each, question=one, value="Daily") for each in people)
    made = Submission.objects.bulk_create(
        Submission(consultation=consultation, kind="answer", question=open_, response=each, status=Status.PUBLISHED)
        for each in people
    )
    Revision.objects.bulk_create(
        Revision(submission=each, number=1, text=f"The bus is late {each.pk}.") for each in made
    )
    text = Revision.objects.filter(submission=OuterRef("pk")).values("pk")[:1]
    Submission.objects.update(current=Subquery(text), cleared=Subquery(text))
