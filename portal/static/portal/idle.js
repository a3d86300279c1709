// Staff are signed out when nothing is heard of them for a while. Whoever types is heard of, although no page is asked
// for; whoever does not is warned in time. What was typed stays on the page either way.

const WARNED_BEFORE = 120; // seconds
const HEARD_EVERY = 240; // seconds between two signs of somebody who types

const notice = document.querySelector("[data-idle]");
const limit = Number(notice?.dataset.idle) * 1000;
const csrfToken = () => JSON.parse(document.getElementById("wagtail-config")?.textContent ?? "{}").CSRF_TOKEN ?? "";

let heardAt = Date.now(); // by the server
let activeAt = Date.now(); // at this page

const stay = async () => {
  const headers = { "X-CSRFToken": csrfToken() };
  const answer = await fetch(notice.dataset.stay, { method: "POST", headers }).catch(() => null);
  if (answer?.ok) {
    heardAt = Date.now();
    notice.hidden = true;
  } else if (answer) {
    show("out");
  }
};

const show = (state) => {
  for (const part of notice.querySelectorAll("[data-idle-state]")) {
    part.hidden = part.dataset.idleState !== state;
  }
  notice.hidden = false;
};

const look = () => {
  const silent = Date.now() - heardAt;
  if (activeAt > heardAt && silent > HEARD_EVERY * 1000 && silent < limit) {
    stay();
  } else if (silent > limit) {
    show("out");
  } else if (silent > limit - WARNED_BEFORE * 1000) {
    show("soon");
  }
};

if (notice) {
  for (const event of ["input", "pointerdown", "keydown"]) {
    document.addEventListener(event, () => { activeAt = Date.now(); }, { passive: true });
  }
  notice.querySelector("[data-idle-stay]").addEventListener("click", stay);
  setInterval(look, 15000);
}
