"""The policy in its versions, what screening found, and what people decided."""

from moderation.models.case import Case, CaseClosed, Citation, Decision
from moderation.models.policy import PolicyVersion
from moderation.models.screening import Finding, Screening
from moderation.models.settings import ModerationSettings

__all__ = [
    "Case",
    "CaseClosed",
    "Citation",
    "Decision",
    "Finding",
    "ModerationSettings",
    "PolicyVersion",
    "Screening",
]
