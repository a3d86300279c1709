// Codes a text, and leads to the next one, without loading the page anew: the same addresses answer, and only the part
// that changes is put in the place of the old one. The keys press the buttons that they are written on. Whatever is
// pressed while an answer is awaited has its turn after it, on the text that is shown then.

const KEY = "data-coding-key";
let turn = Promise.resolve();

const part = () => document.querySelector("[data-coding]");
const away = () => document.querySelector("[data-coding-away]");

function queue(action) {
  turn = turn.then(action, action);
}

async function swap(address, { body, isBack = false } = {}) {
  const was = document.activeElement?.getAttribute(KEY);
  let response;
  let fresh;
  try {
    response = await fetch(address, { headers: { Accept: "text/html" }, ...(body && { method: "POST", body }) });
    fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    response = null;
  }
  const coming = response?.ok && fresh.querySelector("[data-coding]");
  if (!coming) {
    if (body) away().hidden = false;
    else location.assign(address); // signed out or gone, or the browser's own page says that the network is away
    return;
  }
  away().hidden = true;
  part().replaceWith(document.adoptNode(coming));
  show(fresh.querySelector(".messages"));
  if (body || isBack) history.replaceState(null, "", response.url);
  else history.pushState(null, "", response.url);
  focusOn(was, body);
}

// What the answer says above the page stands there here, too.
function show(messages) {
  const here = document.querySelector(".messages");
  if (here && messages) here.replaceWith(document.adoptNode(messages));
}

// After a code the focus stays on its button; after another text it goes to the heading of that one, which is read out.
function focusOn(key, isCoding) {
  const same = isCoding && key && part().querySelector(`[${KEY}="${CSS.escape(key)}"]`);
  (same || part().querySelector("#text"))?.focus({ preventScroll: true });
}

function send(form, button) {
  return swap(form.action, { body: new FormData(form, button) });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  queue(() => swap(link.href));
});

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("[data-coding-form]")) return;
  event.preventDefault();
  const body = new FormData(form, submitter);
  queue(() => swap(form.action, { body }));
});

document.addEventListener("shortcuts:key", (event) => {
  const target = part().querySelector(`[${KEY}="${CSS.escape(event.detail)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.focus();
  else queue(() => press(event.detail));
});

function press(key) {
  const target = part().querySelector(`[${KEY}="${CSS.escape(key)}"]`);
  if (target?.matches("a")) return swap(target.href);
  return target?.form && send(target.form, target);
}

addEventListener("popstate", () => queue(() => swap(location.href, { isBack: true })));
