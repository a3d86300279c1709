// What makes a case quicker to decide; without it, everything works by hand.

const RENEW = 2 * 60 * 1000; // milliseconds; well within the five minutes that a case counts as looked at
const TWO_DIGITS = 700; // milliseconds until a digit that may begin a longer number stands for itself

const form = document.querySelector("[data-decision]");
const said = document.querySelector("[data-said]");
document.querySelector("[data-problem]")?.focus();

function say(words) {
  said.textContent = words;
}

// Digits choose clauses by their numbers. One that may begin a longer number waits a little for the second.

let digits = "";
let waiting = 0;

function clauseNumbered(number) {
  return [...form.querySelectorAll("[data-number]")].find((box) => box.dataset.number === number);
}

function chooseClause() {
  clearTimeout(waiting);
  const box = clauseNumbered(digits);
  digits = "";
  box?.click();
}

function typeDigit(digit) {
  clearTimeout(waiting);
  digits += digit;
  const longer = [...form.querySelectorAll("[data-number]")].some(
    (box) => box.dataset.number !== digits && box.dataset.number.startsWith(digits),
  );
  if (longer) waiting = setTimeout(chooseClause, TWO_DIGITS);
  else chooseClause();
}

// A clause that was chosen stands with the chosen ones.
function showChosen(box) {
  const chip = box.closest("label");
  const far = chip.closest("details");
  if (!box.checked || !far) return;
  const hadFocus = chip.contains(document.activeElement);
  far.before(chip);
  if (hadFocus) box.focus();
}

// shortcuts.js knows when a key is meant; it asks here about those that are on no button.
function takeKeys() {
  document.addEventListener("shortcuts:key", (event) => {
    const key = event.detail;
    if (!/^[0-9]$/.test(key)) return;
    typeDigit(key);
    event.preventDefault();
  });
}

// While exactly one clause is chosen and nobody has written a reason of their own, offer the one that fits the decision.
function fitReason(isRedaction) {
  const boxes = [...form.querySelectorAll("[data-reason]")];
  const usual = new Set(boxes.flatMap(({ dataset }) => [dataset.reason, dataset.redaction]));
  const reason = form.elements.reason;
  if (form.hasAttribute("data-reply") || (reason.value && !usual.has(reason.value))) return;
  const chosen = boxes.filter((box) => box.checked);
  const [one] = chosen;
  reason.value = chosen.length === 1 ? one.dataset[isRedaction ? "redaction" : "reason"] : "";
}

function offerReasons() {
  form.addEventListener("change", (event) => {
    const isClause = event.target.matches("[data-reason]");
    if (isClause) showChosen(event.target);
    if (isClause || event.target.name === "passages" || event.target.name === "places") {
      fitReason(form.querySelector("[name=passages]:checked, [name=places]:checked"));
    }
  });
}

// Somebody who reads for longer than a lease still has the case, as long as they do something.
function keepTaken() {
  let active = false;
  for (const name of ["keydown", "pointermove", "scroll"]) {
    document.addEventListener(name, () => (active = true), { passive: true, capture: true });
  }
  setInterval(() => {
    if (!active || document.hidden) return;
    active = false;
    const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "X-Requested-With": "XMLHttpRequest" };
    fetch(form.dataset.take, { method: "POST", headers }).catch(() => {});
  }, RENEW);
}

// A serious case asks once; the page that the server would answer with asks the same.
function isSure(button) {
  const sure = form.elements.sure;
  const takesOut = ["redact", "return"].includes(button.value);
  const asked = [button.value, takesOut && form.dataset.repeated].filter(Boolean).join(" ");
  if (!sure.dataset.sure || button.name !== "action" || sure.value === asked) return true;
  sure.value = asked;
  say(`${sure.dataset.sure} ${button.firstChild.textContent.trim()}`);
  for (const each of document.querySelectorAll(".is-asked")) each.classList.remove("is-asked");
  button.classList.add("is-asked");
  document.dispatchEvent(new Event("shortcuts:rest"));
  return false;
}

// A double click is one decision, and Enter in a checkbox is none.
function sendOnce() {
  let sent = false;
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    const means = Boolean(button?.value) || Boolean(button?.hasAttribute("formaction"));
    const isDecision = button?.name === "action" && button.value;
    if (isDecision && form.elements.reason.value) fitReason(button.value === "redact");
    if (sent || !means || !isSure(button)) event.preventDefault();
    else sent = true;
  });
  window.addEventListener("pageshow", () => (sent = false));
}

// Whoever hands a case over writes first; Escape leads back to the text.
function openHandOver() {
  const panel = document.querySelector(".hand-over");
  // At once and not with "toggle", which comes later: what is typed meanwhile would be taken for keys.
  panel?.querySelector("summary").addEventListener("click", (event) => {
    if (panel.open) return;
    event.preventDefault();
    panel.open = true;
    panel.querySelector("textarea").focus();
  });
  panel?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
}

openHandOver();
if (form) {
  offerReasons();
  keepTaken();
  sendOnce();
  takeKeys();
}
