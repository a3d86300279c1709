"""The rules of a policy, ready to screen texts.

A rule may count in the shadow, let a text pass with a note, or hold it for a person. There is no word here for
refusing: a machine cannot.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from moderation.detectors import Context
from moderation.policy.document import MACHINE_ACTIONS, Policy
from moderation.policy.loading import PolicyError, given_of, matches
from moderation.policy.rules import FIELD_ORDER, BoundRule, Finding, Look
from moderation.text.normalised import Text

logger = logging.getLogger(__name__)
NO_CONTEXT = Context()

MAX_RULES_SECONDS = 0.5  # seconds of processor time for all rules on one text; it takes ours a thousandth of that


@dataclass(frozen=True, slots=True)
class Screening:
    """The result of a screening: all findings and their most restrictive action.

    A finding of a rule in the shadow is kept, and changes nothing.
    """

    action: str
    findings: tuple[Finding, ...]


def findings_in(look: Look, rules: Sequence[BoundRule]) -> list[Finding]:
    """Return the findings of all rules in a field; if they take too long twice, the slowest rule counts as failed.

    The first time is measured on the wall, which costs little to ask and is never less than the processor time. It may
    have paid for what is not the text's doing: other threads, a garbage collection, a pattern's first use.
    """
    found, slow = timed_findings(look, rules, time.perf_counter)
    if slow:
        look = Look(Text(look.text.raw), look.context, look.part)  # the first one remembers what the detectors found
        found, slow = timed_findings(look, rules, time.thread_time)
    if slow:
        logger.error("The rules took too long twice for one text, the rule %s longest.", slow.rule.key)
        found.append(slow.failure(look))
    return found


def timed_findings(
    look: Look, rules: Sequence[BoundRule], clock: Callable[[], float]
) -> tuple[list[Finding], BoundRule | None]:
    """Return the findings of all rules in a field, and the slowest rule if by the clock they took too long."""
    found: list[Finding] = []
    slowest, longest = None, 0.0
    began = clock()
    for bound in rules:
        before = time.perf_counter()
        found += bound.findings(look)
        if (took := time.perf_counter() - before) > longest:
            slowest, longest = bound, took
    return found, slowest if clock() - began > MAX_RULES_SECONDS else None


def looks_at(text: str, *, title: str = "", name: str = "", context: Context = NO_CONTEXT) -> list[Look]:
    """Return the fields of a submission for screening: the text, and the title and name when given."""
    parts = (("title", title), ("text", text), ("name", name))
    return [Look(Text(raw), context, part) for part, raw in parts if raw or part == "text"]


class Ruleset:
    """The rules of a policy, compiled to screen many texts; rules in mode off are left out."""

    def __init__(self, policy: Policy):
        self.policy = policy
        self.rules = tuple(BoundRule(rule) for rule in policy.rules if rule.mode != "off")
        leaves = [leaf for bound in self.rules for leaf, _ in bound.condition.leaves()]
        self.asks = frozenset(name for leaf in leaves for name in leaf.asks)  # detectors, and facts of author and place
        self._warm_up()

    def _warm_up(self) -> None:
        """Try every rule on its examples: patterns and lists are compiled on first use, longer than a text may take."""
        for bound in self.rules:
            for example in (*bound.rule.matches, *bound.rule.ignores):
                with suppress(PolicyError):  # A rule that breaks holds the texts that come, and is logged then.
                    matches(bound, example, given_of(bound.rule))

    def screen(self, text: str, *, title: str = "", name: str = "", context: Context = NO_CONTEXT) -> Screening:
        """Screen a title, text and displayed name with all rules; the most restrictive action wins."""
        return self.judge(looks_at(text, title=title, name=name, context=context))

    def judge(self, looks: Sequence[Look]) -> Screening:
        """Screen prepared fields with all rules; rulesets that share the fields share the detectors' results."""
        rules = [bound for bound in self.rules if bound.scope.covers(looks[0].context)]
        found = [finding for look in looks for finding in findings_in(look, [r for r in rules if look.part in r.parts])]
        found.sort(key=lambda finding: (FIELD_ORDER[finding.field], finding.start, finding.end))
        counted = (finding.action for finding in found if finding.action != "shadow")
        return Screening(max(counted, key=MACHINE_ACTIONS.index, default="publish"), tuple(found))
