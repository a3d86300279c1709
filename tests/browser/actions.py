"""What people do with a page: follow, fill in and send, and move by keyboard."""

KEYS_REST = 700  # milliseconds; keys do nothing for the first 500 after a page of a case has appeared
READING = 2_100  # milliseconds; whoever sends a form sooner is asked for a puzzle


def follow(link_or_button):
    """Click, and wait for the page that comes."""
    with link_or_button.page.expect_navigation():
        link_or_button.click()


def send(page, button, **fields):
    """Fill in a form by its labels, no faster than people do, and send it."""
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " ")).fill(value)
    page.wait_for_timeout(READING)
    follow(page.get_by_role("button", name=button, exact=True))


def send_as_a_script_would(page, text):
    """Send a comment without the signed time of the form, which earns a puzzle."""
    page.get_by_label("Your comment").fill(text)
    page.evaluate("document.querySelector('[name=stamp]').value = ''")
    follow(page.get_by_role("button", name="Send my comment"))


def tab_to(page, name, most=30):
    """Press Tab until what has the focus, visibly, is called so."""
    named = "document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText"
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(named) == name:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    shown = page.locator("main").inner_text()
    raise AssertionError(f"{most} times Tab do not lead to “{name}” at {page.url}: {shown}")


def case_of(page, reference):
    """Open a submission's case, as its moderator."""
    page.goto("/admin/queue/")
    page.get_by_label("Open a submission by its reference").fill(reference)
    follow(page.get_by_role("button", name="Open its case"))
    return page


def press(page, key):
    """Press a key that leads to another page, and wait for it."""
    with page.expect_navigation():
        page.keyboard.press(key)


def decide(page, key):
    """Decide a case by its key, once more if it is serious; keys rest after a page or a question has appeared."""
    page.wait_for_timeout(KEYS_REST)
    if page.locator("[data-sure]").count():
        page.keyboard.press(key)
        page.locator(".is-asked").wait_for()
        page.wait_for_timeout(KEYS_REST)
    press(page, key)


def replace(page, name, text):
    """Reach a field by Tab and write over what stands there, then leave it, so that single keys act again."""
    tab_to(page, name, most=150)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)
    page.keyboard.press("Tab")


def next_with(page, words):
    """Search the queue for words and take the next case of those, by keys."""
    page.goto("/admin/queue/")
    page.keyboard.press("s")
    page.keyboard.type(words)
    press(page, "Enter")
    press(page, "n")
