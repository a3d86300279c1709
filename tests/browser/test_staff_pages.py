"""The staff's screens inside the Wagtail admin: queue, case, desk. The frame around them is Wagtail's to mend."""

import re
import sqlite3

import pytest

from tests.browser.actions import case_of, follow
from tests.browser.addresses import DESK_PAGES, HOME_DESKS, OPEN, STAFF_PAGES
from tests.browser.conftest import ADMINISTRATOR, DESK, PHONE
from tests.browser.page_checks import STICKS_OUT, barriers, show

pytestmark = pytest.mark.browser


def faults_of(page):
    """Return what is wrong with our part of the page, on a desk by day and on a phone by night."""
    day = barriers(page, "main") + page.evaluate(STICKS_OUT)
    show(page, PHONE, "dark")
    return day + barriers(page, "main") + page.evaluate(STICKS_OUT)


def test_queue_has_no_fault(visit):
    page = visit("moderator")

    page.goto("/admin/queue/")

    assert page.get_by_role("button", name="Next case").is_visible()
    assert faults_of(page) == []


@pytest.mark.parametrize("name", HOME_DESKS)
def test_first_page_of_each_role_has_no_fault(visit, name):
    role, address = HOME_DESKS[name]
    page = visit(role)

    page.goto(address)

    assert page.get_by_role("heading", level=1).count() == 1
    assert faults_of(page) == []


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_screen_of_moderation_has_no_fault(visit, names, name):
    role, address = STAFF_PAGES[name]
    page = visit(role)

    page.goto(address.format(**names))

    assert page.url.endswith(address.format(**names))  # who does not work there is led away
    assert page.get_by_role("heading", level=1).count() == 1
    assert faults_of(page) == []


def test_practice_case_has_no_fault_before_and_after_the_answer(visit):
    page = visit("moderator2")
    page.goto("/admin/queue/practice/")
    follow(page.get_by_role("link", name="Begin"))
    assert page.get_by_role("heading", level=1).count() == 1
    before = faults_of(page)

    page.get_by_role("radio").first.check()
    follow(page.get_by_role("button", name="Answer"))

    assert [before, faults_of(page)] == [[], []]


def test_case_that_its_author_appeals_against_has_no_fault(visit, names):
    page = case_of(visit("lead"), names["appealed"])

    assert page.get_by_role("heading", name="The author asks for another look").is_visible()
    assert faults_of(page) == []


def test_texts_published_with_a_note_have_no_fault(visit):
    page = visit("moderator")

    page.goto("/admin/queue/noted/")

    assert page.get_by_role("heading", level=1).count() == 1
    assert faults_of(page) == []


def test_empty_queue_has_no_fault(visit, new_site):
    page = visit(to=new_site, email=ADMINISTRATOR)

    page.goto("/admin/queue/")

    assert page.get_by_role("heading", name="Nothing is waiting").is_visible()
    assert faults_of(page) == []


def test_queue_that_knows_no_such_reference_has_no_fault(visit):
    page = case_of(visit("moderator"), "2222-2222")

    assert page.get_by_text("There is no submission with this reference").is_visible()
    assert faults_of(page) == []


def test_case_held_by_a_rule_has_no_fault(visit, names):
    page = case_of(visit("moderator"), names["held"])

    assert page.get_by_role("heading", name="Found").is_visible()
    assert faults_of(page) == []


def test_case_of_a_public_text_has_no_fault(visit, names):
    page = case_of(visit("moderator"), names["idea"])

    assert page.get_by_text("No rule saw anything in this text.").is_visible()
    assert faults_of(page) == []


def test_case_that_a_colleague_reads_has_no_fault(visit, names):
    case = case_of(visit("moderator2"), names["thread"]).url
    page = visit("moderator")

    page.goto(case)

    assert page.get_by_text("Dana Reyes is looking at this case.").is_visible()
    assert faults_of(page) == []


def test_decision_with_mistakes_has_no_fault(visit, names):
    page = visit("moderator")
    for name in ("redacted", "held"):  # one of them may have been dealt to somebody else meanwhile, by the worker
        refuse = case_of(page, names[name]).get_by_role("button", name="Refuse")
        if refuse.count():
            break
    for box in page.locator("[name=clauses]:checked").all():
        box.uncheck()
    page.get_by_label("What the author will read").fill("")
    if page.locator("[data-sure]").count():  # a serious case asks once
        refuse.click()
        page.locator(".is-asked").wait_for()
    follow(refuse)

    assert page.get_by_role("alert").get_by_role("link").all_text_contents() == [
        "Choose at least one clause.",
        "Write the reason; the author will read it.",
    ]
    assert faults_of(page) == []


@pytest.mark.parametrize("name", DESK_PAGES)
def test_desk_has_no_fault(visit, name):
    page = visit("officer")

    page.goto(DESK_PAGES[name])

    assert faults_of(page) == []


def test_exports_have_no_fault_once_asked_for_and_with_none(visit, new_site):
    empty = visit(to=new_site, email=ADMINISTRATOR)
    empty.goto("/admin/desk/exports/")
    assert empty.get_by_role("heading", name="No exports yet").is_visible()
    page = visit("officer")
    page.goto(DESK_PAGES["found"])
    page.get_by_text("Export these").click()
    opened = barriers(page, "main")

    page.get_by_role("radio", name="JSON Lines").check()
    follow(page.get_by_role("button", name="Make the file"))

    page.locator(".exports:not([data-jobs])").wait_for()  # the page looks again by itself until all are over
    assert [faults_of(empty), opened, faults_of(page)] == [[], [], []]


def test_desk_of_a_new_site_has_no_fault(visit, new_site):
    page = visit(to=new_site, email=ADMINISTRATOR)

    page.goto("/admin/desk/")

    assert page.get_by_role("heading", name="No submissions yet").is_visible()
    assert faults_of(page) == []


@pytest.mark.parametrize("name", ["redacted", "held", "idea"])
def test_submission_on_the_desk_has_no_fault(visit, names, name):
    page = visit("privacy")

    page.goto(f"/admin/desk/{names[name]}/")

    assert faults_of(page) == []


def test_search_in_sealed_originals_has_no_fault(visit):
    page = visit("privacy")
    page.goto("/admin/desk/sealed/")
    page.get_by_label("Words").fill("ring")
    page.get_by_label("Why").fill("A request for access to personal data.")

    with page.expect_navigation():
        page.get_by_role("button", name="Search", exact=True).click()

    assert page.locator(".hit mark").first.inner_text() == "ring"
    assert faults_of(page) == []


def test_reading_one_after_another_has_no_fault(visit):
    page = visit("officer")
    page.goto("/admin/desk/?q=bus")
    follow(page.locator(".hit-reference").first)
    first = page.get_by_role("heading", level=1).inner_text()
    assert page.locator(".desk-list [aria-current]").inner_text().startswith(first)

    with page.expect_navigation():
        page.keyboard.press("j")

    assert page.get_by_text("2 of ").is_visible()
    assert page.get_by_role("heading", level=1).inner_text() != first
    assert faults_of(page) == []


def test_desk_shows_facets_list_and_text_together_and_on_a_phone_one_after_another(visit):
    page = visit("officer")
    page.goto("/admin/desk/?q=bus")
    facets, hits, pane = (page.locator(part) for part in (".facets", ".desk-list", ".pane"))
    box = facets.get_by_role("checkbox", name=re.compile("Idea"))
    assert [box.is_visible(), hits.is_visible(), pane.is_visible()] == [True, True, True]

    with page.expect_navigation():
        page.keyboard.press("j")
    assert [facets.is_visible(), hits.is_visible(), pane.is_visible()] == [True, True, True]
    assert page.evaluate("document.activeElement.id") == "text"  # where a screen reader goes on
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"

    show(page, PHONE, "light")
    assert [facets.is_visible(), hits.is_visible(), pane.is_visible()] == [False, False, True]
    follow(page.get_by_role("link", name="Back to the result"))
    assert [box.is_visible(), hits.is_visible(), pane.is_visible()] == [False, True, False]
    facets.locator("summary").first.click()
    assert box.is_visible()


def test_whole_result_is_marked_as_read_and_that_is_taken_back_without_scripts(visit):
    page = visit("officer", java_script_enabled=False)
    page.goto("/admin/desk/?q=wharf")
    follow(page.get_by_role("button", name=re.compile("Mark all .* as read")))
    assert page.locator(".hit.is-read").count() == page.locator(".hit").count()

    follow(page.get_by_role("button", name=re.compile("Take that back.*marked as read")))

    assert page.locator(".hit.is-read").count() == 0


def test_what_people_added_to_a_letter_has_no_fault(visit):
    page = visit("officer")
    page.goto("/admin/desk/?q=%22a way home I cannot keep my job%22")

    follow(page.get_by_role("link", name="what people added").first)

    assert page.locator(".change ins").count() > 0
    assert faults_of(page) == []


def test_staff_see_the_public_page_without_a_fault(visit):
    page = visit("moderator")

    page.goto(OPEN)

    assert page.viewport_size == DESK
    assert barriers(page) == []


def test_checks_beside_the_editor_find_what_is_there(visit, site):
    page = visit("editor")
    with sqlite3.connect(site.folder / "site.sqlite3") as database:
        found = database.execute("SELECT id FROM wagtailcore_page WHERE slug = 'night-buses'").fetchone()
    page.goto(f"/admin/pages/{found[0]}/edit/")
    page.get_by_role("button", name="Toggle checks").click()
    words = page.locator("[data-content-word-count]")
    page.wait_for_function("element => /[1-9]/.test(element.textContent)", arg=words.element_handle())
    rows = page.locator("[data-content-checker-row]")
    assert rows.count() == 0

    # Wagtail drops a look that begins while the last one is under way; whoever goes on typing is told all the same.
    for number in range(40):
        page.get_by_label("The picture in words").fill(f"night_bus_{number}.jpg")
        page.wait_for_timeout(3_000)
        if rows.count():
            break
    assert rows.count() == 1


def test_one_person_is_looked_up_and_handed_out_without_a_fault(visit, names):
    page = visit("privacy")
    page.goto("/admin/privacy/people/")
    page.get_by_label("E-mail address or reference").fill(names["redacted"])
    page.get_by_label("Why").fill("The author asked in writing for a copy.")
    follow(page.get_by_role("button", name="Show what we hold"))
    page.get_by_text("Every version of these texts").click()

    assert page.get_by_text("Redaction by a moderator").first.is_visible()
    assert faults_of(page) == []
    with page.expect_download() as pack:
        page.get_by_role("button", name="Download it").click()
    assert pack.value.suggested_filename == "person-pack.zip"
    page.get_by_label("Type the address or the reference again").fill(names["redacted"])
    follow(page.get_by_role("button", name="Ask for the erasure"))
    assert page.get_by_role("heading", name=f"What we hold about {names['redacted']}").is_visible()
    assert faults_of(page) == []
    follow(page.get_by_role("button", name="Take it back"))
    assert page.get_by_text("Nothing is erased.").is_visible()
