"""A site in a process of its own, for what other processes and caches in front see."""

import pytest

from tests.browser.serving import Site


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """Serve a site with one consultation; a cache in front may hold its pages for a second."""
    site = Site(tmp_path_factory.mktemp("served"))
    site.changes = {"SHARED_CACHE_SECONDS": "1", "STATIC_FROM_SOURCE": "true", "DOCUMENTS_ACCEL": "/private/"}
    site.manage("migrate", "--verbosity=0")
    site.run("from tests.factories import ConsultationFactory; ConsultationFactory(slug='night-buses')")
    with site.serve("runserver", f"127.0.0.1:{site.port}", "--noreload", "--skip-checks"):
        yield site
