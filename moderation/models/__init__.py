"""Tables of moderation: policy versions and drafts, screenings, cases, decisions, reports, appeals and restrictions."""

from moderation.models.case import Case, CaseClosed, CaseNote, Exposure, Opinion, Skip
from moderation.models.decision import Batch, BlindCheck, Citation, Decision, PracticeAnswer
from moderation.models.draft import PolicyApprovalTask, PolicyDraft
from moderation.models.erasure import Erasure
from moderation.models.erasure_wish import ErasureUnchanged
from moderation.models.person_erasure import PersonErasure
from moderation.models.policy import NotApproved, PolicyVersion
from moderation.models.redress import Appeal, Example, ExternalRequest, Report
from moderation.models.replay import Replay
from moderation.models.restrictions import CaretakerPeriod, Crisis, CrisisUnchanged
from moderation.models.retention import RetentionPeriod, RetentionRun
from moderation.models.screening import Band, Campaign, Finding, Screening, SeenNote
from moderation.models.settings import ModerationSettings

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
    "Erasure",
    "ErasureUnchanged",
    "Example",
    "Exposure",
    "ExternalRequest",
    "Finding",
    "ModerationSettings",
    "NotApproved",
    "Opinion",
    "PersonErasure",
    "PolicyApprovalTask",
    "PolicyDraft",
    "PolicyVersion",
    "PracticeAnswer",
    "Replay",
    "Report",
    "RetentionPeriod",
    "RetentionRun",
    "Screening",
    "SeenNote",
    "Skip",
]
