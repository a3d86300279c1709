"""Codes by group: how often each code was given in each group of people, with intervals and what differs.

A figure under five does not leave the house, nor what it could be worked out from. Officers see all: they may read the
texts themselves.

A group differs from all others when chance alone makes such a difference in less than one table of twenty (Holm's
correction for all its figures).
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from math import erfc, exp, lgamma, sqrt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.languages import language_name
from consultations.models import Channel, Question
from consultations.shares import SMALLEST_BASE
from search.coding.texts import codings_of

Z_95 = 1.959963984540054  # the standard normal quantile of a 95 % interval
SIGNIFICANT = 0.05
FEW_EXPECTED = 5  # texts, under which chi-squared is not exact enough
GROUP_TITLES = {"channel": gettext_lazy("how it came"), "language": gettext_lazy("language")}
MAX_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of the coded texts of a group have a code; ``p`` says how likely chance alone makes such a difference.

    ``others`` and ``others_base`` are the same figures of all texts outside the group; ``is_kept``: it stays in the
    house.
    """

    count: int
    base: int
    others: int = 0
    others_base: int = 0
    is_kept: bool = False
    differs: bool = False

    @property
    def is_small(self):
        """Return whether the figure, what is left of its base, or the base is one to four people."""
        return any(0 < number < SMALLEST_BASE for number in (self.count, self.base - self.count, self.base))

    @property
    def share(self):
        """Return the share, from 0 to 1; None without a base."""
        return self.count / self.base if self.base else None

    @property
    def per_cent(self):
        """Return the share in whole per cent; None for a base under which it says nothing."""
        return round(100 * self.count / self.base) if self.base >= SMALLEST_BASE else None

    @property
    def others_per_cent(self):
        """Return the share of all others in whole per cent."""
        return round(100 * self.others / self.others_base) if self.others_base else None

    @property
    def interval(self):
        """Return the ends of the 95 % interval in whole per cent (Wilson)."""
        low, high = wilson_interval(self.count, self.base)
        return round(100 * low), round(100 * high)

    @property
    def is_higher(self):
        """Return whether the share is above that of the others."""
        return self.count * self.others_base > self.others * self.base


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code: its figure of all texts in a group, then of each group."""

    code: object
    total: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The codes of a frame by group: (value, label, base) of each group, and a line for each code.

    ``base`` counts the coded texts that have a group, ``without`` those that have none. People who chose several stand
    in several groups.
    """

    title: object
    groups: tuple[tuple[str, str, int], ...]
    lines: tuple[CodeLine, ...]
    base: int
    without: int

    @property
    def sentences(self):
        """Return what differs most from chance, as sentences."""
        found = [
            (line, label, cell)
            for line in self.lines
            for (_value, label, _base), cell in zip(self.groups, line.cells, strict=True)
            if cell.differs and cell.per_cent is not None
        ]
        found.sort(key=lambda each: -abs(each[2].share - each[2].others / each[2].others_base))
        return [difference_in_words(*each) for each in found[:MAX_SENTENCES]]


def difference_in_words(line, group, cell):
    """Return one difference as a sentence."""
    facts = {"code": line.code.name, "group": group, "share": cell.per_cent, "others": cell.others_per_cent}
    if cell.is_higher:
        return _("“%(code)s” is said more often by “%(group)s”: %(share)s %%, elsewhere %(others)s %%.") % facts
    return _("“%(code)s” is said less often by “%(group)s”: %(share)s %%, elsewhere %(others)s %%.") % facts


def group_choices(frame):
    """Return (value, label) of what a frame's texts can be grouped by: closed questions beside it, and facts."""
    asked = frame.consultation.questions.all() if frame.question_id else ()
    closed = [question for question in asked if question.values and not question.is_ranking]
    return [*((str(question.pk), question.label) for question in closed), *GROUP_TITLES.items()]


def group_table(frame, texts, by):
    """Return the table of a frame's coded texts by a choice of `group_choices`."""
    coded = texts.filter(is_coded=True)
    title, labels, members = groups_of(frame, coded, by)
    given = defaultdict(set)
    for code, text in codings_of(frame, coded).values_list("code", "submission").order_by():
        given[code].add(text)
    grouped = set().union(*members.values())
    groups = tuple((value, labels.get(value, value), len(members[value])) for value in in_order(labels, members))
    lines = [line_of(code, given[code.pk], groups, members, grouped) for code in frame.codes_that_count]
    return GroupTable(
        title,
        groups,
        tuple(with_small_figures_kept(with_differences(lines))),
        len(grouped),
        coded.count() - len(grouped),
    )


def groups_of(frame, coded, by):
    """Return the title of a grouping, the label of each value, and the ids of the coded texts that have it."""
    if by in GROUP_TITLES:
        title, labels = str(GROUP_TITLES[by]), dict(Channel.choices) if by == "channel" else LanguageNames()
        pairs = coded.values_list(by, "pk")
    else:
        question = Question.objects.get(pk=by, page=frame.consultation_id)
        title, labels = question.label, dict(question.options)
        answers = question.closed_answers.filter(response__open_answers__in=coded.values("pk"))
        pairs = answers.values_list("value", "response__open_answers")
    members = defaultdict(set)
    for value, text in pairs.order_by():
        members[value].add(text)
    return title, labels, members


class LanguageNames(dict):
    """The name of a language by its code, found when it is asked for."""

    def get(self, code, default=None):
        """Return the name; a text without a language has none."""
        return language_name(code) if code else _("unknown")


def in_order(labels, members):
    """Return the values that occur, in the order in which they were offered, then the largest first."""
    known = [value for value in labels if value in members]
    return [*known, *sorted(set(members) - set(known), key=lambda value: (-len(members[value]), value))]


def line_of(code, given, groups, members, grouped):
    """Return a code's line."""
    total, everybody = len(given & grouped), len(grouped)
    counts = [(len(given & members[value]), base) for value, _label, base in groups]
    cells = tuple(Cell(count, base, total - count, everybody - base) for count, base in counts)
    return CodeLine(code, Cell(total, everybody), cells)


def with_small_figures_kept(lines):
    """Return the lines with the figures marked that stay in the house, as `kept_in` finds them."""
    kept = kept_in([line.cells for line in lines])
    return [
        replace(
            line,
            total=replace(line.total, is_kept=any((row, at) in kept for at in range(len(line.cells)))),
            cells=tuple(replace(cell, is_kept=(row, at) in kept) for at, cell in enumerate(line.cells)),
        )
        for row, line in enumerate(lines)
    ]


def kept_in(rows):
    """Return the (row, column) of each figure that stays in the house.

    Those are figures of one to four people, who have a code or lack it, and in a row or a column that has a single such
    figure the next smallest too: otherwise it is what the others lack of a sum that somebody may know.
    """
    places = {(row, at): cell for row, cells in enumerate(rows) for at, cell in enumerate(cells)}
    kept = {place for place, cell in places.items() if cell.is_small}
    lists = [[place for place in places if place[axis] == n] for axis in (0, 1) for n in {p[axis] for p in places}]
    while partners := {
        min(
            (place for place in each if place not in kept),
            key=lambda place: (not places[place].count, places[place].count),
        )
        for each in lists
        if len(kept & {*each}) == 1 and len(each) > 1
    }:
        kept |= partners
    return kept


def with_differences(lines):
    """Return the lines with the cells marked that differ from the other groups by more than chance (Holm)."""
    tested = sorted(
        (chance_of(cell.count, cell.base, cell.others, cell.others_base), row, at)
        for row, line in enumerate(lines)
        for at, cell in enumerate(line.cells)
        if cell.others_base
    )
    differing = set()
    for done, (p, row, at) in enumerate(tested):
        if p * (len(tested) - done) > SIGNIFICANT:
            break
        differing.add((row, at))
    return [
        replace(line, cells=tuple(replace(cell, differs=(row, at) in differing) for at, cell in enumerate(line.cells)))
        for row, line in enumerate(lines)
    ]


def wilson_interval(count, base):
    """Return the ends of the 95 % interval of a share, from 0 to 1; (0, 1) without a base. Wilson 1927."""
    if not base:
        return 0.0, 1.0
    share, spread = count / base, Z_95 * Z_95 / base
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 * sqrt(share * (1 - share) / base + spread / (4 * base)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def chance_of(count, base, others, others_base):
    """Return how likely chance alone makes two shares differ so much: chi-squared, or Fisher's test for small figures.

    Fisher's exact test counts every table with the same sums, so it is for the tables of which there are few: those
    in which fewer than five are expected somewhere (Cochran 1954).
    """
    together, everybody = count + others, base + others_base
    apart = everybody - together
    if not (together and apart and base and others_base):
        return 1.0
    if min(together, apart) * min(base, others_base) < FEW_EXPECTED * everybody:
        return fisher_p(count, base, others, others_base)
    gap = abs(count * (others_base - others) - others * (base - count))
    return erfc(sqrt(gap * gap * everybody / (2 * together * apart * base * others_base)))


def fisher_p(count, base, others, others_base):
    """Return the two-sided p of Fisher's exact test for two shares: all tables no likelier than this one."""
    together, everybody = count + others, base + others_base
    fewest, most = max(0, together - others_base), min(together, base)

    def chance(n):
        return exp(log_choose(base, n) + log_choose(others_base, together - n) - log_choose(everybody, together))

    seen = chance(count) * (1 + 1e-7)
    return min(sum(p for n in range(fewest, most + 1) if (p := chance(n)) <= seen), 1.0)


def log_choose(n, k):
    """Return the logarithm of the number of ways to choose k of n."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
