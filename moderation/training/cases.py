"""Made-up cases with a model answer, for people who are learning to moderate."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from moderation.models import Decision


@dataclass(frozen=True, slots=True)
class PracticeCase:
    """A text, where it came in, what an experienced moderator would do with it, and why."""

    key: str
    place: str
    text: str
    action: str
    clause: str
    why: str


@cache
def practice_cases() -> dict[str, PracticeCase]:
    """Return the made-up cases by key, in the order in which they are met."""
    data = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))
    return {row["key"]: PracticeCase(**row) for row in data["cases"]}


def is_as_the_model(case: PracticeCase, action: str, clause: str) -> bool:
    """Return whether an answer says what the model says: the same action, and the same clause if it needs one."""
    return action == case.action and (action == Decision.Action.PUBLISH or clause == case.clause)
