"""People who can sign in."""

import pytest

from tests.factories import UserFactory
from tests.portal.accounts.signing_in import confirmed


@pytest.fixture
def person():
    return confirmed(UserFactory())


@pytest.fixture
def staff(settings):
    settings.SECOND_FACTOR_FOR_STAFF = True
    return confirmed(UserFactory(groups=["Submission moderators"]))
