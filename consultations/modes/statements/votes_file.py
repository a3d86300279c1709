"""The votes on a consultation's public statements as a file: one row a vote, with a voter's name of this file only."""

import hmac
import secrets

from django.db import transaction

from consultations.models import Kind, StatementVote, Status
from portal.audit import record
from portal.csv_cells import Echo, SheetWriter

VOTES_COLUMNS = ("statement", "voter", "choice")
VOTER_LETTERS = 12
VOTES_PER_QUERY = 2_000


def votes_of(page):
    """Select the votes on the public statements of a consultation."""
    public = {"statement__kind": Kind.STATEMENT, "statement__status": Status.PUBLISHED}
    return StatementVote.objects.filter(statement__consultation=page, **public)


def votes_file(page, actor):
    """Return the lines of the file; who took it stands in the ledger.

    A voter has the same name in all rows of one file, and another one in the next: two files cannot be joined by it,
    and it leads to no mark of ours.
    """
    votes = votes_of(page)
    with transaction.atomic():
        record("consultation.votes_exported", actor=actor, subject=page, count=votes.count())
    return lines_of(votes, secrets.token_bytes(32))


def lines_of(votes, secret):
    """Yield the lines, statement by statement in the order in which they were received."""
    sheet = SheetWriter(Echo())
    yield sheet.writerow(VOTES_COLUMNS)
    rows = votes.order_by("statement", "pk").values_list("statement__reference", "voter_key", "choice")
    for reference, voter_key, choice in rows.iterator(VOTES_PER_QUERY):
        voter = hmac.digest(secret, voter_key.encode(), "sha256").hex()[:VOTER_LETTERS]
        yield sheet.writerow([reference, voter, choice])
