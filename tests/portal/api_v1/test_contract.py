"""Whether answers are what the OpenAPI document says, whatever is asked: made-up questions, always the same."""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from portal.api.problems import CONTENT_TYPE
from search.models import ApiToken
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
def document(consultation, settings, connection_kept):
    """Describe the interface to the tester, with something to find in it."""
    settings.API_REQUESTS_PER_MINUTE = 100_000
    settings.ALLOWED_HOSTS = ["localhost"]
    idea = submission(consultation, title="Light", kind="idea")
    for number in range(3):
        submission(consultation, f"Text {number}", parent=idea, language="fr")
    redacted(consultation, "Ring 123.", "Ring [taken out].")
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


EVERY_QUESTION = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "25")),
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def ask_everything(schema, headers=None):
    """Ask every operation of a schema, and return how many there are."""
    operations = [result.ok() for result in schema.get_all_operations()]
    for operation in operations:

        @EVERY_QUESTION
        @given(case=operation.as_strategy())
        def ask(case):
            # Which cursors are ours no schema says.
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        ask()
    return len(operations)


def test_answers_keep_to_the_document(document):
    assert ask_everything(document.exclude(path_regex="/desk/")) == 5


def test_answers_to_an_officers_tool_keep_to_the_document(document, officer):
    _token, secret = ApiToken.issue(officer, "A tool", 30)

    headers = {"Authorization": f"Bearer {secret}"}

    assert ask_everything(document.include(path_regex="/desk/"), headers) == 2


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("/api/v1/consultations", {"Accept": "text/html"}, 406),
        ("/api/v1/consultations", {"Accept": "application/json;q=0"}, 406),
        ("/api/v1/desk/search", {"Accept": "image/png"}, 406),
        ("/api/v1/consultations", {"Accept": "text/html, */*;q=0.1"}, 200),
        ("/api/v1/consultations", {"Accept": "application/*"}, 200),
        ("/api/v1/desk/search", {"Accept": "application/jsonl"}, 401),
        ("/api/v1/consultations", {"Content-Length": "12", "Content-Type": "text/xml"}, 415),
        ("/api/v1/consultations", {"Content-Length": "0", "Content-Type": "text/xml"}, 200),
        ("/api/v1/consultations", {"Transfer-Encoding": "chunked"}, 415),
    ],
)
def test_a_form_that_is_not_ours_is_refused_in_a_problem(client, address, headers, status):
    response = client.get(address, headers=headers)

    assert response.status_code == status
    assert response["Content-Type"].split(";")[0] == (CONTENT_TYPE if status >= 400 else "application/json")
