"""What one process takes down is gone in every other within a second."""

import time
from http.client import HTTPConnection

import pytest

from portal.http.freshness import STATE_SECONDS

ADDRESS = "/consultations/night-buses/"
SENT = """
from consultations.models import ConsultationPage, Submission
page = ConsultationPage.objects.get(slug="night-buses")
print(Submission.receive(kind="comment", consultation=page, text="Everybody may read this for now.").reference)
"""
TAKEN_DOWN = """
from consultations.models import Submission
Submission.objects.get(reference="{}").withdraw()
"""


def page_of(site):
    """Return the consultation as a guest reads it, asked for when the state of before is too old to count."""
    time.sleep(STATE_SECONDS)
    line = HTTPConnection("127.0.0.1", site.port, timeout=60)
    line.request("GET", ADDRESS)
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    assert (answer.status, answer.getheader("Cache-Control").split(",")[0]) == (200, "public")
    return text


@pytest.mark.slow
def test_a_text_that_another_process_takes_down_is_gone_within_half_a_second(served):
    assert "Everybody may read this" not in page_of(served)

    reference = served.run(SENT).split()[-1]
    assert "Everybody may read this" in page_of(served)

    served.run(TAKEN_DOWN.format(reference))
    assert "Everybody may read this" not in page_of(served)
    assert STATE_SECONDS <= 0.5
