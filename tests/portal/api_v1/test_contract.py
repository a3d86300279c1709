"""Whether answers are what the OpenAPI document says, whatever is asked: made-up questions, always the same."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.search.submissions import redacted, submission

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def connection_kept():
    """Keep the connection that holds the test's data, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def open_data(consultation, settings, connection_kept):
    """Describe open data to the tester, with something to find in it."""
    settings.API_REQUESTS_PER_MINUTE = 100_000
    settings.ALLOWED_HOSTS = ["localhost"]
    idea = submission(consultation, title="Light", kind="idea")
    for number in range(3):
        submission(consultation, f"Text {number}", parent=idea, language="fr")
    redacted(consultation, "Ring 123.", "Ring [taken out].")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return schema.exclude(path_regex="/desk/")


EVERY_QUESTION = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_answers_keep_to_the_document(open_data):
    operations = [result.ok() for result in open_data.get_all_operations()]
    for operation in operations:

        @EVERY_QUESTION
        @given(case=operation.as_strategy())
        def ask(case):
            case.call_and_validate(excluded_checks=[positive_data_acceptance])  # which cursors are ours no schema says

        ask()

    assert len(operations) == 5
