"""Counts how two rulesets screen the same texts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from heapq import heappush, heappushpop
from typing import Any
from zlib import crc32

from moderation.policy.digests import working_parts
from moderation.policy.document import Policy, Rule
from moderation.policy.rules import Finding
from moderation.policy.ruleset import Screening
from moderation.replay.past import PastText
from moderation.text.interval import wilson

EXAMPLES_PER_KIND = 20  # for each kind of change, overall and for each rule
MAX_PLACES_PER_TEXT = 20  # more positions of the same word add nothing
FAILED = ":failed"  # the row of texts for which a rule could not be tried; no rule has this key
CHANGE_KINDS = ("newly_held", "newly_released")
SUPPORT_BANDS = ((20, "20+"), (5, "5-19"), (1, "1-4"), (0, "0"))  # (minimum supporters, name)


def support_band(count: int) -> str:
    """Return the name of the band for a number of supporters."""
    return next(name for least, name in SUPPORT_BANDS if count >= least)


# Groupings in which a rule could affect some people more than others. Nothing records whether a text is for or against
# a proposal, so its kind and its support stand in for that.
GROUP_KEYS: Mapping[str, Callable[[PastText], str]] = {
    "language": lambda past: past.context.language,
    "consultation": lambda past: past.context.consultation,
    "channel": lambda past: past.context.channel,
    "author": lambda past: past.author,
    "kind": lambda past: past.context.kind,
    "support": lambda past: support_band(past.support),
}


def share_with_interval(count: int, of: int) -> dict[str, Any]:
    """Return a share with its 95 % interval, as stored in the report."""
    low, high = wilson(count, of) or (None, None)
    return {"count": count, "of": of, "low": low and round(low, 4), "high": high and round(high, 4)}


@dataclass(slots=True)
class GroupCounts:
    """The counts of a group of texts."""

    texts: int = 0
    held: int = 0
    held_before: int = 0
    changed: Counter[str] = field(default_factory=Counter)  # by kind of change
    decided: Counter[str] = field(default_factory=Counter)  # of those, texts with a decision
    published: Counter[str] = field(default_factory=Counter)  # of the decided, the published

    def add(self, before: bool, after: bool, kind: str, decided: str) -> None:
        """Count a text: whether it is held before and after, its kind of change, and the last decision's action."""
        self.texts += 1
        self.held += after
        self.held_before += before
        if kind:
            self.changed[kind] += 1
            self.decided[kind] += bool(decided)
            self.published[kind] += decided == "publish"

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as stored in the report."""
        held, released = CHANGE_KINDS
        missed = self.decided[released] - self.published[released]
        return {
            "texts": self.texts,
            "held": self.held,
            "held_before": self.held_before,
            held: self.changed[held],
            released: self.changed[released],
            "false_alarms": share_with_interval(self.published[held], self.decided[held]),
            "missed": share_with_interval(missed, self.decided[released]),
        }


class ExampleDraw:
    """A sample of bounded size that depends only on the set of texts, not on their order."""

    def __init__(self, size: int = EXAMPLES_PER_KIND):
        self.size = size
        self.kept: list[tuple[int, int]] = []  # heap of (negative hash, revision): the highest hash is dropped first

    def offer(self, revision: int) -> None:
        """Add a revision to the draw."""
        lot = (-crc32(b"%d" % revision), revision)
        if len(self.kept) < self.size:
            heappush(self.kept, lot)
        else:
            heappushpop(self.kept, lot)

    @property
    def revisions(self) -> list[int]:
        """Return the drawn revisions, lowest hash first."""
        return [revision for _lot, revision in sorted(self.kept, reverse=True)]


@dataclass(slots=True)
class RuleTally:
    """The counts of one rule."""

    cell: GroupCounts = field(default_factory=GroupCounts)
    seen: int = 0
    seen_before: int = 0
    unchanged: int = 0
    draws: dict[str, ExampleDraw] = field(default_factory=lambda: {kind: ExampleDraw() for kind in CHANGE_KINDS})


def row_of(finding: Finding) -> str:
    """Return under which rule a finding is counted: a rule that could not be tried has seen nothing."""
    return FAILED if finding.is_failure else finding.rule


def holding_rows(findings: Iterable[Finding]) -> set[str]:
    """Return the rules that hold a text."""
    return {row_of(finding) for finding in findings if finding.action == "hold"}


def holding_places(findings: Iterable[Finding]) -> list[list[Any]]:
    """Return the positions of holding findings as [rule, detector, field, start, end]."""
    holds = [each for each in findings if each.action == "hold"][:MAX_PLACES_PER_TEXT]
    return [[each.rule, each.detector, each.field, each.start, each.end] for each in holds]


class ReplayTally:
    """Counts texts by the screenings of the rules in force and of a draft."""

    def __init__(self):
        self.whole = GroupCounts()
        self.groups: dict[str, defaultdict[str, GroupCounts]] = {name: defaultdict(GroupCounts) for name in GROUP_KEYS}
        self.rules: defaultdict[str, RuleTally] = defaultdict(RuleTally)
        self.draws = {kind: ExampleDraw() for kind in CHANGE_KINDS}
        self.places: dict[str, dict[int, list[list[Any]]]] = {kind: {} for kind in CHANGE_KINDS}
        self.imported = 0
        self.first: datetime | None = None
        self.last: datetime | None = None

    def add(self, past: PastText, before: Screening, after: Screening) -> None:
        """Count a text."""
        was, is_now = before.action == "hold", after.action == "hold"
        kind = "" if was == is_now else "newly_held" if is_now else "newly_released"
        counted = (was, is_now, kind, past.decided)
        self.whole.add(*counted)
        for name, group_of in GROUP_KEYS.items():
            self.groups[name][group_of(past)].add(*counted)
        if before.findings or after.findings:
            self.add_to_rules(past, before, after, kind)
        if kind:
            self.imported += past.imported
            self.draw_example(past.revision_text.revision, kind, after if is_now else before)
        self.first = min(self.first or past.received_at, past.received_at)
        self.last = max(self.last or past.received_at, past.received_at)

    def add_to_rules(self, past: PastText, before: Screening, after: Screening, kind: str) -> None:
        """Count a text for each rule with a finding in it."""
        for rule in set(map(row_of, before.findings)):
            self.rules[rule].seen_before += 1
        for rule in set(map(row_of, after.findings)):
            self.rules[rule].seen += 1
        held_before, held = holding_rows(before.findings), holding_rows(after.findings)
        responsible = {"newly_held": held, "newly_released": held_before}.get(kind, set())
        for rule in held_before | held:
            tally, mine = self.rules[rule], kind if rule in responsible else ""
            tally.cell.add(rule in held_before, rule in held, mine, past.decided)
            tally.unchanged += rule in held_before and rule in held
            if mine:
                tally.draws[mine].offer(past.revision_text.revision)

    def draw_example(self, revision: int, kind: str, screening: Screening) -> None:
        """Add a changed text to the draw and store its positions while it may be drawn."""
        self.draws[kind].offer(revision)
        self.places[kind][revision] = holding_places(screening.findings)
        if len(self.places[kind]) > 4 * EXAMPLES_PER_KIND * (len(self.rules) + 1):
            self.drop_undrawn_places(kind)

    def drop_undrawn_places(self, kind: str) -> None:
        """Delete the positions of texts that no draw contains any more."""
        drawn = set(self.draws[kind].revisions)
        drawn.update(*(rule.draws[kind].revisions for rule in self.rules.values()))
        self.places[kind] = {revision: places for revision, places in self.places[kind].items() if revision in drawn}

    def as_dict(self, before: Policy | None, after: Policy, today: date) -> dict[str, Any]:
        """Return the counts as stored in the report; rules in the draft's order, then removed rules."""
        for kind in CHANGE_KINDS:
            self.drop_undrawn_places(kind)
        return {
            "texts": self.whole.texts,
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "imported": self.imported,
            "whole": self.whole.as_dict(),
            "groups": {name: largest_first(cells) for name, cells in self.groups.items()},
            "rules": [self.rule_as_dict(old, new, today) for old, new in pair_rules(before, after)] + self.failed_row(),
            "examples": {kind: draw.revisions for kind, draw in self.draws.items()},
            "places": {kind: {str(pk): each for pk, each in places.items()} for kind, places in self.places.items()},
        }

    def failed_row(self) -> list[dict[str, Any]]:
        """Return the numbers of the texts for which a rule could not be tried, before or after, as a row of its own."""
        if FAILED not in self.rules:
            return []
        named = dict.fromkeys(("title", "clause", "mode", "mode_before"), "")
        return [{"key": FAILED, **named, "change": "same", "overdue": False, **self.numbers_of(FAILED)}]

    def numbers_of(self, row: str) -> dict[str, Any]:
        """Return what was counted for a rule."""
        tally = self.rules[row]
        return {
            "unchanged": tally.unchanged,
            "seen": tally.seen,
            "seen_before": tally.seen_before,
            "examples": {kind: draw.revisions for kind, draw in tally.draws.items()},
            **tally.cell.as_dict(),
        }

    def rule_as_dict(self, old: Rule | None, new: Rule | None, today: date) -> dict[str, Any]:
        """Return the numbers of one rule."""
        rule = new or old
        return {
            "key": rule.key,
            "title": rule.title,
            "clause": rule.clause,
            "change": rule_change(old, new),
            "mode": new.mode if new else "",
            "mode_before": old.mode if old else "",
            "overdue": rule.is_overdue(today),
            **self.numbers_of(rule.key),
        }


def largest_first(cells: Mapping[str, GroupCounts]) -> list[dict[str, Any]]:
    """Return the numbers of each group, the largest first."""
    rows = [{"name": name, **cell.as_dict()} for name, cell in cells.items()]
    return sorted(rows, key=lambda row: (-row["texts"], row["name"]))


def pair_rules(before: Policy | None, after: Policy) -> list[tuple[Rule | None, Rule | None]]:
    """Return pairs of (rule in force, rule in the draft); None where one of them does not exist."""
    old = {rule.key: rule for rule in before.rules} if before else {}
    new = {rule.key: rule for rule in after.rules}
    return [(old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old])]


def rule_change(old: Rule | None, new: Rule | None) -> str:
    """Return new, removed, same or changed; only parts that affect screening count as a change."""
    if old is None or new is None:
        return "new" if old is None else "removed"
    return "same" if working_parts(old) == working_parts(new) else "changed"
