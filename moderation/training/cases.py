"""Practice cases with a model decision, for people who learn to moderate."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from moderation.models import Decision


@dataclass(frozen=True, slots=True)
class PracticeCase:
    """A practice text with its place, and the action, clause and reason of the model decision."""

    key: str
    place: str
    text: str
    action: str
    clause: str
    why: str


@cache
def practice_cases() -> dict[str, PracticeCase]:
    """Return the practice cases by key, in the order in which they are shown."""
    data = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))
    return {row["key"]: PracticeCase(**row) for row in data["cases"]}


def is_as_the_model(case: PracticeCase, action: str, clause: str) -> bool:
    """Return whether a trainee's decision matches the model: the same action, and the same clause unless published."""
    return action == case.action and (action == Decision.Action.PUBLISH or clause == case.clause)
