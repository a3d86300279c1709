// Single keys that press the button they are written on. They can be switched off for good, and rest while somebody
// types and for a moment after a page has appeared: a key that was meant for the page before does nothing. And what was
// decided is read out together with what is left.

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const DIALOG = "dialog[open], .w-dialog:not([aria-hidden])";
const MOMENT = 500; // milliseconds; a live region that is filled before anybody listens says nothing

const wagtail = JSON.parse(document.getElementById("wagtail-config")?.textContent ?? "{}");
const place = document.querySelector("[data-shortcuts]");
const box = document.querySelector("[data-shortcuts-switch]");
const buttons = new Map(
  [...document.querySelectorAll("[data-shortcut]")].map((button) => [button.dataset.shortcut, button]),
);
const fields = new Map(
  [...document.querySelectorAll("[data-shortcut-focus]")].map((field) => [field.dataset.shortcutFocus, field]),
);
const rows = [...document.querySelectorAll("[data-row]")];
const described = [...document.querySelectorAll("[data-key]")]; // keys that a page's own script acts on
let on = wagtail.KEYBOARD_SHORTCUTS_ENABLED !== false; // the account's own setting
let appeared = performance.now();

function show() {
  if (box) box.checked = on;
  for (const hint of document.querySelectorAll("[data-shortcuts-hint]")) hint.hidden = !on;
  for (const [key, target] of [...buttons, ...fields]) {
    if (on) target.setAttribute("aria-keyshortcuts", key.toUpperCase());
    else target.removeAttribute("aria-keyshortcuts");
    const label = target.querySelector("kbd");
    if (label) label.hidden = !on;
  }
}

function label(key, button) {
  const shown = document.createElement("kbd");
  shown.textContent = key.toUpperCase();
  shown.setAttribute("aria-hidden", "true");
  button.append(shown);
}

// The account keeps the choice; it is the setting that Wagtail shows under “Account”, so it counts for its keys, too.
function keep() {
  on = box.checked;
  show();
  fetch(place.dataset.shortcuts, {
    method: "POST",
    keepalive: true,
    headers: { [wagtail.CSRF_HEADER_NAME ?? "X-CSRFToken"]: wagtail.CSRF_TOKEN },
    body: new URLSearchParams({ on: String(on) }),
  }).catch(() => {});
}

function rests() {
  return performance.now() - appeared < Number(place?.dataset.rest ?? 0);
}

function isMeant(event) {
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing;
  const elsewhere = event.target.closest(TYPING) || document.querySelector(DIALOG);
  return on && !modified && !event.defaultPrevented && !elsewhere && !rests();
}

function rest() {
  appeared = performance.now();
}

function step(by) {
  const at = rows.indexOf(document.activeElement);
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function act(key) {
  if (buttons.has(key)) buttons.get(key).click();
  else if (fields.has(key)) fields.get(key).focus();
  else if (rows.length && "jk".includes(key)) step(key === "j" ? 1 : -1);
  else return !document.dispatchEvent(new CustomEvent("shortcuts:key", { detail: key, cancelable: true }));
  return true;
}

function named(target) {
  const words = target.labels?.length ? target.labels[0].childNodes : target.childNodes;
  const spoken = [...words].filter((node) => node.nodeName !== "KBD");
  return spoken.map((node) => node.textContent).join("").trim();
}

// Wagtail lists its keys on “?”; those of this page come first, in the same form.
function list() {
  const table = document.querySelector("#keyboard-shortcuts-dialog table");
  if (!table || table.querySelector("[data-ours]")) return;
  const keys = [...buttons, ...fields].map(([key, target]) => [named(target), key.toUpperCase()]);
  keys.push(...described.map((each) => [each.dataset.keyLabel, each.dataset.key]));
  if (rows.length) keys.push([place.dataset.rows, "J K"]);
  const group = document.createElement("tbody");
  group.className = "w-w-full";
  group.dataset.ours = "";
  group.append(row("w-keyboard-shortcuts__category", heading(place.dataset.title, "rowgroup", "w-h4")));
  for (const [name, key] of keys) group.append(row("w-keyboard_shortcuts__key", heading(name, "row"), cell(key)));
  table.tHead.after(group);
}

function row(className, ...cells) {
  const made = document.createElement("tr");
  made.className = className;
  made.append(...cells);
  return made;
}

function heading(text, scope, className = "") {
  const made = document.createElement("th");
  Object.assign(made, { textContent: text, scope, className });
  return made;
}

function cell(key) {
  const made = document.createElement("td");
  made.append(Object.assign(document.createElement("kbd"), { textContent: key }));
  return made;
}

// A page that has just been loaded is read from its title on: say first what became of the case before.
function announce() {
  const left = document.querySelector("[data-left]");
  const items = [...document.querySelectorAll(".messages li")];
  const said = items.map((item) => (item.querySelector(".said") ?? item).textContent);
  if (!left || !said.length) return;
  const region = document.createElement("p");
  region.className = "w-sr-only";
  region.setAttribute("role", "status");
  left.after(region);
  const words = [...said, left.dataset.left].map((sentence) => sentence.replace(/\s+/g, " ").trim());
  setTimeout(() => (region.textContent = words.join(" ")), MOMENT);
}

for (const [key, button] of buttons) label(key, button);
if (place) {
  place.hidden = false;
  box.addEventListener("change", keep);
  document.addEventListener("keydown", (event) => event.key === "?" && list(), { capture: true });
  document.addEventListener("w-dialog:shown", list);
}
document.addEventListener("keydown", (event) => {
  if (isMeant(event) && act(event.key.toLowerCase())) event.preventDefault();
});
window.addEventListener("pageshow", rest);
document.addEventListener("shortcuts:rest", rest); // a page's own script shows something that has to be read as well
show();
announce();
