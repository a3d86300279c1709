"""People who have said that their addresses are theirs, so that they are written to."""

import pytest

from tests.mailing import confirm
from tests.moderation.redress.decisions import ADDRESS


@pytest.fixture(autouse=True)
def _confirmed(db):
    confirm(ADDRESS, "amira@example.org")
