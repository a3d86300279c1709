"""Tab reaches every control of a page, in the order of the page, and each is seen to have the focus."""

from itertools import pairwise

import pytest

from tests.browser.addresses import DESK_PAGES, HOME_DESKS, OPEN, PAGES, STAFF_PAGES
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

PUBLIC = (
    "home", "consultations", "open", "ideas", "idea", "new idea", "questionnaire", "follow", "lost receipts", "thread",
    "receipt, just sent", "receipt, public", "edit", "withdraw", "report", "appeal", "policy", "sign in",
    "make an account",
)  # fmt: skip
STAFF = (
    {"home, moderator": HOME_DESKS["home, moderator"], "queue": ("moderator", "/admin/queue/")}
    | {"case": ("moderator", "/admin/queue/{case}/"), "desk": ("officer", DESK_PAGES["found"])}
    | {name: STAFF_PAGES[name] for name in ("reading list", "privacy", "crisis", "outbox", "closing time")}
)

# How a control looks: the lines and shadows around it, its label, and the card whose link it is.
LOOK = """const look = (e) => [e, e.parentElement, e.closest(".card"), ...(e.labels ?? [])].map((one) => {
  if (!one) return "";
  const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(one);
  return [outlineStyle !== "none" && outlineWidth, outlineColor, boxShadow].join();
}).join(";");"""

# Numbers what Tab has to reach, in the order of the page: of a group of radio buttons the one that is chosen, or the
# first. What shows only once it has the focus, such as the link past the menu, is small until then and counts.
NUMBER_STOPS = f"""() => {{ {LOOK}
  const asks = "a[href], button, input, select, textarea, summary, iframe, [contenteditable=true], [tabindex]";
  const seen = (e) => e.checkVisibility({{ visibilityProperty: true, contentVisibilityAuto: true }});
  const group = (e) => [...document.getElementsByName(e.name)].filter((one) => one.form === e.form && !one.disabled);
  const isStop = (e) => {{
    if (e.tabIndex < 0 || e.disabled || e.type === "hidden" || e.closest("[inert]") || !seen(e)) return false;
    if (e.type !== "radio") return true;
    return e === (group(e).find((one) => one.checked) ?? group(e)[0]);
  }};
  document.activeElement.blur();
  const stops = [...document.querySelectorAll(asks)].filter(isStop);
  stops.forEach((e, at) => {{ e.dataset.stop = at; e.dataset.look = look(e); }});
  return stops.map((e) => `${{e.outerHTML.slice(0, 90)}} ${{e.textContent.trim().slice(0, 30)}}`);
}}"""

# The number of what has the focus, and whether it looks otherwise than without.
FOCUSED = f"""() => {{ {LOOK}
  const e = document.activeElement;
  return [e.dataset.stop ?? null, e.dataset.look !== look(e)];
}}"""


def faults_of_focus(page):
    """Press Tab through the whole page; return what was not reached, not in its turn, or not seen.

    Tab stops more often than there are controls: at each part of a date, and in boxes that scroll. Where a field has
    the focus from the beginning, Tab goes from there to the end, and on from the start.
    """
    stops = page.evaluate(NUMBER_STOPS)
    reached, unseen = [], []
    for _ in range(3 * len(stops) + 20):
        if len(reached) == len(stops):
            break
        page.keyboard.press("Tab")
        number, is_drawn = page.evaluate(FOCUSED)
        if number is None or int(number) in reached:
            continue
        reached.append(int(number))
        if not is_drawn:
            unseen.append(stops[int(number)])
    missed = [name for at, name in enumerate(stops) if at not in reached]
    out_of_turn = [stops[b] for a, b in pairwise(reached) if b < a and not (b == 0 and reached[0])]
    found = {"not reached": missed, "not in its turn": out_of_turn, "not seen": unseen}
    return {fault: names for fault, names in found.items() if names}


@pytest.mark.parametrize("name", PUBLIC)
def test_tab_leads_through_a_public_page(visit, names, name):
    page = visit()

    page.goto(PAGES[name].format(**names))

    assert faults_of_focus(page) == {}


@pytest.mark.parametrize("name", STAFF)
def test_tab_leads_through_a_page_of_staff(visit, names, name):
    role, address = STAFF[name]
    page = visit(role)

    page.goto(address.format(**names))

    assert faults_of_focus(page) == {}


def test_tab_leads_through_a_consultation_on_a_phone(visit):
    page = visit(viewport=PHONE)

    page.goto(OPEN)

    assert faults_of_focus(page) == {}


def test_press_that_is_moved_away_does_nothing(visit):
    page = visit()
    page.goto(OPEN)
    button = page.locator("#comments").get_by_role("button", name="Support").first
    button.scroll_into_view_if_needed()
    place, pressed = button.bounding_box(), button.get_attribute("aria-pressed")

    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.mouse.move(2, 2)
    page.mouse.up()
    page.wait_for_timeout(500)

    assert (button.get_attribute("aria-pressed"), page.url.endswith(OPEN)) == (pressed, True)
