"""What tests of work items share."""

from django.db.models import F

from portal.casework.models import CLAIM_LEASE


def lose_heartbeat(items):
    """Let whoever has the items open have been silent for too long."""
    # In the database: a test cannot turn the clock that the claims are written and compared by.
    return items.exclude(claimed_until=None).update(claimed_until=F("claimed_until") - 2 * CLAIM_LEASE)
