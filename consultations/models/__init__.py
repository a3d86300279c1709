"""What is asked (pages) and what citizens gave (submissions)."""

from consultations.models.pages import ConsultationIndexPage, ConsultationPage, ConsultationTopic, HomePage, State
from consultations.models.questionnaire import ClosedAnswer, Question, Response
from consultations.models.submission import Channel, Event, Kind, Revision, StaleSubmission, Status, Submission
from consultations.models.support import Support

__all__ = [
    "Channel",
    "ClosedAnswer",
    "ConsultationIndexPage",
    "ConsultationPage",
    "ConsultationTopic",
    "Event",
    "HomePage",
    "Kind",
    "Question",
    "Response",
    "Revision",
    "StaleSubmission",
    "State",
    "Status",
    "Submission",
    "Support",
]
