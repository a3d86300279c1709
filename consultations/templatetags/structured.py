"""Consultations and questions as structured data, which says what their pages show, and nobody's name."""

from typing import Any

from django import template
from django.conf import settings

from consultations.models import ConsultationPage, Question
from portal.agency.branding import branding
from portal.agency.moments import in_agency_time
from portal.crawlers.structured_data import organization

register = template.Library()

SCHEDULED = "https://schema.org/EventScheduled"
ONLINE = "https://schema.org/OnlineEventAttendanceMode"


@register.filter
def as_event(page: ConsultationPage) -> dict[str, Any]:
    """Return a consultation as an event that goes on online from its opening to its closing."""
    agency = branding()
    return {
        "@type": "Event",
        "name": page.title,
        "description": page.summary,
        "startDate": in_agency_time(page.opens_at).isoformat(timespec="minutes"),
        "endDate": in_agency_time(page.closes_at).isoformat(timespec="minutes"),
        "eventStatus": SCHEDULED,
        "eventAttendanceMode": ONLINE,
        "location": {"@type": "VirtualLocation", "url": f"{settings.SITE_URL}{page.get_absolute_url()}"},
        "organizer": organization(agency["name"], agency["short_name"]),
        "isAccessibleForFree": True,
    }


@register.filter
def as_question(question: Question, answers: int) -> dict[str, Any]:
    """Return an open question as such, with the number of its public answers."""
    return {"@type": "Question", "name": question.label, "text": question.label, "answerCount": answers}
