"""Figures of a moderator's case: words and controls beside the text, what is in sight, keys and seconds of tasks.

`python -m tests.browser.case_figures` serves the sample agency and opens it in Chromium. Seconds are those of the pages
and `KEY_SECONDS` for each key, the usual figure of an average typist; nothing is added for thinking.
"""

import os
import shutil
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from playwright.sync_api import sync_playwright

from portal.demo.loader import PASSWORD, address
from tests.browser.actions import KEYS_REST, case_of
from tests.browser.held_texts import FOUND, SIXTY, send_in
from tests.browser.page_checks import BESIDE_THE_TEXT, CHROMIUM_ARGUMENTS
from tests.browser.serving import Site

KEY_SECONDS = 0.28  # Card, Moran and Newell, 1983
WINDOWS = {"1366×768": (1366, 768), "1280×900": (1280, 900), "390×844": (390, 844)}
PLACES = """() => {
  const edge = (selector) => Math.round(document.querySelector(selector)?.getBoundingClientRect().bottom ?? 0);
  return {
    text: edge("[data-text]"), findings: edge(".findings"), reason: edge("[name=reason]"),
    bar: edge(".case-bar"), barTop: Math.round(document.querySelector(".case-bar").getBoundingClientRect().top),
  };
}"""


class Hands:
    """Somebody at a page's keyboard: presses are counted."""

    def __init__(self, page):
        self.page, self.keys, self.gestures, self.seconds = page, 0, 0, 0.0

    def press(self, key, *, leads=False, times=1):
        """Press a key; `leads` waits for the page that comes and counts its seconds."""
        for _time in range(times):
            self.keys += 1
            if not leads:
                self.page.keyboard.press(key)
                continue
            self.page.wait_for_timeout(KEYS_REST)  # not counted
            began = time.perf_counter()
            with self.page.expect_navigation():
                self.page.keyboard.press(key)
            self.seconds += time.perf_counter() - began

    def type(self, words):
        """Type words."""
        self.keys += len(words)
        self.page.keyboard.type(words)

    def select(self, words):
        """Select words of the text with the mouse: one gesture."""
        self.gestures += 1
        self.page.evaluate(
            """(words) => {
              const walk = document.createTreeWalker(document.querySelector("[data-text]"), NodeFilter.SHOW_TEXT);
              while (walk.nextNode()) {
                const at = walk.currentNode.data.indexOf(words);
                if (at < 0) continue;
                document.getSelection().setBaseAndExtent(walk.currentNode, at, walk.currentNode, at + words.length);
                return;
              }
            }""",
            words,
        )

    @property
    def figure(self):
        """Return keys, gestures and seconds in words."""
        return f"{self.keys} keys, {self.gestures} gestures, {self.seconds + self.keys * KEY_SECONDS:.1f} s"


def signed_in(browser, site, role):
    """Return a page of somebody who has signed in."""
    page = browser.new_page(base_url=site.address, extra_http_headers={"X-Forwarded-For": "10.0.0.1"})
    page.set_default_timeout(60_000)
    page.goto("/admin/login/")
    page.get_by_label("E-mail").fill(address(role))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    return page


def open_case(page, reference):
    """Open a case and wait until its keys act."""
    case_of(page, reference)
    page.wait_for_timeout(KEYS_REST)


def take(page, word):
    """Take the next case with a word."""
    take_next(page, f"?q={word}")


def take_part(page, part):
    """Take the next case of a part of the queue."""
    take_next(page, f"?part={part}")


def take_next(page, asked):
    """Take the next case of a selection."""
    page.goto(f"/admin/queue/{asked}")
    with page.expect_navigation():
        page.keyboard.press("n")
    page.wait_for_timeout(KEYS_REST)


def look(site, page, folder):
    """Print the figures of the page, for each number of findings and each window."""
    for name, found in {"no finding": "", **FOUND}.items():
        case_of(page, send_in(site, SIXTY.format(word=f"zinnia{len(found)}", found=found)))
        controls, words = page.evaluate(BESIDE_THE_TEXT)
        print(f"{name}: {controls} controls, {words} words")
        for label, (width, height) in WINDOWS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(200)
            print(f"  {label} {page.evaluate(PLACES)}")
            page.screenshot(path=folder / f"{name}-{width}.png")
    page.set_viewport_size({"width": 1366, "height": 768})


def decide(hands, key):
    """Decide by a key, once more where it asks."""
    asks = hands.page.locator("[data-sure]").count()
    if asks:
        hands.press(key)
        hands.page.wait_for_timeout(KEYS_REST)
    hands.press(key, leads=True)
    return hands


def right_finding(site, page):
    """Take out what a rule found."""
    open_case(page, send_in(site, SIXTY.format(word="rightly", found=FOUND["one finding"])))
    return decide(Hands(page), "r")


def no_finding(site, page):
    """Publish a text in which a rule was wrong."""
    open_case(page, send_in(site, SIXTY.format(word="wrongly", found=FOUND["one finding"])))
    return decide(Hands(page), "p")


def unmarked_passage(site, page):
    """Take out what a rule found and a word that no rule marked."""
    open_case(page, send_in(site, SIXTY.format(word="Quentin", found=FOUND["one finding"])))
    hands = Hands(page)
    hands.select("Quentin")
    hands.press("x")
    return decide(hands, "r")


def to_safety(site, page):
    """Hand a threat to the safety desk."""
    open_case(page, send_in(site, "I know where you live, planner of the juniper line, and tonight I will kill you."))
    hands = Hands(page)
    hands.press("h", leads=True)
    return hands


def letters(site, page):
    """Take the telephone number out of twelve copies of a letter."""
    send_in(site, SIXTY.format(word="marigold", found=FOUND["one finding"]), copies=12)
    take(page, "marigold")
    hands = Hands(page)
    hands.press("o", leads=True)
    hands.press("r", leads=True, times=2)  # a telephone number is serious, so the page asks
    return hands


def answer_appeal(page):
    """Let a decision stand, with a sentence."""
    take_part(page, "appeals")
    hands = Hands(page)
    if page.locator("form[action*=unseal]").count():
        hands.press("o", leads=True)
    page.locator("[name=reason]").focus()
    hands.gestures += 1
    hands.type("It stays as it was.")
    hands.press("Tab")
    return decide(hands, "f")


def main():
    """Serve the sample agency, and print every figure."""
    pictures = Path(sys.argv[1] if len(sys.argv) > 1 else "var/case-desk")
    pictures.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Site(Path(folder))
        site.manage("collectstatic", "--noinput", "--verbosity=0")
        site.manage("demo", "--no-serve")
        with site.serve("demo", f"--port={site.port}"):
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
            page = signed_in(browser, site, "moderator")
            look(site, page, pictures)
            for task in (right_finding, no_finding, unmarked_passage, to_safety, letters):
                print(f"{task.__name__}: {task(site, page).figure}")
            print(f"answer_appeal: {answer_appeal(signed_in(browser, site, 'lead')).figure}")
            browser.close()


if __name__ == "__main__":
    main()
