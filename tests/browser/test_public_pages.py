"""Every public page as a phone, a desk, a narrow window and a large type show it."""

import pytest

from tests.browser.actions import follow, send_as_a_script_would
from tests.browser.addresses import OPEN, PAGES, UPCOMING
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import barriers, does_not_fit, show

pytestmark = pytest.mark.browser

NARROWEST = {"width": 320, "height": 640}
TWICE_AS_LARGE = {"width": DESK["width"] // 2, "height": DESK["height"] // 2}  # what a desk's window shows at 200 %
MOST = 27_000  # bytes of a page on its first visit, without the editor's pictures; the sample has every mode on


def faults_of(page):
    """Return what is wrong with the page, as it stands, on a phone by day and on a desk by night."""
    faults = {}
    show(page, PHONE, "light")
    faults["phone, light"] = barriers(page) + does_not_fit(page)
    show(page, DESK, "dark")
    faults["desk, dark"] = barriers(page) + does_not_fit(page)
    page.set_viewport_size(NARROWEST)
    faults["narrowest"] = does_not_fit(page)
    page.set_viewport_size(TWICE_AS_LARGE)
    faults["at 200 %"] = does_not_fit(page)
    page.set_viewport_size(DESK)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    faults["type at 200 %"] = does_not_fit(page)
    return {where: found for where, found in faults.items() if found}


@pytest.mark.parametrize("name", PAGES)
def test_public_page_has_no_fault(visit, names, name):
    page = visit()

    page.goto(PAGES[name].format(**names))

    assert page.get_by_role("heading", level=1).count() == 1
    assert faults_of(page) == {}


def test_form_with_mistakes_has_no_fault(visit):
    page = visit()
    page.goto(f"{OPEN}ideas/new/")
    page.get_by_label("E-mail").fill("nobody")
    follow(page.get_by_role("button", name="Send my idea"))

    told = [words.partition(": ") for words in page.get_by_role("alert").get_by_role("link").all_text_contents()]
    assert [problem for _field, _colon, problem in told] == [
        "Give your idea a title.",
        "Write something first.",
        "This does not look like an e-mail address, such as name@example.org.",
    ]
    assert all(field.startswith("“") and field.endswith("”") for field, _colon, _problem in told)
    assert faults_of(page) == {}


def test_puzzle_has_no_fault(visit):
    page = visit()
    page.goto(OPEN)
    send_as_a_script_would(page, "Sent from a page that was open for days.")

    assert page.get_by_label("A small puzzle").is_visible()
    assert faults_of(page) == {}


def test_answer_to_a_text_that_comes_too_late_has_no_fault(visit):
    page = visit()
    page.goto(OPEN)
    page.get_by_label("Your comment").fill("Written in time for another consultation.")
    page.evaluate("there => document.querySelector('form.say').action = there", f"{UPCOMING}comments/")
    follow(page.get_by_role("button", name="Send my comment"))

    assert page.get_by_text("Written in time for another consultation.").is_visible()
    assert faults_of(page) == {}


@pytest.mark.parametrize("path", ["/", "/consultations/"])
def test_page_of_a_new_site_has_no_fault(visit, new_site, path):
    page = visit(to=new_site)

    page.goto(path)

    assert faults_of(page) == {}


def test_style_guide_has_no_fault(visit):
    page = visit("editor")

    page.goto("/style/")

    assert faults_of(page) == {}


def test_consultation_page_is_light(visit):
    page = visit()
    sizes = {}
    page.on(
        "requestfinished",
        lambda request: sizes.update({request.url.partition("?")[0]: request.sizes()["responseBodySize"]}),
    )

    page.goto(OPEN, wait_until="networkidle")

    ours = {url: size for url, size in sizes.items() if "/media/" not in url}
    assert len(ours) > 10
    assert sum(ours.values()) < MOST, ours
