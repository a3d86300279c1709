"""The rules of a policy, ready to screen texts.

A rule may count in the shadow, let a text pass with a note, or hold it for a person. There is no word here for
refusing: a machine cannot.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from moderation.detectors import DETECTORS, Context, Match
from moderation.policy.conditions import Detects, Look, Sighting, read_condition
from moderation.policy.document import MACHINE_ACTIONS, Policy, Rule, Scope
from moderation.text.normalised import Text

__all__ = ["BoundRule", "Context", "Finding", "Ruleset", "Screening", "looks_at", "plain_value", "scope_of"]

logger = logging.getLogger(__name__)
NO_CONTEXT = Context()

ACTION_OF_MODE = {"shadow": "shadow", "suggest": "note", "hold": "hold"}  # What comes of each mode.
FIELD_ORDER = {"title": 0, "text": 1, "name": 2}
MAX_RULES_SECONDS = 0.5  # seconds of processor time for all rules on one text; it takes ours a thousandth of that


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


class BoundRule:
    """A rule with its condition and scope, ready to look at texts."""

    __slots__ = ("condition", "parts", "review_by", "rule", "scope")

    def __init__(self, rule: Rule):
        self.rule = rule
        self.condition = read_condition(rule.when)
        self.scope = scope_of(rule)
        self.review_by = date.fromisoformat(rule.review_by) if rule.review_by else None
        read = [DETECTORS[leaf.name].fields for leaf, _ in self.condition.leaves() if isinstance(leaf, Detects)]
        self.parts = {part for fields in read for part in fields} or {"text"}

    def seen(self, look: Look) -> list[Sighting]:
        """Return what the rule saw in a part; when only the author or the place made it true, all of the text."""
        if look.part not in self.parts:
            return []
        seen = self.condition.seen(look)
        if seen is None or (not seen and look.part != "text"):
            return []
        return seen or [Sighting("", Match(0, len(look.text.raw), self.rule.title))]

    def matches(self, example: str, context: Context) -> bool:
        """Return whether the rule sees anything in an example, as a title, a text or a name."""
        text = Text(example)
        return any(self.seen(Look(text, context, part)) for part in FIELD_ORDER)

    def falls_to_shadow(self, today: date | None) -> bool:
        """Return whether nobody has looked in time if the rule is still wanted; from then on it only counts."""
        return self.review_by is not None and today is not None and today > self.review_by

    def mode_on(self, today: date | None) -> str:
        """Return how far the rule may go on a day."""
        return "shadow" if self.falls_to_shadow(today) else self.rule.mode

    def findings(self, look: Look) -> list[Finding]:
        """Return what the rule found in a part of the submission; a detector that fails is itself a finding."""
        try:
            seen = self.seen(look)
        except Exception:
            # The one broad catch: whatever broke, a person must look. The log names the rule, never the text.
            logger.exception("A detector failed in the rule %s", self.rule.key)
            return [self.failure(look)]
        rule, part = self.rule, look.part
        action = ACTION_OF_MODE[self.mode_on(look.context.today)]
        return [
            Finding(
                rule.key, rule.clause, action, part, match.start, match.end, rule.explain or match.explanation, detector
            )
            for detector, match in seen
        ]

    def failure(self, look: Look) -> Finding:
        """Return what stands for a rule that could not be tried: a person has to look, unless it only counts."""
        rule = self.rule
        action = "shadow" if self.mode_on(look.context.today) == "shadow" else "hold"
        sentence = f"The rule “{rule.title}” could not be tried, so a person will look."
        return Finding(rule.key, rule.clause, action, look.part, 0, len(look.text.raw), sentence)


def findings_in(look: Look, rules: Sequence[BoundRule]) -> list[Finding]:
    """Return what all rules found in a part; when that took too long, the slowest of them failed."""
    found: list[Finding] = []
    slowest, longest = None, 0.0
    began = time.thread_time()
    for bound in rules:
        before = time.perf_counter()
        found += bound.findings(look)
        if (took := time.perf_counter() - before) > longest:
            slowest, longest = bound, took
    if slowest and time.thread_time() - began > MAX_RULES_SECONDS:
        logger.error("The rules took too long for one text, the rule %s longest: %.2f s", slowest.rule.key, longest)
        found.append(slowest.failure(look))
    return found


def scope_of(rule: Rule) -> Scope:
    """Return where and when the rule applies; raise TypeError or ValueError for what a scope cannot say."""
    usual = Scope()
    plain = {name: plain_value(value) for name, value in rule.scope.items()}
    for name, value in plain.items():
        if type(value) is not type(getattr(usual, name, value)):
            raise ValueError(f"{name} in a scope cannot be {value!r}")
    return Scope(**plain)


def plain_value(value: Any) -> Any:
    """Return a list as a tuple and a day as text; anything else as it is."""
    if isinstance(value, list):
        return tuple(value)
    return value.isoformat() if isinstance(value, date) else value


def looks_at(text: str, *, title: str = "", name: str = "", context: Context = NO_CONTEXT) -> list[Look]:
    """Return the parts of a submission as rules look at them; the text is always there, the others when given."""
    parts = (("title", title), ("text", text), ("name", name))
    return [Look(Text(raw), context, part) for part, raw in parts if raw or part == "text"]


class Ruleset:
    """A policy's rules, compiled once to screen many texts; those that are off are left out."""

    def __init__(self, policy: Policy):
        self.policy = policy
        self.rules = tuple(BoundRule(rule) for rule in policy.rules if rule.mode != "off")
        leaves = [leaf for bound in self.rules for leaf, _ in bound.condition.leaves()]
        self.asks = frozenset(name for leaf in leaves for name in leaf.asks)  # detectors, and facts of author and place

    def screen(self, text: str, *, title: str = "", name: str = "", context: Context = NO_CONTEXT) -> Screening:
        """Try every rule on the title, the text and the name to show; the most restrictive action wins."""
        return self.judge(looks_at(text, title=title, name=name, context=context))

    def judge(self, looks: Sequence[Look]) -> Screening:
        """Try every rule on the parts of one submission; rulesets that are given the same looks share the reading."""
        rules = [bound for bound in self.rules if bound.scope.covers(looks[0].context)]
        found = [finding for look in looks for finding in findings_in(look, [r for r in rules if look.part in r.parts])]
        found.sort(key=lambda finding: (FIELD_ORDER[finding.field], finding.start, finding.end))
        counted = (finding.action for finding in found if finding.action != "shadow")
        return Screening(max(counted, key=MACHINE_ACTIONS.index, default="publish"), tuple(found))
