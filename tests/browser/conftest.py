"""The browser and its visitors. Without Chromium these tests are skipped; where CI=true they fail."""

import importlib.util
import shutil
from itertools import count

import pytest

from portal.demo.loader import PASSWORD, address
from tests import database
from tests.browser.addresses import named
from tests.browser.page_checks import CHROMIUM_ARGUMENTS, Watch
from tests.browser.serving import Site, copy_of
from tests.conftest import ON_CI

CHROMIUM = shutil.which("chromium")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SLOWEST = 300_000  # milliseconds after which what does not come is given up
ADMINISTRATOR = "root@example.org"
network_addresses = count(1)


def what_is_missing():
    """Return why the browser tests cannot run here; '' when they can."""
    for package in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(package) is None:
            return f"{package} is not installed: the tests in a browser need requirements/development.txt"
    return "" if CHROMIUM else "Chromium is not installed: apt install chromium"


def is_for_browser(item):
    return item.get_closest_marker("browser") is not None


def pytest_collection_modifyitems(items):
    reason = what_is_missing()
    if reason and not ON_CI:
        for item in filter(is_for_browser, items):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="package")
def browser():
    """Lend the browser to the tests of this folder only.

    Playwright keeps an event loop running in this thread. Django gives each such loop database connections of its own,
    which know nothing of what the tests outside have set up.
    """
    if reason := what_is_missing():
        pytest.fail(reason)
    from playwright.sync_api import sync_playwright  # of the extra that not everybody installs

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def prepared_site(tmp_path_factory):
    prepared = Site(tmp_path_factory.mktemp("prepared"))
    database.copy_migrated_sqlite(prepared.folder / "site.sqlite3")
    prepared.manage("collectstatic", "--noinput", "--verbosity=0")
    return prepared


@pytest.fixture(scope="session")
def site(prepared_site, tmp_path_factory):
    """Serve the sample agency."""
    demo = copy_of(prepared_site, tmp_path_factory.mktemp("demo"))
    with demo.serve("demo", f"--port={demo.port}"):
        yield demo


@pytest.fixture(scope="session")
def new_site(prepared_site, tmp_path_factory):
    """Serve a site on its first day: no consultation, no submission, nobody but an administrator."""
    new = copy_of(prepared_site, tmp_path_factory.mktemp("new"))
    new.manage("createsuperuser", "--noinput", DJANGO_SUPERUSER_EMAIL=ADMINISTRATOR, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    with new.serve("runserver", f"127.0.0.1:{new.port}", "--noreload", "--skip-checks"):
        yield new


@pytest.fixture(scope="package")
def signed_in(browser):
    """Return the cookies of a member of staff, who signs in once for all tests."""
    known = {}

    def sign_in(site, email):
        if (site.address, email) not in known:
            page = browser.new_page(base_url=site.address)
            page.set_default_timeout(SLOWEST)
            page.goto("/admin/login/")
            page.get_by_label("E-mail").fill(email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/admin/")
            known[site.address, email] = page.context.storage_state()
            page.context.close()
        return known[site.address, email]

    return sign_in


@pytest.fixture
def visit(browser, site, signed_in):
    """Open the site as a new visitor or as a member of staff; the test fails if the browser complains meanwhile."""
    contexts, watch = [], Watch()

    def come(role=None, *, to=site, email=None, **options):
        if role or email:
            options["storage_state"] = signed_in(to, email or address(role))
        options = {"base_url": to.address, "viewport": DESK, **options}
        here = {"X-Forwarded-For": f"10.0.0.{next(network_addresses)}"}
        contexts.append(browser.new_context(extra_http_headers=here, **options))
        contexts[-1].set_default_timeout(SLOWEST)
        contexts[-1].on("page", watch.over)
        return contexts[-1].new_page()

    yield come
    for context in contexts:
        context.close()
    assert watch.complaints == []


@pytest.fixture(scope="session")
def names(site):
    """Return the references and keys that the addresses of the sample agency are made of, as it was at first."""
    return named(site)
