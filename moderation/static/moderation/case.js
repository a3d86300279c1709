// What makes a case quicker to decide; without it, everything works by hand.

const RENEW = 2 * 60 * 1000; // milliseconds; well within the five minutes that a case counts as looked at

const GRACE = 30 * 1000; // milliseconds, from the moment that the page is there

const form = document.querySelector("[data-decision]");
document.querySelector("[data-problem]")?.focus();

function takeSelection(button) {
  const text = document.querySelector("[data-text]");
  const others = form.elements.others;
  const said = document.querySelector("[data-selection-said]");
  button.hidden = false;
  // A pressed button would clear the selection before we can read it.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const selection = document.getSelection();
    const passage = selection.toString().trim();
    if (!passage || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) {
      said.textContent = button.dataset.nothing;
      return;
    }
    others.value = [others.value.trim(), passage].filter(Boolean).join("\n");
    said.textContent = `${button.dataset.taken} “${passage}”`;
  });
}

// While exactly one clause is chosen and nobody has written a reason of their own, offer the clause's.
function offerReasons() {
  const boxes = [...form.querySelectorAll("[data-reason]")];
  const usual = new Set(boxes.map((box) => box.dataset.reason));
  const reason = form.elements.reason;
  form.addEventListener("change", (event) => {
    if (!boxes.includes(event.target) || (reason.value && !usual.has(reason.value))) return;
    const chosen = boxes.filter((box) => box.checked);
    reason.value = chosen.length === 1 ? chosen[0].dataset.reason : "";
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

// A double click is one decision, and Enter in a checkbox is none.
function sendOnce() {
  let sent = false;
  form.addEventListener("submit", (event) => {
    const means = Boolean(event.submitter?.value) || Boolean(event.submitter?.hasAttribute("formaction"));
    if (sent || !means) event.preventDefault();
    sent ||= means;
  });
  window.addEventListener("pageshow", () => (sent = false));
}

// When the half minute is over, the button that takes a decision back would only disappoint.
function endUndo() {
  for (const undo of document.querySelectorAll("[data-undo]")) setTimeout(() => (undo.hidden = true), GRACE);
}

endUndo();
if (form) {
  takeSelection(form.querySelector("[data-take-selection]"));
  offerReasons();
  keepTaken();
  sendOnce();
}
