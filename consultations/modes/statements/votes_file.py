"""The votes on a consultation's public statements as a file: one row a vote, with a voter's name of this file only."""

import hmac
import secrets

from django.db import transaction

from consultations.models import Kind, StatementVote, Status
from portal.audit import record
from portal.csv_cells import Echo, SheetWriter

VOTES_COLUMNS = ("statement", "voter", "choice")
VOTER_LETTERS = 12


def votes_of(page):
    """Select the votes on the public statements of a consultation."""
    public = {"statement__kind": Kind.STATEMENT, "statement__status": Status.PUBLISHED}
    return StatementVote.objects.filter(statement__consultation=page, **public)


def votes_file(page, actor):
    """Return the lines of the file; who took it stands in the ledger.

    A voter has the same name in all rows of one file, and another one in the next; rows stand in the order of those
    names, so neither they nor their lines join two files. Somebody whose data was erased has a name for each vote. Who
    answered much may still be known again by what they answered.
    """
    votes = votes_of(page)
    with transaction.atomic():
        record("consultation.votes_exported", actor=actor, subject=page, count=votes.count())
    return lines_of(votes, secrets.token_bytes(32))


def lines_of(votes, secret):
    """Yield the lines, statement by statement; one statement's votes are in memory at a time."""
    sheet = SheetWriter(Echo())
    yield sheet.writerow(VOTES_COLUMNS)
    statements = votes.order_by("statement__reference").values_list("statement", "statement__reference").distinct()
    for statement, reference in statements:
        cast = votes.filter(statement=statement).values_list("voter_key", "choice")
        for voter, choice in sorted((voter_in_file(voter_key, secret), choice) for voter_key, choice in cast):
            yield sheet.writerow([reference, voter, choice])


def voter_in_file(voter_key, secret):
    """Return the name that a voter has in the file of this secret."""
    return hmac.digest(secret, voter_key.encode(), "sha256").hex()[:VOTER_LETTERS]
