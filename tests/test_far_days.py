"""Days that no calendar of ours holds, wherever a day or a moment can be asked for: answered, never an error."""

import pytest
from django.urls import reverse

from tests.factories import UserFactory

DAYS = ["0001-01-01", "1899-12-31", "2240-01-01", "9999-12-31"]
ASKED = [
    ("Administrators", "audit", "day"),
    ("Submission moderators", "queue", "since"),
    ("Privacy officers", "privacy", "since"),
    ("Policy officers", "desk", "since"),
    ("Policy officers", "desk", "until"),
]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(("role", "page", "name"), ASKED)
def test_any_day_is_answered(client, db, role, page, name, day):
    client.force_login(UserFactory(groups=[role]))

    answers = [client.get(reverse(page), {name: words}).status_code for words in (day, f"{day}T00:00:00+14:00")]

    assert set(answers) <= {200, 400, 422}
