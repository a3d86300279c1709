"""Tables of consultations: pages, questions, submissions, responses, saved and sent, events, support and votes."""

from consultations.models.choices import Channel, EventKind, Kind, Status
from consultations.models.event import Event
from consultations.models.following import Follow, Follower, FollowPace, FollowProgress
from consultations.models.history import Revision
from consultations.models.imports import SubmissionImport
from consultations.models.outcome_telling import OutcomeTelling
from consultations.models.pages import ConsultationIndexPage, ConsultationPage, ConsultationTopic, HomePage, State
from consultations.models.pause import ParticipationPause, PauseTooLong, PauseUnchanged
from consultations.models.questionnaire import ClosedAnswer, Question, Response
from consultations.models.saved_response import SavedAnswer, SavedResponse, StaleSavedResponse
from consultations.models.sent_form import SentForm
from consultations.models.spokesperson import Spokesperson, may_change, spokesperson_of
from consultations.models.statement_votes import (
    StatementTally,
    StatementVote,
    VoteChoice,
    WordsChanged,
    drop_votes_on_other_words,
)
from consultations.models.submission import StaleSubmission, Submission
from consultations.models.suggestion_answer import AnsweredMeanwhile, SuggestionAnswer, Verdict, answers_to
from consultations.models.support import Support
from consultations.models.terms import AgreedTerms, Publication, StatedTerms
from consultations.models.text_version import TextVersion

__all__ = [
    "AgreedTerms",
    "AnsweredMeanwhile",
    "Channel",
    "ClosedAnswer",
    "ConsultationIndexPage",
    "ConsultationPage",
    "ConsultationTopic",
    "Event",
    "EventKind",
    "Follow",
    "FollowPace",
    "FollowProgress",
    "Follower",
    "HomePage",
    "Kind",
    "OutcomeTelling",
    "ParticipationPause",
    "PauseTooLong",
    "PauseUnchanged",
    "Publication",
    "Question",
    "Response",
    "Revision",
    "SavedAnswer",
    "SavedResponse",
    "SentForm",
    "Spokesperson",
    "StaleSavedResponse",
    "StaleSubmission",
    "State",
    "StatedTerms",
    "StatementTally",
    "StatementVote",
    "Status",
    "Submission",
    "SubmissionImport",
    "SuggestionAnswer",
    "Support",
    "TextVersion",
    "Verdict",
    "VoteChoice",
    "WordsChanged",
    "answers_to",
    "drop_votes_on_other_words",
    "may_change",
    "spokesperson_of",
]
