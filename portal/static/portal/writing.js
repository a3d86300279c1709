/* Comforts for writing: a draft kept on the device, a counter near the limit, a copy button. Nothing here is needed. */

const NEAR = 0.9; // of the limit: a counter earlier than that only distracts
const prefix = "draft:";

/* A browser without room, or told not to keep anything, keeps nothing. */
function stored(action) {
  try {
    return action(window.localStorage);
  } catch {
    return null;
  }
}

function keepDraft(form) {
  const key = prefix + form.dataset.draft;
  const text = form.querySelector("textarea");
  const note = form.querySelector("[data-draft-note]");
  const draft = stored((storage) => storage.getItem(key));
  if (draft && !text.value) {
    text.value = draft;
    note.hidden = false;
  }
  text.addEventListener("input", () => {
    stored((storage) => (text.value ? storage.setItem(key, text.value) : storage.removeItem(key)));
    note.hidden = !text.value;
  });
  form.querySelector("[data-draft-drop]").addEventListener("click", () => {
    stored((storage) => storage.removeItem(key));
    text.value = "";
    note.hidden = true;
    text.focus();
  });
  form.addEventListener("submit", () => stored((storage) => storage.setItem("draft-sent", key)));
}

/* The receipt is the proof that the text arrived; only then is the draft dropped. */
function dropSentDraft() {
  stored((storage) => {
    storage.removeItem(storage.getItem("draft-sent"));
    storage.removeItem("draft-sent");
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
    await navigator.clipboard.writeText(window.location.href.replace(/&new=1|#.*/g, ""));
    words.textContent += " ✓";
    button.disabled = true;
  });
}

document.querySelectorAll("form[data-draft]").forEach(keepDraft);
document.querySelectorAll("textarea[maxlength]").forEach(countNearLimit);
document.querySelectorAll("[data-copy]").forEach(offerCopy);
if (document.querySelector("[data-sent]")) dropSentDraft();
