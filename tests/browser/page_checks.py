"""What is wrong with a page, as lists of plain sentences: an empty list is a page that is well."""

from urllib.parse import urlsplit

CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Elements that stick out of the window; those in a box of their own that scrolls or clips do not count.
STICKS_OUT = """() => {
  const page = document.documentElement, room = page.clientWidth;
  if (page.scrollWidth <= room) return [];
  const boxed = (e) => e !== document.body && (getComputedStyle(e).overflowX !== "visible" || boxed(e.parentElement));
  const sticksOut = (e) => {
    const { left, right, width } = e.getBoundingClientRect();
    return width > 1 && (right > room + 1 || left < -1) && !boxed(e.parentElement);
  };
  return [...document.body.querySelectorAll("*")].filter(sticksOut)
    .map((e) => `sticks out: ${e.tagName} ${e.getAttribute("class")} ${e.textContent.trim().slice(0, 40)}`)
    .concat(`the page is ${page.scrollWidth} px wide in a window of ${room} px`);
}"""

# Text whose box hides part of it. What only screen readers meet, or ends in an ellipsis on purpose, does not count.
CUT_OFF = """() => {
  const ownText = (e) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
  const cutsOff = (e) => {
    const style = getComputedStyle(e);
    const clips = ["hidden", "clip"].some((o) => o === style.overflowX || o === style.overflowY);
    const meant = e.clientWidth <= 1 || style.clipPath !== "none" || style.textOverflow === "ellipsis";
    return clips && !meant && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
  };
  return [...document.body.querySelectorAll("*")].filter((e) => ownText(e) && cutsOff(e))
    .map((e) => `cut off: ${e.tagName} ${e.getAttribute("class")} ${e.textContent.trim().slice(0, 40)}`);
}"""


# The controls and the words of a case's page that are seen beside the citizen's own, in or out of the window.
BESIDE_THE_TEXT = """() => {
  const main = document.querySelector("main");
  const theirs = (e) => e.closest("[data-text], .case-preview p, header, .w-slim-header, .messages, .tray");
  const seen = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 1 && !e.closest(".w-sr-only");
  const controls = [...main.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((e) => e.type !== "hidden" && seen(e) && !theirs(e));
  const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  let words = 0;
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (parent.closest("kbd, script") || theirs(parent) || !seen(parent)) continue;
    words += walk.currentNode.data.split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word)).length;
  }
  return [controls.length, words];
}"""

# A bar that sticks to an edge of the window lies over what scrolling uncovers: what it covers is chance.
UNSTICK = """() => {
  const stuck = [...document.body.querySelectorAll("*")].filter((e) => getComputedStyle(e).position === "sticky");
  for (const e of stuck) e.style.position = "static";
}"""


# A message that fades in is pale for a while, on a busy machine for long. What never ends, such as a spinner, goes on.
FINISH_FADING = """() => {
  for (const one of document.getAnimations())
    if (Number.isFinite(one.effect.getComputedTiming().endTime)) one.finish();
}"""


def show(page, size, scheme):
    """Show the page in a window of this size, by day or by night, with every change of colour done."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.evaluate(FINISH_FADING)


def barriers(page, within=None):
    """Return what axe finds on the page or in one part of it."""
    from axe_playwright_python.sync_playwright import Axe  # of the extra that not everybody installs

    page.evaluate(UNSTICK)
    page.evaluate(FINISH_FADING)
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, context=within, options=options).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def does_not_fit(page):
    """Return what sticks out sideways or is cut off."""
    return page.evaluate(STICKS_OUT) + page.evaluate(CUT_OFF)


class Watch:
    """Notes what the browser complains about while somebody uses the site."""

    def __init__(self):
        self.complaints = []

    def over(self, page):
        """Listen to a page."""
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("request", self.see)
        page.on("response", self.judge)

    def hear(self, message):
        """Note errors and warnings; that a page's own address answers with an error is for its test to say.

        Wagtail's checks beside the editor report what axe found as an error.
        """
        of_the_page = message.text.startswith("Failed to load resource") and message.location["url"] == message.page.url
        is_report = message.text.startswith("axe.run results")
        if message.type in ("error", "warning") and not of_the_page and not is_report:
            self.complaints.append(f"console: {message.text}")

    def see(self, request):
        """Note what is fetched from elsewhere."""
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            self.complaints.append(f"elsewhere: {request.url}")

    def judge(self, response):
        """Note a fault of the server, and anything missing that a page needs."""
        if response.status >= 500 or (response.status >= 400 and not response.request.is_navigation_request()):
            self.complaints.append(f"{response.status}: {response.url}")
