/* Saves what is typed into a questionnaire that was saved by hand before, now and then; the button does the same. */

const SAVED_EVERY_MS = 30_000;

function saveByItself(form) {
  const version = form.querySelector("[name=saved_version]");
  const said = form.querySelector("[data-autosave-said]");
  let timer = 0; // of the next saving
  let saving = null; // the one that is under way
  let isOver = false;

  function wait() {
    if (!timer && !isOver) timer = window.setTimeout(begin, SAVED_EVERY_MS);
  }

  function begin() {
    timer = 0;
    saving = save().finally(() => {
      saving = null;
    });
  }

  async function save() {
    const body = new URLSearchParams(new FormData(form));
    let response;
    try {
      response = await fetch(form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json" } });
    } catch {
      wait(); // the network is away; what is typed stands on this page
      return;
    }
    if (!response.ok || response.redirected) {
      end(response.status === 409 ? "conflict" : "failed");
      return;
    }
    const answer = await response.json();
    version.value = answer.version;
    said.textContent = answer.said;
  }

  /* What the server refuses once it would refuse again: from here on a person has to look. */
  function end(why) {
    isOver = true;
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
    await saving;
    form.requestSubmit(event.submitter);
  });
}

document.querySelectorAll("form[data-autosave]").forEach(saveByItself);
