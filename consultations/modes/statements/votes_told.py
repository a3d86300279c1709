"""The votes on statements in files that officers take away, and in what programs read."""

from consultations.models import Kind, StatementTally
from consultations.modes.statements.ballot import is_over
from consultations.shares import SMALLEST_BASE

NO_VOTES = (0, 0, 0)


def votes_by_statement(ids):
    """Return agree, disagree and pass counts by statement; no query for no statement."""
    if not ids:
        return {}
    rows = StatementTally.objects.filter(pk__in=ids).values_list("pk", "agree_count", "disagree_count", "pass_count")
    return {pk: tuple(counts) for pk, *counts in rows}


def votes_reader():
    """Return a function that reads the cells of many submissions."""

    def read(rows):
        counts = votes_by_statement([row.pk for row in rows if row.kind == Kind.STATEMENT])
        return {row.pk: cells_of(row, counts) for row in rows}

    return read


def cells_of(row, counts):
    """Return the three cells of a row, which are text in every column of a mode; those of other kinds are empty."""
    return tuple(map(str, counts.get(row.pk, NO_VOTES))) if row.kind == Kind.STATEMENT else ("", "", "")


def votes_for_programs(statements):
    """Return the votes on statements by id, where everybody may know them: after the closing, and not of a few."""
    over = [each.pk for each in statements if is_over(each.consultation)]
    names = ("agree", "disagree", "pass")
    counts = votes_by_statement(over)
    return {pk: dict(zip(names, three, strict=True)) for pk, three in counts.items() if sum(three) >= SMALLEST_BASE}
