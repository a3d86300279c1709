"""Every fault of a policy at once, each with the place it belongs to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moderation.policy.loading import PolicyError, read_policy

POLICY_LISTS = ("sections", "clauses", "rules")


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """Something that cannot work: in which list, at which place of it, and what is wrong, in words.

    A fault of the policy as a whole has neither list nor place.
    """

    message: str
    part: str = ""
    place: int = -1


def faults_of(document: Mapping[str, Any]) -> list[PolicyFault]:
    """Return all faults of a policy in plain data; `read_policy` stops at the first one."""
    whole = {name: value for name, value in document.items() if name not in POLICY_LISTS}
    found = [*_empty(document), *_alone(whole)]
    for part in (_sections, _clauses, _rules):
        found += part(whole, document)
    return found or _alone(document)


def _empty(document: Mapping[str, Any]) -> Iterator[PolicyFault]:
    for name in ("title", "introduction", "clauses"):
        if not document.get(name):
            yield PolicyFault({"clauses": "The policy has no clause."}.get(name, f"The policy has no {name}."))


def _alone(data: Mapping[str, Any], part: str = "", place: int = -1) -> list[PolicyFault]:
    """Read a policy, or a part of it as if it were all; return the fault that stops it."""
    try:
        read_policy({"sections": [], "clauses": [], "rules": [], **data})
    except PolicyError as error:
        return [PolicyFault(str(error), part, place)]
    return []


def _without_text(whole: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": "A", "introduction": "A", "emergency": "A"} | {"language": whole.get("language", "en")}


def _sections(whole: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[PolicyFault]:
    for place, section in enumerate(document["sections"]):
        yield from _alone(_without_text(whole) | {"sections": [section]}, "sections", place)
    yield from _repeated(document["sections"], "sections", "section", "key")


def _clauses(whole: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[PolicyFault]:
    for place, clause in enumerate(document["clauses"]):
        yield from _alone(_without_text(whole) | {"clauses": [clause]}, "clauses", place)
    yield from _repeated(document["clauses"], "clauses", "clause", "key")
    yield from _repeated(document["clauses"], "clauses", "clause number", "number")


def _rules(whole: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[PolicyFault]:
    """Try each rule with its clause alone; a rule of a faulty clause waits until that is put right."""
    by_key = {clause.get("key"): clause for clause in document["clauses"]}
    for place, rule in enumerate(document["rules"]):
        clause = by_key.get(rule.get("clause"))
        alone = _without_text(whole) | {"clauses": [clause] if clause else []}
        if not _alone(alone):
            yield from _alone(alone | {"rules": [rule]}, "rules", place)
    yield from _repeated(document["rules"], "rules", "rule", "key")


def _repeated(rows: list[Mapping[str, Any]], part: str, what: str, name: str) -> Iterator[PolicyFault]:
    seen = set()
    for place, row in enumerate(rows):
        if row.get(name) in seen:
            yield PolicyFault(f"The {what} “{row[name]}” is there more than once.", part, place)
        seen.add(row.get(name))
