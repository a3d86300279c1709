// Keeps the progress of exports up to date, and shows the download as soon as there is one.

const PAUSE = 1000; // milliseconds
const SAID_EVERY = 25; // per cent: a screen reader is not told each second

const list = document.querySelector("[data-exports]");
const status = document.querySelector("[data-exports-said]");
const numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);
const said = new Map();

function show({ id, state, written, matched, per_cent: perCent }) {
  const row = list.querySelector(`[data-export="${id}"]`);
  const part = (name) => row.querySelector(`[data-export-${name}]`);
  part("state").textContent = state;
  part("written").textContent = numbers.format(written);
  part("matched").textContent = numbers.format(matched);
  part("bar").value = perCent;
  const step = Math.floor(perCent / SAID_EVERY) * SAID_EVERY;
  if (step > (said.get(id) ?? 0)) status.textContent = `${step} %`;
  said.set(id, step);
}

async function look() {
  try {
    const answer = await fetch(list.dataset.exports, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const { exports } = await answer.json();
      const shown = list.querySelectorAll("[data-export-bar]").length;
      if (exports.length !== shown) return location.reload();
      exports.forEach(show);
    }
  } catch {
    // The site cannot be reached just now; the next look may find it.
  }
  return setTimeout(look, PAUSE);
}

if (list) setTimeout(look, PAUSE);
