"""What readers are told in the place of a text that is not shown, or under one that passages were taken out of.

A clause may keep the reason from readers (its `tombstone` is hidden); its author is told all the same.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def refused_tombstone(version, keys):
    """Return the line in the place of a refused text; without a clause that readers may know, only that it is gone."""
    clauses = public_clauses(version, keys)
    return (_("Refused under %s") % clauses)[:300] if clauses else _("Not published")


def redacted_tombstone(version, keys, count):
    """Return the line under a text that so many passages were taken out of."""
    words = ngettext("A moderator took out %d passage", "A moderator took out %d passages", count) % count
    clauses = public_clauses(version, keys)
    return f"{words}: {clauses}"[:300] if clauses else words


def public_clauses(version, keys):
    """Return the clauses that readers may know, such as “clause 4 (Private details)”."""
    clauses = [clause for clause in map(version.clause, keys) if clause and clause.tombstone == "public"]
    return ", ".join(
        _("clause %(number)s (%(title)s)") % {"number": clause.number, "title": clause.title} for clause in clauses
    )
