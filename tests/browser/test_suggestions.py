"""Other words for a passage: selected in it with scripts, copied without."""

import pytest

from tests.browser.actions import follow, send
from tests.browser.addresses import OPEN

pytestmark = pytest.mark.browser

SELECT = """() => {
  const words = document.querySelector("[data-words-of-passage]").firstChild;
  const from = words.data.indexOf("keep their daytime numbers");
  document.getSelection().setBaseAndExtent(words, from, words, from + "keep their daytime numbers".length);
}"""


@pytest.mark.parametrize("scripts", [True, False])
def test_other_words_are_suggested_for_a_passage(visit, scripts):
    from playwright.sync_api import expect  # of the extra that not everybody installs

    page = visit(java_script_enabled=scripts)
    page.goto(OPEN)
    follow(page.get_by_role("link", name="Suggest other words").first)
    words = page.get_by_label("The words to replace")
    if scripts:
        page.evaluate(SELECT)
        expect(words).to_have_value("keep their daytime numbers")
    else:
        assert not page.get_by_text("Select words here").is_visible()
        words.fill("keep their daytime numbers")
    send(page, "Send my suggestion", The_new_words="get numbers of their own")

    assert page.get_by_role("heading", level=1).inner_text() == "We have your suggestion."
    follow(page.get_by_role("link", name="See it in its place"))
    assert page.get_by_text("Replace “keep their daytime numbers” by “get numbers of their own”.").count() == 1
    assert page.locator(".words del").first.is_visible()
