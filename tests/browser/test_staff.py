"""A moderator's day by keyboard, and an officer's way from a question to a file."""

import json
import re
import zipfile

import pytest

from tests.browser.actions import KEYS_REST, case_of, decide, follow

pytestmark = pytest.mark.browser


def reference_on(page):
    """Return the reference of the case that is shown."""
    return re.search(r"Case ([0-9A-Z]{4}-[0-9A-Z]{4})", page.title())[1]


def next_after(page, key):
    """Press a key and return the reference of the case that comes then."""
    with page.expect_navigation():
        page.keyboard.press(key)
    return reference_on(page)


def decided_by(page, key):
    """Decide by a key and return the reference of the case that comes then."""
    decide(page, key)
    return reference_on(page)


def write(page, label, text):
    """Put the focus into a field, as its label's key or Tab would, and type."""
    page.get_by_label(label).focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)
    page.evaluate("document.activeElement.blur()")  # a shortcut rests while somebody types


def choose(page, number, title):
    """Choose a clause by its number, unless it is chosen."""
    box = page.locator(f"[data-number='{number}']")
    if not box.is_checked():
        page.wait_for_timeout(KEYS_REST)
        page.keyboard.type(number)
    assert page.get_by_role("checkbox", name=re.compile(title)).is_checked()


def test_moderator_redacts_refuses_and_publishes_by_keyboard(visit, site):
    page = visit("moderator")
    page.goto("/admin/queue/")
    redacted = next_after(page, "n")
    passage = " ".join(page.locator(".case-text__words").inner_text().split()[-2:])
    page.locator("summary", has_text="Other passages").click()
    write(page, "Other passages to take out", passage)
    choose(page, "5", "Keep private details private")
    write(page, "What the author will read", "A private detail stood at the end.")
    refused = decided_by(page, "r")
    assert page.get_by_text(f"{redacted} is published without the marked passages").first.is_visible()

    choose(page, "12", "Say it once")
    write(page, "What the author will read", "We have this text already.")
    published = decided_by(page, "f")
    assert page.get_by_text(f"{refused} is refused under").first.is_visible()

    decided_by(page, "p")
    assert page.get_by_text(f"{published} is published.", exact=True).is_visible()

    question = "SELECT reference, status FROM consultations_submission WHERE reference IN (?, ?, ?)"
    expected = {redacted: "published", refused: "refused", published: "published"}
    assert dict(site.rows(question, redacted, refused, published)) == expected


def test_shortcuts_rest_while_somebody_types_and_can_be_switched_off(visit):
    page = visit("moderator2")
    page.goto("/admin/queue/")
    case = next_after(page, "n")
    reason = page.get_by_label("What the author will read")
    reason.fill("")
    reason.press_sequentially("prefer")
    assert [reason.input_value(), reference_on(page)] == ["prefer", case]

    publish = page.get_by_role("button", name="Publish", exact=True)
    assert publish.get_attribute("aria-keyshortcuts") == "P"
    with page.expect_response("**/admin/shortcuts/"):  # the account keeps the choice
        page.get_by_role("checkbox", name="Keyboard shortcuts").uncheck()
    assert publish.get_attribute("aria-keyshortcuts") is None
    page.keyboard.press("p")
    page.reload()
    page.keyboard.press("p")
    # The server has answered what was asked after the key, so a form that the key had sent would have been seen.
    assert page.evaluate("fetch('/healthz/live').then((answer) => answer.status)") == 200
    assert reference_on(page) == case
    with page.expect_response("**/admin/shortcuts/"):
        page.get_by_role("checkbox", name="Keyboard shortcuts").check()
    page.locator(".hand-over summary").click()
    follow(page.get_by_role("button", name="Give it back"))
    assert page.get_by_text(f"{case} is back in the queue.", exact=True).is_visible()


def test_second_moderator_is_told_who_reads_the_case(visit, names):
    first, second = visit("moderator"), visit("moderator2")
    case = case_of(first, names["old_idea"]).url

    second.goto(case)

    assert second.get_by_text("Mo Okafor is looking at this case.").is_visible()
    assert second.get_by_role("button", name="Refuse").count() == 0


def test_officer_searches_reads_and_exports_exactly_the_result(visit, tmp_path):
    page = visit("officer")
    page.goto("/admin/desk/")
    page.get_by_label("Search submissions").fill('"help point" | bench')
    with page.expect_navigation():
        page.keyboard.press("Enter")
    found = int(re.search(r"([\d,]+) received", page.locator(".desk-sentence").inner_text())[1].replace(",", ""))
    first = page.locator(".hit-reference").first.inner_text()
    assert page.locator(".hit mark").count() > 0

    follow(page.locator(".hit-reference").first)
    assert page.get_by_role("heading", name=first, exact=True).is_visible()
    assert page.get_by_text(f"1 of {found}", exact=True).is_visible()

    page.locator("summary", has_text="Export").click()
    page.get_by_role("radio", name="CSV").check()
    follow(page.get_by_role("button", name="Make the file"))
    ready = page.locator(".export-row").first.get_by_role("link", name="Download")
    ready.wait_for()  # the worker makes it, and the page looks again by itself
    with page.expect_download() as download:
        ready.click()
    download.value.save_as(tmp_path / "result.zip")
    with zipfile.ZipFile(tmp_path / "result.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        table = archive.read("submissions.csv").decode("utf-8-sig")
    said = [manifest["query"]["text"], manifest["matched"], manifest["data"]["rows"]]
    assert said == [
        '"help point" | bench',
        found,
        found,
    ]
    assert first in table


def test_facet_narrows_the_result_without_scripts(visit):
    page = visit("officer", java_script_enabled=False)
    page.goto("/admin/desk/?q=ferry")
    page.get_by_role("checkbox", name=re.compile("Idea")).check()
    follow(page.get_by_role("button", name="Show these"))

    kinds = page.locator(".hit-reference + span").all_inner_texts()
    assert set(kinds) == {"Idea"}
    assert page.get_by_role("checkbox", name=re.compile("Idea")).is_checked()
