"""Rules as they are tried on a text, and the little language of their conditions.

A condition is all, any and not over what detectors see, who writes and where.

A condition is written as a tree of tables::

    {all = [{detector = "phone"}, {not = {author = {staff = true}}}]}

It is read once, and then asked about one part of a submission at a time. The answer is what was seen there (a
list, perhaps an empty one) when the condition is true, and None when it is not.
"""

import logging
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
    """A match, and the detector that made it."""

    detector: str
    match: Match


@dataclass(frozen=True, slots=True)
class Look:
    """One part of a submission under the eyes of all rules; what a detector saw is kept for the next rule."""

    text: Text
    context: Context
    part: str
    memory: dict[Any, list[Sighting]] = field(default_factory=dict)


class Condition(Protocol):
    """Something that is true of a part of a submission, or not."""

    def seen(self, look: Look) -> list[Sighting] | None:
        """Return what makes it true; None when it is not."""

    def leaves(self, *, wanted: bool = True) -> Iterator[tuple["Leaf", bool]]:
        """Yield every leaf, and whether it has to be true for the whole to be (an odd number of nots turns it)."""


@dataclass(frozen=True, slots=True)
class Detects:
    """A detector sees something, `at_least` so many times."""

    name: str
    parameters: Mapping[str, Any]
    at_least: int
    key: tuple[Any, ...]

    @property
    def asks(self) -> tuple[str, ...]:
        """Return the detector's name."""
        return (self.name,)

    def seen(self, look: Look) -> list[Sighting] | None:
        """Ask the detector, once for all rules that ask the same."""
        if look.part not in DETECTORS[self.name].fields:
            return None
        found = look.memory.get(self.key)
        if found is None:
            matches = DETECTORS[self.name].detect(look.text, look.context, **self.parameters)
            found = look.memory[self.key] = [Sighting(self.name, match) for match in matches]
        return found if len(found) >= self.at_least else None

    def leaves(self, *, wanted: bool = True) -> Iterator[tuple["Leaf", bool]]:
        """Yield itself."""
        yield self, wanted


@dataclass(frozen=True, slots=True)
class KnownFact:
    """What we know of the author or the place is as the table says."""

    wants: tuple[tuple[str, Any], ...]

    @property
    def asks(self) -> tuple[str, ...]:
        """Return what it has to know."""
        return tuple(name for name, _ in self.wants)

    def seen(self, look: Look) -> list[Sighting] | None:
        """Compare every entry; nothing in the text is pointed at."""
        return [] if all(KNOWN_FACTS[name].agrees(look.context, value) for name, value in self.wants) else None

    def leaves(self, *, wanted: bool = True) -> Iterator[tuple["Leaf", bool]]:
        """Yield itself."""
        yield self, wanted


@dataclass(frozen=True, slots=True)
class Every:
    """All of the conditions are true."""

    conditions: tuple[Condition, ...]

    def seen(self, look: Look) -> list[Sighting] | None:
        """Stop at the first that is not; point at everything otherwise."""
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
    """At least one of the conditions is true."""

    conditions: tuple[Condition, ...]

    def seen(self, look: Look) -> list[Sighting] | None:
        """Ask them all, so that everything is pointed at."""
        answers = [seen for condition in self.conditions if (seen := condition.seen(look)) is not None]
        return [each for seen in answers for each in seen] if answers else None

    def leaves(self, *, wanted: bool = True) -> Iterator[tuple["Leaf", bool]]:
        """Yield the leaves of each."""
        for condition in self.conditions:
            yield from condition.leaves(wanted=wanted)


@dataclass(frozen=True, slots=True)
class Unless:
    """The condition is not true."""

    condition: Condition

    def seen(self, look: Look) -> list[Sighting] | None:
        """Turn the answer; what is not there cannot be pointed at."""
        return [] if self.condition.seen(look) is None else None

    def leaves(self, *, wanted: bool = True) -> Iterator[tuple["Leaf", bool]]:
        """Yield the leaves, turned."""
        yield from self.condition.leaves(wanted=not wanted)


Leaf = Detects | KnownFact


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a condition may ask of the context: the kind of value it takes, and how it is compared."""

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
    """Make a condition of its tree; raise ValueError, in words, for what it does not know."""
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
    """What a rule saw in a text; the span counts code points of the raw field."""

    rule: str
    clause: str
    action: str
    field: str
    start: int
    end: int
    explanation: str
    detector: str = ""


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
