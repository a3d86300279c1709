"""Reads a policy from a file or plain data and validates it."""

import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from pathlib import Path
from typing import Any

from moderation.detectors import DETECTORS, Context
from moderation.policy.document import (
    CLAUSE_REMEDIES,
    LEGAL_GROUNDS,
    MACHINE_ACTIONS,
    RULE_MODES,
    SEVERITY_RANGE,
    TOMBSTONE_CHOICES,
    Clause,
    Policy,
    Rule,
    Section,
    usual,
)  # fmt: skip
from moderation.policy.rules import BoundRule, Condition, Detects, plain_value, read_condition, scope_of
from moderation.policy.toml_tables import read_toml

STARTER_POLICY = Path(__file__).parent / "starter.toml"
ConditionType = typing.TypeVar("ConditionType")
FORMER_FIELDS: Mapping[type, frozenset[str]] = {Clause: frozenset({"default_action"})}


class PolicyError(ValueError):
    """The policy is invalid; the message names the clause or rule."""


def load_policy(path: Path | str) -> Policy:
    """Read a policy from a TOML file; raise PolicyError for a fault."""
    return parse_policy(Path(path).read_text(encoding="utf-8"), Path(path).name)


def parse_policy(toml: str, name: str = "The policy") -> Policy:
    """Read a policy from TOML; raise PolicyError for a fault."""
    try:
        data = read_toml(toml)
    except ValueError as error:
        raise PolicyError(f"{name} is not TOML: {error}") from error
    return read_policy(data)


def read_policy(data: Mapping[str, Any], *, try_examples: bool = True) -> Policy:
    """Build a policy from plain data; raise PolicyError for a fault.

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
        _check_rule(rule, policy)
        if try_examples:
            _check_examples(rule)
    return policy


def _rows(rows: Any, kind: type[ConditionType]) -> tuple[ConditionType, ...]:
    what = kind.__name__.lower()
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise PolicyError(f"The {what}s must be a list of tables.")
    names = (f"{what} “{row.get('key', f'number {place}')}”" for place, row in enumerate(rows, 1))
    return tuple(_made(kind, without_former_fields(row, kind), name) for row, name in zip(rows, names, strict=True))


def without_former_fields(row: Mapping[str, Any], kind: type[ConditionType]) -> Mapping[str, Any]:
    """Return a row without the fields that files and versions from before have, and on which nothing acts."""
    former = FORMER_FIELDS.get(kind, ())
    return {name: value for name, value in row.items() if name not in former}


def _made(kind: type[ConditionType], row: Mapping[str, Any], what: str) -> ConditionType:
    """Build the value from its row; raise PolicyError for a field that is unknown, missing or of the wrong type."""
    types = typing.get_type_hints(kind)
    if unknown := sorted(set(row) - set(types)):
        raise PolicyError(f"The {what} has a field that we do not know: {unknown[0]}.")
    values = {}
    for name, value in row.items():
        wanted = typing.get_origin(types[name]) or types[name]
        values[name] = _as(wanted, value)
        if not isinstance(values[name], wanted) or (wanted is int and isinstance(value, bool)):
            raise PolicyError(f"The {what} has the wrong kind of value for {name}.")
    try:
        return kind(**values)
    except TypeError as error:
        raise PolicyError(f"The {what} is incomplete: {_missing(kind, row)}.") from error


def _as(wanted: Any, value: Any) -> Any:
    """Return a TOML list as a tuple, a TOML date as ISO text, and other values unchanged."""
    return plain_value(value) if wanted in (tuple, str) else value


def _missing(kind: Any, row: Mapping[str, Any]) -> str:
    needed = [each.name for each in fields(kind) if usual(each) is MISSING]
    return ", ".join(f"{name} is missing" for name in needed if name not in row)


def _check_unique(what: str, values: list[Any]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise PolicyError(f"The {what} “{value}” is there more than once.")


def _check_choice(what: str, name: str, value: Any, choices: typing.Collection[Any]) -> None:
    if value not in choices:
        raise PolicyError(f"The {what}: {name} must be one of {', '.join(map(str, choices))}, not “{value}”.")


def _check_clause(clause: Clause) -> None:
    what = f"clause “{clause.key}”"
    _check_choice(what, "severity", clause.severity, SEVERITY_RANGE)
    _check_choice(what, "remedy", clause.remedy, CLAUSE_REMEDIES)
    _check_choice(what, "tombstone", clause.tombstone, TOMBSTONE_CHOICES)
    _check_choice(what, "auto_max", clause.auto_max, MACHINE_ACTIONS)
    _check_choice(what, "ground", clause.ground, LEGAL_GROUNDS)
    if not all((clause.key, clause.title, clause.text, clause.reason)):
        raise PolicyError(f"The {what} needs a key, a title, a text and a reason.")


def _check_rule(rule: Rule, policy: Policy) -> None:
    what = f"rule “{rule.key}”"
    _check_choice(what, "mode", rule.mode, RULE_MODES)
    clause = policy.clause(rule.clause)
    if clause is None:
        raise PolicyError(f"The {what} belongs to the clause “{rule.clause}”, which is not there.")
    if not rule.matches or not rule.ignores:
        raise PolicyError(f"The {what} needs at least one example that it matches and one that it ignores.")
    _check_date(what, "review_by", rule.review_by)
    try:
        condition = read_condition(rule.when)
        scope = scope_of(rule)
        given_of(rule)
    except (TypeError, ValueError) as error:
        raise PolicyError(f"The {what}: {error}.") from error
    _check_date(what, "since", scope.since)
    _check_date(what, "until", scope.until)
    if rule.mode == "hold" and (problem := _no_hold(condition, clause)):
        raise PolicyError(f"The {what} may only suggest: {problem}.")


def _check_date(what: str, name: str, value: str) -> None:
    try:
        date.fromisoformat(value or "2000-01-01")
    except ValueError as error:
        raise PolicyError(f"The {what}: {name} must be a day such as 2027-03-01, not “{value}”.") from error


def _no_hold(condition: Condition, clause: Clause) -> str:
    """Return why a rule must not hold texts, or "": a viewpoint is never a reason to hold."""
    if clause.viewpoint:
        return f"its clause “{clause.key}” is about a topic or a viewpoint"
    if clause.auto_max != "hold":
        return f"its clause “{clause.key}” lets a machine alone do no more than {clause.auto_max}"
    for leaf, wanted in condition.leaves():
        if isinstance(leaf, Detects) and wanted:
            if DETECTORS[leaf.name].most != "hold":
                return f"what the detector {leaf.name} sees is no reason to hold a text"
            if leaf.parameters.get("about"):
                return f"its words are about a {leaf.parameters['about']}"
    if not any(wanted and isinstance(leaf, Detects) for leaf, wanted in condition.leaves()):
        return "no detector has to see anything, so it would hold people and not texts"
    return ""


def given_of(rule: Rule) -> Context:
    """Return the context for the rule's examples."""
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in rule.given.items()
    }
    if isinstance(given.get("today"), str):
        given["today"] = date.fromisoformat(given["today"])
    usual = Context()
    for name, value in given.items():
        if name != "today" and not isinstance(value, type(getattr(usual, name, value))):
            raise ValueError(f"{name} in what is given cannot be {value!r}")
    return Context(**given)


def _check_examples(rule: Rule) -> None:
    bound, context = BoundRule(rule), given_of(rule)
    for examples, expected, verb in ((rule.matches, True, "match"), (rule.ignores, False, "ignore")):
        for example in examples:
            if matches(bound, example, context) is not expected:
                raise PolicyError(f"The rule “{rule.key}” does not {verb} its example “{example}”.")


def matches(bound: BoundRule, example: str, context: Context) -> bool:
    """Return whether a rule matches an example; raise PolicyError when the rule fails."""
    try:
        return bound.matches(example, context)
    except Exception as error:  # The author of the rule has to see any error of a detector.
        raise PolicyError(f"The rule “{bound.rule.key}” breaks on its example “{example}”: {error!r}.") from error
