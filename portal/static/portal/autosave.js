/* Saves what is typed into a questionnaire that was saved by hand before, now and then; the button does the same. */

const SAVED_EVERY_MS = 30_000;
const ANSWER_MS = 15_000; // without an answer for so long, the network counts as away

function saveByItself(form) {
  const version = form.querySelector("[name=saved_version]");
  const said = form.querySelector("[data-autosave-said]");
  let timer = 0; // of the next saving
  let saving = null; // the one that is under way; there is never a second, which would look like somebody else's
  let isPressed = false; // a button, which waits for it
  let isOver = false;

  function wait() {
    if (!timer && !isOver) timer = window.setTimeout(begin, SAVED_EVERY_MS);
  }

  function begin() {
    timer = 0;
    if (saving) {
      wait();
      return;
    }
    saving = save().finally(() => {
      saving = null;
    });
  }

  async function save() {
    const body = new URLSearchParams(new FormData(form));
    let response;
    let answer;
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      response = await fetch(form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json" }, signal });
      answer = await jsonOf(response);
    } catch {
      wait(); // the network is away; what is typed stands on this page
      return;
    }
    if (response.ok && answer.version) note(answer);
    else end(answer.why === "conflict" ? "conflict" : "failed");
  }

  /* What is no JSON is a page for people, which says why nothing was saved. */
  async function jsonOf(response) {
    const isJson = response.headers.get("Content-Type")?.includes("json");
    return isJson ? response.json() : {};
  }

  function note(answer) {
    version.value = answer.version;
    said.textContent = answer.said;
    form.dispatchEvent(new CustomEvent("autosaved", { detail: { typedSince: timer !== 0 } }));
  }

  /* What the server refuses once it would refuse again: from here on a person has to look. */
  function end(why) {
    isOver = true;
    window.clearTimeout(timer);
    timer = 0;
    said.textContent = "";
    form.querySelector(`[data-autosave-${why}]`).hidden = false;
  }

  form.addEventListener("input", wait);
  form.addEventListener("submit", async (event) => {
    window.clearTimeout(timer);
    timer = 0;
    if (!saving) return;
    event.preventDefault(); // sent with the version from before, it would look like somebody else's
    event.stopImmediatePropagation();
    if (isPressed) return;
    isPressed = true;
    try {
      await saving;
    } finally {
      isPressed = false;
      form.requestSubmit(event.submitter);
    }
  });
}

document.querySelectorAll("form[data-autosave]").forEach(saveByItself);
