"""What a citizen does, in a browser as it comes: without scripts, with them, and by keyboard alone."""

import re

import pytest

from tests.browser.actions import READING, follow, send, send_as_a_script_would, tab_to
from tests.browser.addresses import OPEN
from tests.browser.page_checks import barriers

pytestmark = pytest.mark.browser


def standing(page):
    """Return the receipt's heading and where it says that the text is now."""
    return [page.get_by_role("heading", level=1).inner_text(), page.locator(".notice__title").first.inner_text()]


def test_long_comment_is_cut_short_in_the_list_and_whole_on_its_own_page(visit):
    page = visit()
    page.goto(OPEN)
    short = page.get_by_role("article").filter(has_text="Read all of it").locator(".comment__text").inner_text()
    follow(page.get_by_role("link", name="Read all of it"))

    whole = page.locator(".comment__text").first.inner_text()

    assert [whole.startswith(short.removesuffix("…")), len(short) < 900, len(whole) > 2_000] == [True, True, True]
    assert page.get_by_text("Read all of it").count() == 0


def test_comment_without_scripts_is_published_edited_and_withdrawn(visit):
    page = visit(java_script_enabled=False)
    page.goto(OPEN)
    send(page, "Send my comment", Your_comment="The 40 should wait for the last ferry.", Name_to_show="Runa")
    assert standing(page) == ["We have your comment.", "Public"]
    receipt = page.url

    follow(page.get_by_role("link", name="Change the text"))
    page.get_by_label("Your comment").fill("The 40 should wait five minutes for the last ferry.")
    follow(page.get_by_role("button", name="Send the new text"))
    assert standing(page)[0] == "Your comment"
    assert page.get_by_text("Your new text is in.").is_visible()
    follow(page.get_by_role("link", name="See it in its place"))
    assert page.get_by_role("article", name="Runa").locator("p:visible").all_inner_texts()[1:] == [
        "The 40 should wait five minutes for the last ferry."
    ]

    page.goto(receipt)
    follow(page.get_by_role("link", name="Withdraw it"))
    follow(page.get_by_role("button", name="Yes, withdraw it"))
    assert page.get_by_text("Nobody sees it on this site any more.").first.is_visible()
    page.goto(OPEN)
    assert page.get_by_text("wait five minutes for the last ferry").count() == 0


def test_reply_without_scripts_stands_under_its_comment(visit, names):
    page = visit(java_script_enabled=False)
    page.goto(f"{OPEN}comments/{names['thread']}/")
    send(page, "Send my reply", Your_comment="Agreed, and at the depot too.", Name_to_show="Sol")

    follow(page.get_by_role("link", name="See it in its place"))

    assert page.url.partition("#")[0].endswith(f"{OPEN}comments/{names['thread']}/")
    assert page.locator(".replies").get_by_role("article", name="Sol").is_visible()


def test_idea_without_scripts_is_proposed_and_supported(visit):
    page = visit(java_script_enabled=False)
    page.goto(OPEN)
    follow(page.get_by_role("link", name=re.compile(r"^\d+ ideas$")))
    follow(page.get_by_role("link", name="Propose an idea"))
    send(
        page,
        "Send my idea",
        Your_idea_in_one_line="A clock at every night stop",
        What_should_happen="A lit clock, so that nobody takes out a telephone in the dark.",
    )
    assert standing(page) == ["We have your idea.", "Public"]

    follow(page.get_by_role("link", name="See it in its place"))
    support = page.get_by_role("button", name=re.compile("Support.*A clock at every night stop"))
    assert support.inner_text().split()[0] == "0"
    follow(support)
    assert support.inner_text().split()[0] == "1"
    follow(support)
    assert support.inner_text().split()[0] == "0"


def test_text_with_a_telephone_number_waits_and_says_why(visit):
    page = visit()
    page.goto(OPEN)
    send(page, "Send my comment", Your_comment="Call me on 0491 570 006 about the stop at the mill.")
    told = page.locator("#look-again")
    assert told.evaluate("element => element.contains(document.activeElement)")
    assert told.locator("mark").all_inner_texts() == ["0491 570 006"]
    assert barriers(page) == []
    follow(told.get_by_role("button", name="Send anyway"))

    assert standing(page) == ["We have your comment.", "Waiting for a person to read it"]
    assert page.locator("mark").all_inner_texts() == ["0491 570 006"]
    assert page.get_by_text(re.compile(r"at the latest\.")).first.is_visible()
    page.goto(OPEN)
    assert page.get_by_text("about the stop at the mill").count() == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_form_that_is_shown_again_opens_at_what_to_look_at(visit, scripts):
    page = visit(java_script_enabled=scripts, viewport={"width": 390, "height": 844})
    page.goto(OPEN)
    send(page, "Send my comment", Your_comment="")
    page.locator("#look-again").get_by_role("link").first.click()
    send(page, "Send my comment", Your_comment="Call me on 0491 570 006 about the bench at the mill.")

    told = page.locator("#look-again")
    assert told.get_by_role("button", name="Send anyway").count() == 1
    assert 0 <= told.bounding_box()["y"] < 844


def test_text_that_would_wait_is_changed_in_place_without_scripts(visit):
    page = visit(java_script_enabled=False)
    page.goto(OPEN)
    send(
        page, "Send my comment", Your_comment="Call me on 0491 570 006 about the ramp at the mill.", Name_to_show="Rio"
    )
    page.get_by_role("link", name="Change it").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("Ask me about the ramp at the mill.")
    page.get_by_label("Name to show").press("Enter")

    page.wait_for_url("**/receipts/**")
    assert standing(page) == ["We have your comment.", "Public"]


def test_text_that_would_wait_is_sent_anyway_without_scripts(visit):
    page = visit(java_script_enabled=False)
    page.goto(OPEN)
    send(page, "Send my comment", Your_comment="Call me on 0491 570 006 about the fence at the mill.")
    follow(page.get_by_role("button", name="Send anyway"))

    assert standing(page) == ["We have your comment.", "Waiting for a person to read it"]


def test_reader_reports_a_text_without_scripts(visit, names):
    page = visit(java_script_enabled=False)
    page.goto(f"/report/{names['old_thread']}/")
    page.get_by_label("Which house rule is it about?").select_option(label="Something else")
    send(page, "Send the report", **{"What_is_wrong?": "This is not what the paper says."})

    assert standing(page) == ["We have your report.", "A person looks at it"]
    assert page.get_by_text("This is not what the paper says.").is_visible()


def test_enter_in_a_field_never_sends_anyway(visit):
    page = visit()
    page.goto(OPEN)
    send(page, "Send my comment", Your_comment="Call me on 0491 570 006 about the gate at the mill.")
    with page.expect_navigation():
        page.get_by_label("Name to show").press("Enter")

    assert page.locator("#look-again").is_visible()


def test_puzzle_is_asked_on_suspicion_and_lets_people_pass(visit, site):
    page = visit()
    page.goto(OPEN)
    send_as_a_script_would(page, "Sent from a page that was open for days.")
    key = page.locator("input[name=captcha_0]").input_value()
    answer = site.rows("SELECT response FROM captcha_captchastore WHERE hashkey = ?", key)[0][0]

    page.get_by_label("A small puzzle").fill(answer)
    follow(page.get_by_role("button", name="Send my comment"))

    assert standing(page) == ["We have your comment.", "Public"]


def test_draft_survives_a_reload_and_is_dropped_once_it_arrived(visit):
    page = visit()
    page.goto(OPEN)
    page.get_by_label("Your comment").press_sequentially("Half a thought about")
    page.reload()
    comment = page.get_by_label("Your comment")
    assert comment.input_value() == "Half a thought about"
    assert page.get_by_text("Kept on this device until you send it.").is_visible()

    send(page, "Send my comment", Your_comment="A whole thought about the benches.")
    page.goto(OPEN)
    assert comment.input_value() == ""

    comment.press_sequentially("Another one")
    page.get_by_role("button", name="Forget it").click()
    assert comment.input_value() == ""
    page.reload()
    assert comment.input_value() == ""


def test_draft_of_a_questionnaire_keeps_what_was_chosen_and_not_who_chose_it(visit):
    page = visit()
    address = f"{OPEN}questionnaire/"
    page.goto(address)
    page.get_by_role("radio", name="Most weekends").check()
    page.get_by_role("checkbox", name="The hospital").check()
    wish = page.get_by_label("What one thing would make you take the night bus?")
    wish.press_sequentially("A lit stop")
    page.get_by_label("Name to show").press_sequentially("Rio")
    page.reload()
    assert [one.input_value() for one in page.locator(".question input:checked:not([value=''])").all()] == [
        "Most weekends",
        "The hospital",
    ]
    assert [wish.input_value(), page.get_by_label("Name to show").input_value()] == ["A lit stop", ""]
    assert page.get_by_text("Kept on this device until you send it.").is_visible()

    send(page, "Send my answers")
    assert page.get_by_role("heading", level=1).inner_text() == "We have your answers."
    page.goto(address)
    assert page.locator(".question input:checked:not([value=''])").count() == 0

    page.get_by_role("checkbox", name="The hospital").check()
    page.get_by_role("button", name="Forget it").click()
    page.reload()
    assert page.locator(".question input:checked:not([value=''])").count() == 0


def test_comment_is_sent_by_keyboard_from_the_skip_link_on(visit):
    page = visit()
    page.goto(OPEN)
    here = "document.activeElement.innerText || document.activeElement.name || document.activeElement.tagName"
    page.keyboard.press("Tab")
    assert page.evaluate(here) == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    tab_to(page, "Have your say")
    page.keyboard.press("Enter")
    page.wait_for_url("**#have-your-say")
    tab_to(page, "Your comment")
    page.keyboard.type("Sent without touching a mouse.")
    page.keyboard.press("Tab")
    page.keyboard.type("Keyla")
    page.wait_for_timeout(READING)
    tab_to(page, "Send my comment")
    page.keyboard.press("Enter")

    page.wait_for_url("**/receipts/**")
    assert standing(page) == ["We have your comment.", "Public"]


def test_copy_button_and_counter_are_there_when_they_help(visit, names):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"/receipts/{names['public']}/?key={names['public_key']}&new=1")
    page.get_by_role("button", name="Copy the link to this page").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f"/receipts/{names['public']}/?key={names['public_key']}")

    page.goto(OPEN)
    counter = page.locator(".field__counter")
    assert counter.inner_text() == ""
    page.get_by_label("Your comment").fill("a" * 19_000)
    assert counter.inner_text() == "1,000 / 20,000"


def test_support_changes_the_button_alone_and_is_read_out(visit, names):
    page = visit()
    page.goto(f"{OPEN}ideas/")
    button = page.locator(f"[id='{names['idea']}'] button.support")
    button.scroll_into_view_if_needed()
    before, scrolled = int(button.inner_text().split()[0]), page.evaluate("scrollY")

    button.click()

    said = button.locator("xpath=following-sibling::p")
    said.wait_for()
    assert (said.inner_text(), button.get_attribute("aria-pressed")) == ("You support this", "true")
    assert int(button.inner_text().split()[0]) == before + 1
    assert page.get_by_role("status").all_inner_texts()[-1] == "You support this."
    assert (page.url.endswith(f"{OPEN}ideas/"), page.evaluate("scrollY")) == (True, scrolled)
    page.wait_for_timeout(800)  # a second tap at once is the same wish
    button.click()
    said.wait_for(state="hidden")
    assert int(button.inner_text().split()[0]) == before


def test_what_needs_a_script_is_not_offered_without_one(visit):
    page = visit(java_script_enabled=False)
    page.goto(OPEN)
    send(page, "Send my comment", Your_comment="A bench at each night stop, please.")

    assert page.locator("[data-copy]").count() == 1
    assert [each.is_visible() for each in page.locator("[hidden]").all()] == [False] * page.locator("[hidden]").count()


def test_a_questionnaire_on_paper_has_its_questions_and_room(visit):
    page = visit()
    page.goto(f"{OPEN}questionnaire/")
    page.emulate_media(media="print")

    questions = page.locator(".say legend, .say label.field__label")
    assert questions.count() > 4
    assert all(each.is_visible() for each in questions.all())
    assert min(each.bounding_box()["height"] for each in page.locator(".say textarea").all()) > 140
    assert not page.get_by_role("button", name="Send my answers").is_visible()


def test_time_on_paper_is_a_date(visit):
    page = visit()
    page.goto(OPEN)
    time = page.locator("time[data-on-paper]").first
    shown = "element => [getComputedStyle(element).fontSize, getComputedStyle(element, '::after').content]"
    assert time.evaluate(shown)[1] == "none"
    page.emulate_media(media="print")

    assert time.evaluate(shown) == ["0px", f'"{time.get_attribute("data-on-paper")}"']
