// Codes a text, and leads to the next one, without loading the page anew: the same addresses answer, and only the part
// that changes is put in the place of the old one. The keys press the buttons that they are written on.

const KEY = "data-coding-key";
let isBusy = false;

const part = () => document.querySelector("[data-coding]");

async function swap(address, options) {
  if (isBusy) return;
  isBusy = true;
  const was = document.activeElement?.getAttribute(KEY);
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, ...options });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const coming = fresh.querySelector("[data-coding]");
    if (!response.ok || !coming || fresh.querySelector(".messages li")) {
      location.assign(response.url); // signed out, gone, or something to be read first
      return;
    }
    part().replaceWith(document.adoptNode(coming));
    history.replaceState(null, "", response.url);
    focusOn(was, options);
  } catch {
    if (!options) location.assign(address); // the browser's own page says that the network is away
    else document.querySelector("[data-coding-away]").hidden = false;
  } finally {
    isBusy = false;
  }
}

// After a code the focus stays on its button; after another text it goes to the heading of that one, which is read out.
function focusOn(key, isCoding) {
  const same = isCoding && key && part().querySelector(`[${KEY}="${CSS.escape(key)}"]`);
  (same || part().querySelector("#text"))?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  swap(link.href);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-coding-form]")) return;
  event.preventDefault();
  swap(event.target.action, { method: "POST", body: new FormData(event.target, event.submitter) });
});

document.addEventListener("shortcuts:key", (event) => {
  const target = part().querySelector(`[${KEY}="${CSS.escape(event.detail)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.focus();
  else target.click();
});
