// Keeps the progress of a replay up to date, and shows the report as soon as there is one.

const PAUSE = 1000; // milliseconds
const SAID_EVERY = 25; // per cent: a screen reader is not told each second

const place = document.querySelector("[data-progress]");
const part = (name) => place.querySelector(`[data-progress-${name}]`);
const numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);
let said = 0;

function show({ state, done, total, per_cent: perCent }) {
  part("state").textContent = state;
  part("done").textContent = numbers.format(done);
  part("total").textContent = numbers.format(total);
  part("bar").value = perCent;
  const step = Math.floor(perCent / SAID_EVERY) * SAID_EVERY;
  if (step > said) part("said").textContent = `${step} %`;
  said = step;
}

async function look() {
  try {
    const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const progress = await answer.json();
      if (progress.over) return location.reload();
      show(progress);
    }
  } catch {
    // The site cannot be reached just now; the next look may find it.
  }
  return setTimeout(look, PAUSE);
}

if (place) look();
