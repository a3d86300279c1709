"""Marks the findings of rules in a text: each finding gets a label, each passage a mark."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from moderation.findings.redaction import REMOVED_PASSAGE_LABEL
from moderation.policy.document import Clause, Policy

MAX_PASSAGE_CHARACTERS = (
    80  # characters: a finding that covers a longer text says something of the whole, and no passage is marked
)
FINDING_LETTERS = "ABCDEGILMQUVWY"  # the other letters are keys of a case's page: P publishes, X takes out
FIELD_LABELS = {
    "phone": "phone number removed",
    "email": "e-mail address removed",
    "card": "card number removed",
    "iban": "bank account number removed",
    "national_number": "personal number removed",
    "words": "words removed",
    "link_count": "link removed",
    "link_shortener": "link removed",
    "street_address": "street address removed",
}


class LabelledFinding(Protocol):
    """The attributes of a stored finding."""

    pk: int
    rule: str
    clause: str
    action: str
    field: str
    start: int
    end: int
    explanation: str
    advice: str
    detector: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What the rules of one clause found at one place, as shown: with its letter, its passage and its clause.

    `finding` is the first of the findings there, `rule` names all rules that saw it. `field`, `start` and `end` are the
    place, in code points. `explanation` is for the author, `advice` for staff. `label` is what may stand in its place.
    """

    letter: str
    finding: int
    field: str
    start: int
    end: int
    passage: str
    whole: bool  # concerns the whole text, so no passage is marked
    action: str
    explanation: str
    advice: str
    rule: str
    clause: Clause | None
    label: str

    @property
    def holds(self) -> bool:
        """Return whether the finding holds the text."""
        return self.action == "hold"

    @property
    def redactable(self) -> bool:
        """Return whether its clause asks to redact the passage and publish the rest."""
        return self.holds and not self.whole and self.clause is not None and self.clause.remedy == "redact"


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of text under the same findings; `action` is their most restrictive one."""

    text: str
    letters: tuple[str, ...] = ()
    action: str = ""


def letter(place: int) -> str:
    """Return the label of a finding by its position from 0: the letters that are no keys, then AA, AB and so on."""
    name = ""
    while place >= 0:
        place, rest = divmod(place, len(FINDING_LETTERS))
        name, place = FINDING_LETTERS[rest] + name, place - 1
    return name


def marks(findings: Iterable[LabelledFinding], policy: Policy, parts: Mapping[str, str]) -> list[Mark]:
    """Give findings their letters, one for each clause and place.

    `parts` holds the raw text of each field, the policy what the findings name.
    """
    clauses = {clause.key: clause for clause in policy.clauses}
    rules = {rule.key: rule for rule in policy.rules}
    groups: list[Mark] = []
    for finding in findings:
        rule = rules.get(finding.rule)
        title = rule.title if rule else finding.rule
        place_among(groups, _mark(finding, title, clauses.get(finding.clause), parts[finding.field]), parts)
    return [replace(mark, letter=letter(place)) for place, mark in enumerate(groups)]


def _mark(finding: LabelledFinding, rule: str, clause: Clause | None, text: str) -> Mark:
    return Mark(
        letter="",
        finding=finding.pk,
        field=finding.field,
        start=finding.start,
        end=finding.end,
        passage=text[finding.start : finding.end],
        whole=is_whole(finding, text),
        action=finding.action,
        explanation=finding.explanation,
        advice=finding.advice or finding.explanation,
        rule=rule,
        clause=clause,
        label=FIELD_LABELS.get(finding.detector, REMOVED_PASSAGE_LABEL),
    )


def place_among(groups: list[Mark], mark: Mark, parts: Mapping[str, str]) -> None:
    """Add a mark to the groups, or join it with those of its clause at its place; the first keeps its turn."""
    same = [place for place, other in enumerate(groups) if is_same_place(other, mark)]
    for place in reversed(same):
        mark = joined(groups.pop(place), mark, parts[mark.field])
    groups.insert(same[0] if same else len(groups), mark)


def is_same_place(one: Mark, other: Mark) -> bool:
    """Return whether two marks are of one clause and overlap, or both concern the whole of one field."""
    if one.clause is None or one.clause != other.clause or (one.field, one.whole) != (other.field, other.whole):
        return False
    return one.whole or (one.start < other.end and other.start < one.end)


def joined(first: Mark, second: Mark, text: str) -> Mark:
    """Return one mark over both places; the more restrictive action and its label count."""
    leading = first if first.holds or not second.holds else second
    start, end = min(first.start, second.start), max(first.end, second.end)
    return replace(
        leading,
        finding=first.finding,
        start=start,
        end=end,
        passage=text[start:end],
        rule=_once(first.rule, second.rule, " · "),
        explanation=_once(first.explanation, second.explanation, " "),
        advice=_once(first.advice, second.advice, " "),
    )


def _once(first: str, second: str, between: str) -> str:
    if first in second:
        return second
    return first if second in first else f"{first}{between}{second}"


def is_whole(finding: LabelledFinding, text: str) -> bool:
    """Return whether a finding concerns the whole text instead of a passage."""
    length = finding.end - finding.start
    return length == 0 or (length >= len(text) and len(text) > MAX_PASSAGE_CHARACTERS)


def segments(text: str, found: Iterable[Mark]) -> list[Segment]:
    """Cut a text where marks begin and end; a segment under several marks has all their labels."""
    inside = [mark for mark in found if not mark.whole]
    cuts = {0, len(text), *(place for mark in inside for place in (mark.start, mark.end))}
    places = sorted(place for place in cuts if 0 <= place <= len(text))
    return [
        _segment(text[start:end], [mark for mark in inside if mark.start <= start and end <= mark.end])
        for start, end in pairwise(places)
    ]


def _segment(text: str, over: list[Mark]) -> Segment:
    action = "hold" if any(mark.holds for mark in over) else "note" if over else ""
    return Segment(text, tuple(mark.letter for mark in over), action)
