"""What axe does not measure: text that is spaced."""

import pytest

from tests.browser.addresses import OPEN, OUTCOME
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import does_not_fit, show

pytestmark = pytest.mark.browser

WALKED = {  # public pages with every kind of control
    "home": "/", "consultations": "/consultations/", "open": OPEN, "new idea": f"{OPEN}ideas/new/",
    "questionnaire": f"{OPEN}questionnaire/", "outcome": OUTCOME, "sign in": "/account/login/",
}  # fmt: skip

# WCAG 1.4.12: lines of 1.5, paragraphs 2, letters 0.12 and words 0.16 times the size of the type.
SPACING = """
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-bottom: 2em !important; }
"""
# Adopted by script: the policy of the page refuses a style of ours as it does anybody else's.
SPACE_TEXT = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""


@pytest.mark.parametrize("name", WALKED)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_spaced_text_is_neither_cut_off_nor_wider_than_the_window(visit, name, size):
    page = visit()
    page.goto(WALKED[name])
    show(page, size, "light")

    page.evaluate(SPACE_TEXT, SPACING)

    assert page.evaluate("getComputedStyle(document.querySelector('main p')).wordSpacing") != "0px"
    assert does_not_fit(page) == []
