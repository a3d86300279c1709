/* One statement after the other without loading the page anew. Whatever does not work so is sent like any form. */

const said = document.createElement("p");
said.className = "visually-hidden";
said.setAttribute("role", "status");
document.body.append(said);

const tokenField = () => document.querySelector("[data-answers] [name=token]");
const token = tokenField()?.value; // of the page that was loaded: a browser that keeps no cookie stays the same voter
let isSending = false;

/* The next statement gets the focus, which reads it out; what one has just answered is said before it. */
function show(text, address) {
  const loaded = new DOMParser().parseFromString(text, "text/html");
  const fresh = loaded.querySelector("[data-statements]");
  if (!fresh) {
    window.location.assign(address);
    return;
  }
  document.querySelector("[data-statements]").replaceWith(fresh);
  document.title = loaded.title;
  window.history.pushState({ token }, "", address);
  if (tokenField()) tokenField().value = token;
  const place = fresh.querySelector(".statements-top p").textContent;
  const answer = fresh.querySelector(".told__title")?.textContent ?? "";
  said.textContent = `${answer} ${place}`.replace(/\s+/g, " ").trim();
  fresh.querySelector("[data-statement-words]")?.focus();
}

function sendAsForm(form, { name, value }) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
  form.submit();
}

async function answer(form, button) {
  const body = new URLSearchParams(new FormData(form));
  body.set(button.name, button.value);
  button.setAttribute("aria-disabled", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body });
    if (!(response.ok && response.redirected)) throw new Error(response.status); // a puzzle, a pause, the closing
    show(await response.text(), response.url);
  } catch {
    sendAsForm(form, button);
  }
}

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-answers]")) return;
  event.preventDefault();
  if (isSending) return; // another tap of the same wish
  isSending = true;
  await answer(event.target, event.submitter);
  isSending = false;
});
window.addEventListener("popstate", ({ state }) => state && window.location.reload()); // a link within the page has none
