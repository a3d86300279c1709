"""The policy in its versions, what screening found, what people decided, and what others said back."""

from moderation.models.case import Case, CaseClosed, CaseNote, Exposure, Opinion
from moderation.models.decision import Batch, BlindCheck, Citation, Decision, PracticeAnswer
from moderation.models.draft import NotApproved, PolicyApprovalTask, PolicyDraft
from moderation.models.policy import PolicyVersion
from moderation.models.replay import Replay
from moderation.models.screening import Band, Campaign, Finding, Screening
from moderation.models.settings import ModerationSettings
from moderation.models.times import CaretakerPeriod, Crisis, CrisisUnchanged
from moderation.models.voices import Appeal, Example, ExternalRequest, Report

__all__ = [
    "Appeal",
    "Band",
    "Batch",
    "BlindCheck",
    "Campaign",
    "CaretakerPeriod",
    "Case",
    "CaseClosed",
    "CaseNote",
    "Citation",
    "Crisis",
    "CrisisUnchanged",
    "Decision",
    "Example",
    "Exposure",
    "ExternalRequest",
    "Finding",
    "ModerationSettings",
    "NotApproved",
    "Opinion",
    "PolicyApprovalTask",
    "PolicyDraft",
    "PolicyVersion",
    "PracticeAnswer",
    "Replay",
    "Report",
    "Screening",
]
