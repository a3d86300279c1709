/* Comforts for writing: one text for many taps, a draft kept on the device, a counter near the limit, a copy button. Nothing here is needed. */

const SENDING_MS = 15_000; // then the button may be pressed again: the answer may have been lost on the way
const TAPS_MS = 700; // within which a second tap on Support is the same wish
const NEAR = 0.9; // of the limit: a counter earlier than that only distracts
const prefix = "draft:";
const kept = "textarea, [name=title], .question input, input[name^=question-], select[name^=question-]"; // what people write and choose; who they are is for no draft

/* A browser without room, or told not to keep anything, keeps nothing. */
function stored(action) {
  try {
    return action(window.localStorage);
  } catch {
    return null;
  }
}

const isChoice = (field) => field.matches("[type=radio], [type=checkbox]");
const isFilled = (field) => field.value !== "" && (field.checked || !isChoice(field)); // "No answer" is none

/* Fields of one name are told apart by what they can hold. */
function takes(field, value) {
  if (field.options) return [...field.options].some((each) => each.value === value);
  return !isChoice(field) || field.value === value;
}

function fillIn(fields, draft) {
  for (const [name, value] of draft) {
    const field = fields.find((each) => each.name === name && takes(each, value));
    if (field && isChoice(field)) field.checked = true;
    else if (field) field.value = value;
  }
}

function empty(fields) {
  for (const field of fields) {
    if (isChoice(field)) field.checked = field.value === "";
    else field.value = "";
  }
}

/* Of answers that were saved, a draft goes on from one version: over a later one it would undo what somebody else saved. */
function keyOf(form) {
  const version = form.querySelector("[name=saved_version]");
  return prefix + form.dataset.draft + (version ? ` ${version.value}` : "");
}

function keepDraft(form) {
  let key = keyOf(form);
  const wasSaved = key !== prefix + form.dataset.draft; // then the fields hold what was saved, and the draft is newer
  const fields = [...form.querySelectorAll(kept)];
  const note = form.querySelector("[data-draft-note]");
  const draft = stored((storage) => JSON.parse(storage.getItem(key)));

  function keep() {
    const filled = fields.filter(isFilled);
    const values = JSON.stringify(filled.map((field) => [field.name, field.value]));
    stored((storage) => (filled.length || wasSaved ? storage.setItem(key, values) : storage.removeItem(key)));
    note.hidden = filled.length === 0;
  }

  function forget() {
    stored((storage) => storage.removeItem(key));
    note.hidden = true;
  }

  if (draft && wasSaved) empty(fields);
  if (draft && !fields.some(isFilled)) fillIn(fields, draft);
  note.hidden = !(draft && fields.some(isFilled));
  form.addEventListener("input", keep);
  form.addEventListener("autosaved", (event) => {
    forget();
    key = keyOf(form);
    if (event.detail.typedSince) keep();
  });
  form.querySelector("[data-draft-drop]").addEventListener("click", () => {
    forget();
    if (wasSaved) return; // what stands there is not on this device alone
    empty(fields);
    fields[0].focus();
  });
  form.addEventListener("submit", () => stored((storage) => storage.setItem("draft-sent", prefix + form.dataset.draft)));
  if (draft && wasSaved) form.dispatchEvent(new Event("input")); // so that it is saved by itself soon
}

/* The receipt is the proof that the text arrived; only then is the draft dropped, of whatever version. */
function dropSentDraft() {
  stored((storage) => {
    const sent = storage.getItem("draft-sent");
    const drafts = Object.keys(storage).filter((key) => key === sent || key.startsWith(`${sent} `));
    for (const key of [...drafts, "draft-sent"]) storage.removeItem(key);
  });
}

function countNearLimit(field) {
  const counter = document.createElement("p");
  counter.className = "field__counter";
  counter.setAttribute("aria-live", "polite");
  field.after(counter);
  const show = () => {
    const left = field.maxLength - field.value.length;
    counter.textContent = left > field.maxLength * (1 - NEAR) ? "" : `${left.toLocaleString()} / ${field.maxLength.toLocaleString()}`;
  };
  field.addEventListener("input", show);
  show();
}

function offerCopy(button) {
  const words = button.querySelector("span");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const link = document.querySelector("[data-copied]")?.href; // another address than that of this page
    await navigator.clipboard.writeText(link ?? window.location.href.replace(/&new=1|#.*/g, ""));
    words.textContent += " ✓";
    button.disabled = true;
  });
}

/* What makes the same form, sent again, the same: it stays with this entry of the history, through Back and reload. */
function tokenOfThisPage() {
  const state = window.history.state ?? {};
  const random = () => Array.from(window.crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0"));
  const token = state.token ?? random().join("");
  window.history.replaceState({ ...state, token }, "");
  return token;
}

/* A tap is answered at once, and another one while the form is under way sends nothing. */
function sendOnce(form) {
  const status = document.createElement("span");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  form.append(status);
  let restore = null;
  form.addEventListener("submit", (event) => {
    if (restore) {
      event.preventDefault();
      return;
    }
    const button = event.submitter;
    const [words, sending] = [button.textContent, button.dataset.sending];
    const timer = window.setTimeout(() => restore?.(), SENDING_MS);
    button.setAttribute("aria-disabled", "true");
    if (sending) button.textContent = status.textContent = sending;
    restore = () => {
      window.clearTimeout(timer);
      button.removeAttribute("aria-disabled");
      if (sending) [button.textContent, status.textContent] = [words, ""];
      restore = null;
    };
  });
  window.addEventListener("pageshow", () => restore?.());
}

function showSupport(button, { supported, count, address }) {
  const said = button.parentElement.querySelector(".supporting__said");
  let number = button.querySelector(".support__count");
  if (!number) {
    number = document.createElement("span");
    number.className = "support__count";
    button.querySelector(".icon").after(number);
  }
  number.textContent = count;
  if (supported) button.setAttribute("aria-pressed", "true");
  else button.removeAttribute("aria-pressed");
  button.formAction = address;
  said.hidden = !supported;
}

/* Support is given and taken back where the reader is: the button changes, and it is read out. Whatever does not work
   so (a puzzle is asked for, the network is gone) is sent like any form. */
function supportHere(form) {
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.body.append(status);
  let quietUntil = 0; // another tap of the same wish
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (performance.now() < quietUntil) return;
    quietUntil = Infinity;
    const button = event.submitter;
    const body = new URLSearchParams(new FormData(form));
    try {
      const response = await fetch(button.formAction, { method: "POST", body, headers: { Accept: "application/json" } });
      const answer = await response.json();
      showSupport(button, answer);
      status.textContent = answer.said;
    } catch {
      form.action = button.formAction;
      form.submit();
    }
    quietUntil = performance.now() + TAPS_MS;
  });
}

for (const field of document.querySelectorAll("[name=token]")) {
  field.value ||= tokenOfThisPage();
  if (field.form.id === "support") supportHere(field.form);
}
new Set([...document.querySelectorAll("[data-sending]")].map((button) => button.form)).forEach(sendOnce);
document.querySelectorAll("form[data-draft]").forEach(keepDraft);
document.querySelectorAll("textarea[maxlength]").forEach(countNearLimit);
document.querySelectorAll("[data-copy]").forEach(offerCopy);
if (document.querySelector("[data-sent]")) dropSentDraft();
