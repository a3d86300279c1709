"""Rules as they are tried on a text, and the little language of their conditions.

A condition is all, any and not over what detectors see, who writes and where.

A condition is written as a tree of tables::

    {all = [{detector = "phone"}, {not = {author = {staff = true}}}]}

It is read once, and then asked about one part of a submission at a time. The answer is what was seen there (a
list, perhaps an empty one) when the condition is true, and None when it is not.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from moderation.detectors import DETECTORS, Context, Match
from moderation.policy.document import Rule, Scope
from moderation.text.normalised import Text

logger = logging.getLogger(__name__)

CONDITION_JOINTS = ("all", "any", "not")
CONDITION_LEAVES = ("detector", "author", "context")
ACTION_OF_MODE = {"shadow": "shadow", "suggest": "note", "hold": "hold"}  # What comes of each mode.
FIELD_ORDER = {"title": 0, "text": 1, "name": 2}
MAX_CONDITION_DEPTH = 8  # levels: nobody can read more


class Sighting(NamedTuple):
    """A match with the name of its detector."""

    detector: str
    match: Match


@dataclass(frozen=True, slots=True)
class Look:
    """One field of a submission; the matches of each detector are cached for all rules."""

    text: Text
    context: Context
    part: str
    memory: dict[Any, list[Sighting]] = field(default_factory=dict)
    hints: dict[re.Pattern[str] | None, bool] = field(default_factory=lambda: {None: True})

    def holds(self, hint: re.Pattern[str] | None) -> bool:
        """Return whether the text holds a hint, as it is written or as it reads; without a hint, True."""
        if (known := self.hints.get(hint)) is not None:
            return known
        found = self.hints[hint] = bool(hint and (hint.search(self.text.raw) or hint.search(self.text.base.form)))
        return found


class Condition(Protocol):
    """A condition on one field of a submission."""

    def seen(self, look: Look) -> list[Sighting] | None:
        """Return the hits that make the condition true; None when it is false."""

    def leaves(self, *, wanted: bool = True) -> Iterator[tuple["Leaf", bool]]:
        """Yield each leaf with its polarity: False below an odd number of negations."""


@dataclass(frozen=True, slots=True)
class Detects:
    """True when a detector has at least `at_least` matches."""

    name: str
    parameters: Mapping[str, Any]
    at_least: int
    key: tuple[Any, ...]

    @property
    def asks(self) -> tuple[str, ...]:
        """Return the detector's name."""
        return (self.name,)

    def seen(self, look: Look) -> list[Sighting] | None:
        """Run the detector, once for all rules with the same parameters."""
        detector = DETECTORS[self.name]
        if look.part not in detector.fields:
            return None
        found = look.memory.get(self.key)
        if found is None:
            has_cause = (not detector.fact or getattr(look.context, detector.fact)) and look.holds(detector.hint)
            matches = detector.detect(look.text, look.context, **self.parameters) if has_cause else ()
            found = look.memory[self.key] = [Sighting(self.name, match) for match in matches]
        return found if len(found) >= self.at_least else None

    def leaves(self, *, wanted: bool = True) -> Iterator[tuple["Leaf", bool]]:
        """Yield itself."""
        yield self, wanted


@dataclass(frozen=True, slots=True)
class KnownFact:
    """True when the context agrees with every entry of the table."""

    wants: tuple[tuple[str, Any], ...]

    @property
    def asks(self) -> tuple[str, ...]:
        """Return what it has to know."""
        return tuple(name for name, _ in self.wants)

    def seen(self, look: Look) -> list[Sighting] | None:
        """Compare every entry; a true condition has no hits in the text."""
        return [] if all(KNOWN_FACTS[name].agrees(look.context, value) for name, value in self.wants) else None

    def leaves(self, *, wanted: bool = True) -> Iterator[tuple["Leaf", bool]]:
        """Yield itself."""
        yield self, wanted


@dataclass(frozen=True, slots=True)
class Every:
    """True when all conditions are true."""

    conditions: tuple[Condition, ...]

    def seen(self, look: Look) -> list[Sighting] | None:
        """Stop at the first false condition; otherwise return the hits of all."""
        together: list[Sighting] = []
        for condition in self.conditions:
            seen = condition.seen(look)
            if seen is None:
                return None
            together += seen
        return together

    def leaves(self, *, wanted: bool = True) -> Iterator[tuple["Leaf", bool]]:
        """Yield the leaves of each."""
        for condition in self.conditions:
            yield from condition.leaves(wanted=wanted)


@dataclass(frozen=True, slots=True)
class Some:
    """True when at least one condition is true."""

    conditions: tuple[Condition, ...]

    def seen(self, look: Look) -> list[Sighting] | None:
        """Evaluate all conditions, so that the hits of each are returned."""
        answers = [seen for condition in self.conditions if (seen := condition.seen(look)) is not None]
        return [each for seen in answers for each in seen] if answers else None

    def leaves(self, *, wanted: bool = True) -> Iterator[tuple["Leaf", bool]]:
        """Yield the leaves of each."""
        for condition in self.conditions:
            yield from condition.leaves(wanted=wanted)


@dataclass(frozen=True, slots=True)
class Unless:
    """True when the condition is false."""

    condition: Condition

    def seen(self, look: Look) -> list[Sighting] | None:
        """Negate the condition; an absence has no hits."""
        return [] if self.condition.seen(look) is None else None

    def leaves(self, *, wanted: bool = True) -> Iterator[tuple["Leaf", bool]]:
        """Yield the leaves, turned."""
        yield from self.condition.leaves(wanted=not wanted)


Leaf = Detects | KnownFact


@dataclass(frozen=True, slots=True)
class Fact:
    """A context entry that conditions may test: its type of value and its comparison."""

    kind: type
    agrees: Any  # (context, value) -> bool


AUTHOR_FACTS = {
    "signed_in": Fact(bool, lambda context, value: context.signed_in is value),
    "staff": Fact(bool, lambda context, value: context.staff is value),
    "new": Fact(bool, lambda context, value: (context.published == 0) is value),
}
CONTEXT_FACTS = {
    "kinds": Fact(tuple, lambda context, value: context.kind in value),
    "channels": Fact(tuple, lambda context, value: context.channel in value),
    "languages": Fact(tuple, lambda context, value: context.language in value),
    "consultations": Fact(tuple, lambda context, value: context.consultation in value),
    "crisis_level": Fact(int, lambda context, value: context.crisis_level >= value),
}
KNOWN_FACTS = AUTHOR_FACTS | CONTEXT_FACTS


def read_condition(tree: Any, depth: int = 1) -> Condition:
    """Build a condition from its tree; raise ValueError with a message for the author of the rule."""
    if not isinstance(tree, Mapping) or not tree:
        raise ValueError(f'a condition is a table such as {{detector = "phone"}}, not {tree!r}')
    if depth > MAX_CONDITION_DEPTH:
        raise ValueError(f"the condition is more than {MAX_CONDITION_DEPTH} levels deep")
    heads = [name for name in (*CONDITION_JOINTS, *CONDITION_LEAVES) if name in tree]
    if len(heads) != 1:
        raise ValueError(
            f"a condition has exactly one of {', '.join((*CONDITION_JOINTS, *CONDITION_LEAVES))};"
            f" this one has {list(tree)}"
        )
    head = heads[0]
    if head == "detector":
        return _detects(tree)
    if len(tree) > 1:
        raise ValueError(
            f"“{head}” stands alone; {', '.join(name for name in tree if name != head)} does not belong there"
        )
    if head in ("author", "context"):
        return _known(head, tree[head])
    if head == "not":
        return Unless(read_condition(tree["not"], depth + 1))
    if not isinstance(tree[head], list | tuple) or not tree[head]:
        raise ValueError(f"“{head}” needs a list of conditions")
    conditions = tuple(read_condition(each, depth + 1) for each in tree[head])
    return Every(conditions) if head == "all" else Some(conditions)


def _detects(tree: Mapping[str, Any]) -> Detects:
    parameters = {name: value for name, value in tree.items() if name not in ("detector", "at_least")}
    name, at_least = tree["detector"], tree.get("at_least", 1)
    if name not in DETECTORS:
        raise ValueError(f"there is no detector “{name}” (there are: {', '.join(sorted(DETECTORS))})")
    if type(at_least) is not int or at_least < 1:
        raise ValueError(f"at_least counts from 1, so it cannot be {at_least!r}")
    frozen = DETECTORS[name].frozen_parameters(parameters)
    return Detects(name, frozen, at_least, (name, *sorted(frozen.items())))


def _known(head: str, table: Any) -> KnownFact:
    facts = AUTHOR_FACTS if head == "author" else CONTEXT_FACTS
    if not isinstance(table, Mapping) or not table:
        raise ValueError(f"“{head}” needs a table with some of {', '.join(facts)}")
    wants = []
    for name, value in table.items():
        if name not in facts:
            raise ValueError(f"“{head}” knows {', '.join(facts)}, not {name}")
        given = tuple(value) if isinstance(value, list) else value
        if type(given) is not facts[name].kind:
            raise ValueError(f"{name} cannot be {value!r}")
        wants.append((name, given))
    return KnownFact(tuple(wants))


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a rule; `start` and `end` count code points of the raw field.

    A rule that could not be tried cites no clause: nobody knows whether the text breaks one.
    """

    rule: str
    clause: str
    action: str
    field: str
    start: int
    end: int
    explanation: str  # for the author
    detector: str = ""
    advice: str = ""  # for staff, where it is another sentence

    @property
    def is_failure(self) -> bool:
        """Return whether the rule could not be tried."""
        return not self.clause


class BoundRule:
    """A rule with its compiled condition and scope."""

    __slots__ = ("condition", "parts", "rule", "scope")

    def __init__(self, rule: Rule):
        self.rule = rule
        self.condition = read_condition(rule.when)
        self.scope = scope_of(rule)
        read = [DETECTORS[leaf.name].fields for leaf, _ in self.condition.leaves() if isinstance(leaf, Detects)]
        self.parts = {part for fields in read for part in fields} or {"text"}

    def seen(self, look: Look) -> list[Sighting]:
        """Return the rule's hits in a field; the whole text when only the context made the condition true."""
        if look.part not in self.parts:
            return []
        seen = self.condition.seen(look)
        if seen is None or (not seen and look.part != "text"):
            return []
        return seen or [Sighting("", Match(0, len(look.text.raw), self.rule.title))]

    def matches(self, example: str, context: Context) -> bool:
        """Return whether the rule matches an example as a title, a text or a name."""
        text = Text(example)
        return any(self.seen(Look(text, context, part)) for part in FIELD_ORDER)

    def findings(self, look: Look) -> list[Finding]:
        """Return the rule's findings in a field; a failing detector is a finding too."""
        try:
            seen = self.seen(look)
        except Exception:
            # The one broad catch: whatever broke, a person must look. The log names the rule, never the text.
            logger.exception("A detector failed in the rule %s", self.rule.key)
            return [self.failure(look)]
        return [self.finding(look, detector, match) for detector, match in seen]

    def finding(self, look: Look, detector: str, match: Match) -> Finding:
        """Return one match as the rule's finding: no rule goes further than the match allows."""
        rule, mode = self.rule, self.rule.mode_on(look.context.today)
        return Finding(
            rule=rule.key,
            clause=rule.clause,
            action=ACTION_OF_MODE["suggest" if mode == "hold" and match.most != "hold" else mode],
            field=look.part,
            start=match.start,
            end=match.end,
            explanation=rule.tell_author or match.explanation,
            detector=detector,
            advice=rule.explain or match.advice,
        )

    def failure(self, look: Look) -> Finding:
        """Return the finding of a rule that failed: it holds the text, except in shadow mode, and cites no clause."""
        rule = self.rule
        action = "shadow" if rule.mode_on(look.context.today) == "shadow" else "hold"
        sentence = f"The rule “{rule.title}” could not be tried, so a person will look."
        return Finding(rule.key, "", action, look.part, 0, len(look.text.raw), sentence)


def scope_of(rule: Rule) -> Scope:
    """Parse a rule's scope; raise TypeError or ValueError for an invalid one."""
    usual = Scope()
    plain = {name: plain_value(value) for name, value in rule.scope.items()}
    for name, value in plain.items():
        if type(value) is not type(getattr(usual, name, value)):
            raise ValueError(f"{name} in a scope cannot be {value!r}")
    return Scope(**plain)


def plain_value(value: Any) -> Any:
    """Return a list as a tuple, a date as ISO text, and other values unchanged."""
    if isinstance(value, list):
        return tuple(value)
    return value.isoformat() if isinstance(value, date) else value
