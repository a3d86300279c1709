"""People who follow, at a time of day at which no digest is about to come."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from portal.agency.moments import in_agency_time


@pytest.fixture(autouse=True)
def noon(time_machine):
    """Let it be tomorrow at noon at the agency: at an earlier noon the policy of the migrations did not hold yet."""
    here = in_agency_time(timezone.now())
    time_machine.move_to(here.replace(hour=12) + timedelta(days=1))


@pytest.fixture
def confirmed_citizen(citizen):
    """Return somebody whose account has a confirmed address."""
    EmailAddress.objects.create(user=citizen, email=citizen.email, verified=True, primary=True)
    return citizen
