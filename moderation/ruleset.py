"""The rules of a policy, ready to screen texts.

A rule may count in the shadow, let a text pass with a note, or hold it for a person. There is no word here for
refusing: a machine cannot.
"""

import logging
import time
from dataclasses import dataclass
from typing import Any

from moderation.conditions import Detects, Look, Seen, read_condition
from moderation.detectors import DETECTORS, Context, Match
from moderation.document import ACTIONS, Policy, Rule, Scope
from moderation.text import Text

__all__ = ["BoundRule", "Context", "Finding", "Ruleset", "Screening", "scope_of"]

logger = logging.getLogger(__name__)
NOWHERE_SPECIAL = Context()

ACTION_OF = {"shadow": "shadow", "suggest": "note", "hold": "hold"}  # What comes of each mode.
FIELD_ORDER = {"title": 0, "text": 1, "name": 2}
LONGEST = 0.25  # seconds of processor time for one rule on one text; the slowest of ours takes a hundredth of it


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule saw in a text; the span counts code points of the raw field."""

    rule: str
    clause: str
    action: str
    field: str
    start: int
    end: int
    explanation: str
    detector: str = ""


@dataclass(frozen=True, slots=True)
class Screening:
    """The outcome: the most restrictive action of all findings, and every one of them.

    A finding of a rule in the shadow is kept, and changes nothing.
    """

    action: str
    findings: tuple[Finding, ...]


class TooSlow(Exception):
    """A rule took longer than a text may cost."""


class BoundRule:
    """A rule with its condition and scope, ready to look at texts."""

    __slots__ = ("condition", "parts", "rule", "scope")

    def __init__(self, rule: Rule):
        self.rule = rule
        self.condition = read_condition(rule.when)
        self.scope = scope_of(rule)
        read = [DETECTORS[leaf.name].fields for leaf, _ in self.condition.leaves() if isinstance(leaf, Detects)]
        self.parts = {part for fields in read for part in fields} or {"text"}

    def seen(self, look: Look) -> list[Seen]:
        """Return what the rule saw in a part; when only the author or the place made it true, all of the text."""
        if look.part not in self.parts:
            return []
        seen = self.condition.seen(look)
        if seen is None or (not seen and look.part != "text"):
            return []
        return seen or [Seen("", Match(0, len(look.text.raw), self.rule.title))]

    def matches(self, example: str, context: Context) -> bool:
        """Return whether the rule sees anything in an example, as a title, a text or a name."""
        text = Text(example)
        return any(self.seen(Look(text, context, part)) for part in FIELD_ORDER)

    def findings(self, look: Look) -> list[Finding]:
        """Return what the rule found in a part of the submission; a detector that fails is itself a finding."""
        rule = self.rule
        try:
            seen = self._timed(look)
        except Exception as error:
            # The one broad catch: whatever broke, a person must look. The log names the rule, never the text.
            if not isinstance(error, TooSlow):
                logger.exception("A detector failed in the rule %s", rule.key)
            action = "shadow" if rule.mode == "shadow" else "hold"
            sentence = f"The rule “{rule.title}” could not be tried, so a person will look."
            return [Finding(rule.key, rule.clause, action, look.part, 0, len(look.text.raw), sentence)]
        action, part = ACTION_OF[rule.mode], look.part
        return [
            Finding(
                rule.key, rule.clause, action, part, match.start, match.end, rule.explain or match.explanation, detector
            )
            for detector, match in seen
        ]

    def _timed(self, look: Look) -> list[Seen]:
        began = time.thread_time()
        seen = self.seen(look)
        if (took := time.thread_time() - began) > LONGEST:
            logger.error("The rule %s took %.2f s of processor time for one text", self.rule.key, took)
            raise TooSlow
        return seen


def scope_of(rule: Rule) -> Scope:
    """Return where and when the rule applies; raise TypeError for what a scope does not know."""
    plain: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in rule.scope.items()}
    return Scope(**plain)


class Ruleset:
    """A policy's rules, compiled once to screen many texts; those that are off are left out."""

    def __init__(self, policy: Policy):
        self.policy = policy
        self.rules = tuple(BoundRule(rule) for rule in policy.rules if rule.mode != "off")
        leaves = [leaf for bound in self.rules for leaf, _ in bound.condition.leaves()]
        self.asks = frozenset(name for leaf in leaves for name in leaf.asks)  # detectors, and facts of author and place

    def screen(self, text: str, *, title: str = "", name: str = "", context: Context = NOWHERE_SPECIAL) -> Screening:
        """Try every rule on the title, the text and the name to show; the most restrictive action wins."""
        looks = [
            Look(Text(raw), context, part)
            for part, raw in (("title", title), ("text", text), ("name", name))
            if raw or part == "text"
        ]
        rules = [bound for bound in self.rules if bound.scope.covers(context)]
        found = [finding for look in looks for bound in rules for finding in bound.findings(look)]
        found.sort(key=lambda finding: (FIELD_ORDER[finding.field], finding.start, finding.end))
        counted = (finding.action for finding in found if finding.action != "shadow")
        return Screening(max(counted, key=ACTIONS.index, default="publish"), tuple(found))
