"""The agency's policy as values, and the rules that screen a text by it.

A rule may let a text pass with a note or hold it for a person. There is no word here for refusing: a machine
cannot.
"""

import logging
import tomllib
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

from moderation.detectors import DETECTORS, Context, Detector, Match
from moderation.text import Text

__all__ = [
    "Clause", "Context", "Finding", "Policy", "PolicyError", "Rule", "Ruleset", "Screening", "Section",
    "load_policy", "read_policy",
]  # fmt: skip

logger = logging.getLogger(__name__)
T = typing.TypeVar("T")
NOWHERE_SPECIAL = Context()

ACTIONS = ("publish", "note", "hold")  # From the mildest to the most restrictive.
RULE_ACTIONS = ("note", "hold")
REMEDIES = ("edit", "redact", "none")
TOMBSTONES = ("public", "hidden")
SEVERITIES = range(5)
FIELD_ORDER = {"title": 0, "text": 1}


class PolicyError(ValueError):
    """Say what is wrong with a policy, naming the clause or rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the policy page that is no clause: hours, records, how to ask for another look."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One numbered thing that we ask of people who take part.

    `remedy` is what puts it right: the author edits, we redact, or nothing does. `tombstone` says whether readers
    are told the reason for a missing text.
    """

    key: str
    number: int
    title: str
    text: str
    allowed: tuple[str, ...]
    not_allowed: tuple[str, ...]
    severity: int
    default_action: str
    remedy: str
    reason: str
    tombstone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A detector bound to a clause, with texts that it must match and texts that it must ignore.

    `given` is the context in which those examples are tried, for detectors that look beyond the text. `explain`
    takes the place of the detector's own sentence.
    """

    key: str
    clause: str
    title: str
    detector: str
    action: str
    matches: tuple[str, ...]
    ignores: tuple[str, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    explain: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The whole policy: what people read, and the rules behind it."""

    title: str
    introduction: str
    emergency: str
    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]
    rules: tuple[Rule, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain lists, dictionaries, text and numbers, fit for JSON and for `read_policy`."""
        plain: dict[str, Any] = _plain(self)
        return plain


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


@dataclass(frozen=True, slots=True)
class Screening:
    """The outcome: the most restrictive action of all findings, and every one of them."""

    action: str
    findings: tuple[Finding, ...]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def load_policy(path: Path | str) -> Policy:
    """Read a policy from a TOML file; raise PolicyError for a fault."""
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{Path(path).name} is not TOML: {error}") from error
    return read_policy(data)


def read_policy(data: Mapping[str, Any], *, try_examples: bool = True) -> Policy:
    """Make a policy of plain data; raise PolicyError for a fault.

    Examples of a version published long ago may be left untried: detectors get better, records stay.
    """
    rows = {"sections": Section, "clauses": Clause, "rules": Rule}
    lists: dict[str, tuple[Any, ...]] = {name: _rows(data.get(name, ()), kind) for name, kind in rows.items()}
    policy = _made(Policy, {**data, **lists}, "policy")
    _check_unique("section", [section.key for section in policy.sections])
    _check_unique("clause", [clause.key for clause in policy.clauses])
    _check_unique("clause number", [clause.number for clause in policy.clauses])
    _check_unique("rule", [rule.key for rule in policy.rules])
    for clause in policy.clauses:
        _check_clause(clause)
    for rule in policy.rules:
        _check_rule(rule, {clause.key for clause in policy.clauses})
        if try_examples:
            _check_examples(rule)
    return policy


def _rows(rows: Any, kind: type[T]) -> tuple[T, ...]:
    what = kind.__name__.lower()
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise PolicyError(f"The {what}s must be a list of tables.")
    names = (f"{what} “{row.get('key', f'number {place}')}”" for place, row in enumerate(rows, 1))
    return tuple(_made(kind, row, name) for row, name in zip(rows, names, strict=True))


def _made(kind: type[T], row: Mapping[str, Any], what: str) -> T:
    """Build the value from its row; raise PolicyError for a field that is unknown, missing or of the wrong type."""
    types = typing.get_type_hints(kind)
    if unknown := sorted(set(row) - set(types)):
        raise PolicyError(f"The {what} has a field that we do not know: {unknown[0]}.")
    values = {}
    for name, value in row.items():
        wanted = typing.get_origin(types[name]) or types[name]
        values[name] = tuple(value) if wanted is tuple and isinstance(value, list) else value
        if not isinstance(values[name], wanted) or (wanted is int and isinstance(value, bool)):
            raise PolicyError(f"The {what} has the wrong kind of value for {name}.")
    try:
        return kind(**values)
    except TypeError as error:
        raise PolicyError(f"The {what} is incomplete: {_missing(kind, row)}.") from error


def _missing(kind: Any, row: Mapping[str, Any]) -> str:
    optional = {"parameters", "explain", "given"}
    return ", ".join(f"{each.name} is missing" for each in fields(kind) if each.name not in {*row, *optional})


def _check_unique(what: str, values: list[Any]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise PolicyError(f"The {what} “{value}” is there more than once.")


def _check_choice(what: str, name: str, value: Any, choices: typing.Collection[Any]) -> None:
    if value not in choices:
        raise PolicyError(f"The {what}: {name} must be one of {', '.join(map(str, choices))}, not “{value}”.")


def _check_clause(clause: Clause) -> None:
    what = f"clause “{clause.key}”"
    _check_choice(what, "severity", clause.severity, SEVERITIES)
    _check_choice(what, "default_action", clause.default_action, ACTIONS)
    _check_choice(what, "remedy", clause.remedy, REMEDIES)
    _check_choice(what, "tombstone", clause.tombstone, TOMBSTONES)
    if not all((clause.key, clause.title, clause.text, clause.reason)):
        raise PolicyError(f"The {what} needs a key, a title, a text and a reason.")


def _check_rule(rule: Rule, clauses: set[str]) -> None:
    what = f"rule “{rule.key}”"
    _check_choice(what, "action", rule.action, RULE_ACTIONS)
    if rule.clause not in clauses:
        raise PolicyError(f"The {what} belongs to the clause “{rule.clause}”, which is not there.")
    if rule.detector not in DETECTORS:
        raise PolicyError(f"The {what} uses the detector “{rule.detector}”, which is not there.")
    if not rule.matches or not rule.ignores:
        raise PolicyError(f"The {what} needs at least one example that it matches and one that it ignores.")
    try:
        DETECTORS[rule.detector].frozen_parameters(rule.parameters)
        _given(rule)
    except (TypeError, ValueError) as error:
        raise PolicyError(f"The {what}: {error}.") from error


def _given(rule: Rule) -> Context:
    given: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in rule.given.items()}
    return Context(**given)


def _check_examples(rule: Rule) -> None:
    bound, context = BoundRule(rule), _given(rule)
    for examples, expected, verb in ((rule.matches, True, "match"), (rule.ignores, False, "ignore")):
        for example in examples:
            if bool(list(bound.detect(Text(example), context))) is not expected:
                raise PolicyError(f"The rule “{rule.key}” does not {verb} its example “{example}”.")


class BoundRule:
    """A rule with its detector, ready to look at texts."""

    __slots__ = ("_parameters", "detector", "rule")

    def __init__(self, rule: Rule):
        self.rule = rule
        self.detector: Detector = DETECTORS[rule.detector]
        self._parameters = self.detector.frozen_parameters(rule.parameters)

    def detect(self, text: Text, context: Context) -> Iterable[Match]:
        """Run the detector with the rule's parameters."""
        return self.detector.detect(text, context, **self._parameters)

    def findings(self, text: Text, context: Context, part: str) -> list[Finding]:
        """Return what the rule found in a part of the submission; a detector that fails is itself a finding."""
        rule = self.rule
        try:
            return [
                Finding(
                    rule.key, rule.clause, rule.action, part, seen.start, seen.end, rule.explain or seen.explanation
                )
                for seen in self.detect(text, context)
            ]
        except Exception:
            # The one broad catch: whatever broke, a person must look. The log names the rule, never the text.
            logger.exception("The detector %s failed in the rule %s", rule.detector, rule.key)
            sentence = f"The detector {rule.detector} failed, so a person will look."
            return [Finding(rule.key, rule.clause, "hold", part, 0, len(text.raw), sentence)]


class Ruleset:
    """A policy's rules, compiled once to screen many texts."""

    def __init__(self, policy: Policy):
        self.policy = policy
        self.rules = tuple(BoundRule(rule) for rule in policy.rules)

    def screen(self, text: str, *, title: str = "", context: Context = NOWHERE_SPECIAL) -> Screening:
        """Try every rule on the title and the text, and let the most restrictive action win."""
        parts = {"title": Text(title), "text": Text(text)} if title else {"text": Text(text)}
        found = [
            finding
            for part, value in parts.items()
            for bound in self.rules
            if part in bound.detector.fields
            for finding in bound.findings(value, context, part)
        ]
        found.sort(key=lambda finding: (FIELD_ORDER[finding.field], finding.start, finding.end))
        action = max((finding.action for finding in found), key=ACTIONS.index, default="publish")
        return Screening(action, tuple(found))
