"""Whatever is sent to any address, by anybody: an honest answer, and never an error of ours.

`make fuzz` runs the same with many more inputs, other ones each time, and prints how much was tried.
"""

import os

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.hostile.addresses import all_routes
from tests.hostile.asking import Asker
from tests.hostile.crawl import Offered
from tests.hostile.strategies import requests_to
from tests.hostile.world import clients_of_cast, make_world

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailWarning"),  # of services that it gives up
]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))  # for each address
SEED = os.environ.get("FUZZ_SEED", "1")
ADDRESSES_AT_LEAST, FORMS_AT_LEAST = 380, 90  # what the walk finds today, or nothing would be tried


def run_on(route, offered, asker, roles):
    """Send made-up requests to one address."""

    @seed(f"{SEED} {route.name}")
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(requests_to(route, offered, roles))
    def send(asked):
        cache.clear()
        asker.ask(asked)

    send()


def test_nothing_that_anybody_sends_breaks_the_site(consultation, officer, settings, request):
    settings.API_REQUESTS_PER_MINUTE = 10**9
    starts = make_world(consultation, officer)
    asker, routes = Asker(clients_of_cast()), all_routes()
    request.config.hostile_answers, request.config.hostile_seed = asker.answers, SEED
    offered = Offered(routes)
    offered.walk(asker, "root", [*starts, *(route.text for route in routes if not route.parameters)])
    offered.walk(asker, "guest", starts)
    offered.walk(asker, "moderator", ["/admin/queue/"])  # whose forms a superuser is not shown all

    for route in routes:
        run_on(route, offered, asker, list(asker.clients))

    assert asker.answers.lines() == []
    assert len(routes) >= ADDRESSES_AT_LEAST
    assert sum(map(len, offered.forms.values())) >= FORMS_AT_LEAST
