"""Pictures of every staff page of the sample agency, by day and by night, on a desk and on a phone: `make screens`.

They are written to var/screens, beside a sheet for each size and theme that shows them all.
"""

import os
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from playwright.sync_api import sync_playwright

from portal.demo.loader import PASSWORD, address
from tests.browser.addresses import DESK_PAGES, HOME_DESKS, STAFF_PAGES, named
from tests.browser.page_checks import CHROMIUM_ARGUMENTS, show
from tests.browser.serving import Site

FOLDER = Path("var/screens")
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
HIGHEST = 6_000  # pixels of a picture
WAIT = 60_000  # milliseconds
QUEUE_KINDS = {"case": ("moderator", "held"), "case, idea": ("moderator", "idea"), "case, appeal": ("lead", "appealed")}


def pages(site):
    """Return every page by its name: who looks, and at which address."""
    names = named(site)
    desks = {f"desk, {name}": ("officer", path) for name, path in DESK_PAGES.items()}
    queue = {"queue": ("moderator", "/admin/queue/"), "style guide": ("editor", "/style/")}
    found = {**HOME_DESKS, **queue, **STAFF_PAGES, **desks}
    return {name: (role, path.format(**names)) for name, (role, path) in found.items()}, names


def signed_in(browser, site, role):
    """Return a page of somebody who has signed in."""
    page = browser.new_page(base_url=site.address, extra_http_headers={"X-Forwarded-For": "10.0.0.1"})
    page.set_default_timeout(WAIT)
    page.goto("/admin/login/")
    page.get_by_label("E-mail").fill(address(role))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    return page


def height_of(page, window):
    """Return how tall a window has to be to show all of the page, which scrolls inside Wagtail's frame."""
    page.set_viewport_size(window)
    height = page.evaluate("Math.max(...[...document.querySelectorAll('html, main')].map((e) => e.scrollHeight))")
    return min(max(height, window["height"]), HIGHEST)


def shoot(page, name):
    """Write the page in each size and theme."""
    for size, window in SIZES.items():
        for scheme in SCHEMES:
            show(page, window | {"height": height_of(page, window)}, scheme)
            file = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
            page.screenshot(path=FOLDER / f"{size}-{scheme}" / f"{file}.png", full_page=True)


def main(wanted=""):
    """Take the pictures of the pages whose name has the word, or of all."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Site(Path(folder))
        site.manage("collectstatic", "--noinput", "--verbosity=0")
        site.manage("demo", "--no-serve")  # it may take longer than a server has to answer
        with site.serve("demo", f"--port={site.port}"):
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
            found, names = pages(site)
            visitors = {}
            for name, (role, path) in found.items():
                if wanted in name:
                    page = visitors.setdefault(role, None) or signed_in(browser, site, role)
                    visitors[role] = page
                    page.goto(path)
                    shoot(page, name)
            for name, (role, key) in QUEUE_KINDS.items():
                if wanted in name:
                    page = visitors.get(role) or signed_in(browser, site, role)
                    page.goto("/admin/queue/")
                    page.get_by_label("Open a submission by its reference").fill(names[key])
                    page.get_by_role("button", name="Open its case").click()
                    page.wait_for_load_state()
                    shoot(page, name)
            browser.close()
    sys.stdout.write(f"Pictures are in {FOLDER}.\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
