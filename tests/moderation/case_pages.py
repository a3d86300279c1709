"""What tests of a case's page do with it: find it, read it, send a decision."""

from django.urls import reverse

from moderation.models import Case

PRIVATE = "personal-information"


def case_of(submission, actor=None):
    case = Case.objects.get(submission=submission, closed_at=None)
    if actor:
        case.claim(actor)
    return case


def url(case):
    return reverse("queue_case", args=[case.pk])


def page_of(desk, case):
    """Return the page of a case, its white space as a browser shows it."""
    return " ".join(desk.get(url(case)).content.decode().split())


def send(desk, case, **fields):
    """Send a decision by somebody who was asked about a serious one, and is sure."""
    return desk.post(url(case), {"revision": case.revision_id, "sure": fields.get("action", ""), **fields})


def refusal(**fields):
    return {"action": "refuse", "clauses": [PRIVATE], "reason": "It has a number.", **fields}


def redaction(**fields):
    return {"action": "redact", "clauses": [PRIVATE], "reason": "It has a number.", **fields}


def messages_of(response):
    return [str(message) for message in response.context["messages"]]
