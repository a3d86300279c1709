"""Tombstones: the line readers see in place of a refused text or under a redacted one.

A clause whose `tombstone` is hidden is not named to readers; the author's statement still names it.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def refused_tombstone(version, keys):
    """Return the line in place of a refused text; it names the clauses that readers may know, if any."""
    clauses = public_clauses(version, keys)
    return (_("Refused under %s") % clauses)[:300] if clauses else _("Not published")


def redacted_tombstone(version, keys, count):
    """Return the line under a text from which `count` passages were redacted."""
    words = ngettext("A moderator took out %d passage", "A moderator took out %d passages", count) % count
    clauses = public_clauses(version, keys)
    return f"{words}: {clauses}"[:300] if clauses else words


def public_clauses(version, keys):
    """Return the cited clauses with a public tombstone, such as “clause 4 (Private details)”."""
    clauses = [clause for clause in map(version.clause, keys) if clause and clause.tombstone == "public"]
    return ", ".join(
        _("clause %(number)s (%(title)s)") % {"number": clause.number, "title": clause.title} for clause in clauses
    )
