"""Once is once, in a browser on a slow line: three taps, Back and Send again, a retry; with scripts and without."""

import pytest

from consultations.receipt_links import receipt_key
from tests.browser.actions import READING, follow
from tests.browser.addresses import OPEN

pytestmark = pytest.mark.browser

LATENCY = 800  # milliseconds until an answer begins
BETWEEN_TAPS = 150
TEXTS = "SELECT count(*) FROM consultations_revision WHERE text = ?"
REPORTS = "SELECT count(*) FROM moderation_report WHERE text = ?"


def slow_down(page):
    """Put the browser on a slow line."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)


def tap_three_times(page, button, between=BETWEEN_TAPS):
    """Tap a button three times before its answer can have come."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    for _tap in range(3):
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(between)


SEND_THREE_TIMES = """form => {
  for (const delay of [0, 150]) {
    const sent = () => fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    setTimeout(sent, delay);
  }
  setTimeout(() => form.submit(), 300);
}"""


def send_three_times(page, button):
    """Have the browser send the same form three times, past the script that holds back a second tap."""
    button.locator("xpath=ancestor::form").evaluate(SEND_THREE_TIMES)


def fill_in_comment(page, words, names):
    page.goto(OPEN)
    page.get_by_label("Your comment").fill(words)
    return "Send my comment"


def fill_in_reply(page, words, names):
    page.goto(f"{OPEN}comments/{names['thread']}/")
    page.get_by_label("Your comment").fill(words)
    return "Send my reply"


def fill_in_idea(page, words, names):
    page.goto(f"{OPEN}ideas/new/")
    page.get_by_label("Your idea in one line").fill("An idea of several taps")
    page.get_by_label("What should happen").fill(words)
    return "Send my idea"


def fill_in_questionnaire(page, words, names):
    page.goto(f"{OPEN}questionnaire/")
    page.get_by_label("What one thing would make you take the night bus?").fill(words)
    page.get_by_role("radio", name="Most weekends").check()
    return "Send my answers"


def fill_in_report(page, words, names):
    page.goto(f"/report/{names['old_thread']}/")
    page.get_by_label("Which house rule is it about?").select_option(label="Something else")
    page.get_by_label("What is wrong?").fill(words)
    return "Send the report"


FORMS = {
    "comment": (fill_in_comment, TEXTS, "**/receipts/**"),
    "reply": (fill_in_reply, TEXTS, "**/receipts/**"),
    "idea": (fill_in_idea, TEXTS, "**/receipts/**"),
    "questionnaire": (fill_in_questionnaire, TEXTS, "**/responses/**"),
    "report": (fill_in_report, REPORTS, "**/reports/**"),
}


@pytest.mark.parametrize("tap", [tap_three_times, send_three_times], ids=["taps", "retries"])
@pytest.mark.parametrize("name", FORMS)
def test_three_taps_on_a_slow_line_are_one_row_and_one_receipt(visit, site, names, name, tap):
    fill_in, count, receipt = FORMS[name]
    words = f"Said once about the depot, {name}, {tap.__name__}."
    page = visit()
    button = page.get_by_role("button", name=fill_in(page, words, names), exact=True)
    page.wait_for_timeout(READING)
    slow_down(page)

    tap(page, button)

    page.wait_for_url(receipt)
    assert page.get_by_text(words).first.is_visible()
    assert site.rows(count, words) == [(1,)]


def test_a_tap_is_answered_at_once_and_the_button_works_again_on_coming_back(visit):
    page = visit()
    name = fill_in_comment(page, "Answered at once.", {})
    page.evaluate("document.querySelector('form.say').addEventListener('submit', (event) => event.preventDefault())")

    page.get_by_role("button", name=name, exact=True).click()
    sending = page.get_by_role("button", name="Sending…")
    assert sending.get_attribute("aria-disabled") == "true"
    assert sending.evaluate("button => button === document.activeElement")
    assert page.get_by_role("status").filter(has_text="Sending…").count() == 1

    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert page.get_by_role("button", name=name, exact=True).get_attribute("aria-disabled") is None
    assert page.get_by_role("status").filter(has_text="Sending…").count() == 0


def test_back_and_send_again_leads_to_the_first_receipt_and_other_words_are_a_second_text(visit, site):
    page = visit()
    page.goto(OPEN)
    words, others = "Sent, and sent again.", "Sent, and sent again, with a change."
    found = []
    for text in (words, words, others):
        page.get_by_label("Your comment").fill(text)
        page.wait_for_timeout(READING)
        follow(page.get_by_role("button", name="Send my comment"))
        found.append(page.locator(".reference__code").inner_text())
        page.go_back()

    assert [found[0] == found[1], found[1] == found[2]] == [True, False]
    kept = site.rows("SELECT text FROM consultations_revision WHERE text LIKE 'Sent, and sent again%' ORDER BY id")
    assert kept == [(words,), (others,)]


@pytest.mark.parametrize("between", [BETWEEN_TAPS, LATENCY])
@pytest.mark.parametrize("name", FORMS)
def test_three_taps_without_scripts_are_one_row_and_one_receipt(visit, site, names, name, between):
    fill_in, count, receipt = FORMS[name]
    page = visit(java_script_enabled=False)
    words = f"Tapped three times without a script, {name}, {between}."
    button = page.get_by_role("button", name=fill_in(page, words, names), exact=True)
    page.wait_for_timeout(READING)
    slow_down(page)

    tap_three_times(page, button, between)

    page.wait_for_url(receipt)
    assert page.get_by_text(words).first.is_visible()
    assert site.rows(count, words) == [(1,)]


def test_sending_again_without_scripts_leads_back_to_the_receipt(visit, site):
    page = visit(java_script_enabled=False)
    found = []
    for _time in range(2):
        button = fill_in_comment(page, "Sent twice without a script.", {})
        page.wait_for_timeout(READING)
        follow(page.get_by_role("button", name=button, exact=True))
        found.append(page.locator(".reference__code").inner_text())

    assert found[0] == found[1]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_three_taps_change_a_text_once_and_withdraw_it_once(visit, site, script):
    page = visit(java_script_enabled=script)
    first = f"To be changed and withdrawn, {script}."
    button = page.get_by_role("button", name=fill_in_comment(page, first, {}), exact=True)
    page.wait_for_timeout(READING)
    follow(button)
    slow_down(page)

    page.get_by_role("link", name="Change the text").click()
    page.get_by_label("Your comment").fill(f"Changed. {first}")
    tap_three_times(page, page.get_by_role("button", name="Send the new text"))
    page.get_by_text("Your new text is in.").first.wait_for()
    assert site.rows(TEXTS, f"Changed. {first}") == [(1,)]

    page.get_by_role("link", name="Withdraw it").click()
    tap_three_times(page, page.get_by_role("button", name="Yes, withdraw it"))
    page.get_by_text("Your text is withdrawn.").first.wait_for()
    assert page.get_by_text("cannot become").count() == 0


def test_three_taps_on_another_look_are_one_appeal(visit, site, names):
    reference = site.rows(
        "SELECT s.reference FROM consultations_submission s JOIN consultations_revision r ON r.submission_id = s.id "
        "JOIN moderation_decision d ON d.revision_id = r.id WHERE s.status = 'refused' AND d.action = 'refuse' "
        "AND s.reference != ? AND NOT EXISTS (SELECT 1 FROM moderation_appeal a WHERE a.decision_id = d.id)",
        names["refused"],
    )[0][0]
    page = visit()
    page.goto(f"/receipts/{reference}/?key={receipt_key(reference)}")
    words = "The three taps of one author."
    page.get_by_label("Is there something that we should know?").fill(words)
    slow_down(page)

    tap_three_times(page, page.get_by_role("button", name="Ask for another look"))

    page.get_by_text("You asked for it on").wait_for()
    assert site.rows("SELECT count(*) FROM moderation_appeal WHERE text = ?", words) == [(1,)]
    assert page.get_by_text("You have already asked").count() == 0


def test_three_taps_on_support_count_one_person_with_and_without_scripts(visit, site, names):
    def supports():
        return site.rows("SELECT support_count FROM consultations_submission WHERE reference = ?", names["idea"])[0][0]

    before = supports()
    page = visit()
    page.goto(f"{OPEN}ideas/{names['idea']}/")
    slow_down(page)
    tap_three_times(page, page.locator("button.support--big"))
    page.locator("button.support--big[aria-pressed=true]").wait_for()
    assert supports() == before + 1

    plain = visit(java_script_enabled=False)
    plain.goto(f"{OPEN}ideas/{names['idea']}/")
    follow(plain.locator("button.support--big"))
    slow_down(plain)
    tap_three_times(plain, plain.get_by_role("button", name="Yes, I support this"))
    plain.locator("button.support--big[aria-pressed=true]").wait_for()
    assert supports() == before + 2
