// Single keys that press the button they are written on. They can be switched off, and rest while somebody types.

const KEPT = "parley.shortcuts";
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

const buttons = new Map(
  [...document.querySelectorAll("[data-shortcut]")].map((button) => [button.dataset.shortcut, button]),
);
const switches = document.querySelectorAll("[data-shortcuts-switch]");

const areOn = () => localStorage.getItem(KEPT) !== "off";

function show() {
  const on = areOn();
  for (const box of switches) box.checked = on;
  for (const [key, button] of buttons) {
    if (on) button.setAttribute("aria-keyshortcuts", key.toUpperCase());
    else button.removeAttribute("aria-keyshortcuts");
    button.querySelector("kbd").hidden = !on;
  }
}

function label(key, button) {
  const shown = document.createElement("kbd");
  shown.textContent = key.toUpperCase();
  shown.setAttribute("aria-hidden", "true");
  button.append(shown);
}

function isMeant(event) {
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing;
  return areOn() && !modified && !event.defaultPrevented && !event.target.closest(TYPING) && !document.querySelector("dialog[open]");
}

for (const [key, button] of buttons) label(key, button);
for (const box of switches) {
  box.closest("[data-shortcuts]").hidden = false;
  box.addEventListener("change", () => {
    localStorage.setItem(KEPT, box.checked ? "on" : "off");
    show();
  });
}
document.addEventListener("keydown", (event) => {
  const button = buttons.get(event.key.toLowerCase());
  if (button && isMeant(event)) {
    event.preventDefault();
    button.click();
  }
});
show();
