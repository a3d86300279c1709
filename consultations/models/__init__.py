"""What is asked (pages) and what citizens gave (submissions)."""

from consultations.models.pages import ConsultationIndexPage, ConsultationPage, ConsultationTopic, HomePage, State
from consultations.models.submission import Channel, Event, Kind, Revision, StaleSubmission, Status, Submission
from consultations.models.support import Support

__all__ = [
    "Channel",
    "ConsultationIndexPage",
    "ConsultationPage",
    "ConsultationTopic",
    "Event",
    "HomePage",
    "Kind",
    "Revision",
    "StaleSubmission",
    "State",
    "Status",
    "Submission",
    "Support",
]
