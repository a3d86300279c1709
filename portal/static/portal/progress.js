// Keeps the progress of jobs up to date, and loads the page again as soon as one of them is over.

const POLL_MILLISECONDS = 1000;
const ANNOUNCED_PER_CENT = 25; // a screen reader is not told each second

const list = document.querySelector("[data-jobs]");
const status = document.querySelector("[data-jobs-said]");
const numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);
const announced = new Map();

function show({ id, state, done, total, per_cent: perCent }) {
  const job = document.querySelector(`[data-job="${id}"]`);
  const part = (name) => job.querySelector(`[data-progress-${name}]`);
  part("state").textContent = state;
  part("counts").hidden = !total; // before it is known, 0 / 0 would say that there is nothing to do
  part("done").textContent = numbers.format(done);
  part("total").textContent = numbers.format(total);
  part("bar").value = perCent;
  const step = Math.floor(perCent / ANNOUNCED_PER_CENT) * ANNOUNCED_PER_CENT;
  if (step > (announced.get(id) ?? 0)) status.textContent = `${step} %`;
  announced.set(id, step);
}

async function poll() {
  try {
    const response = await fetch(list.dataset.jobs, { headers: { Accept: "application/json" } });
    if (response.ok) {
      const { jobs } = await response.json();
      const shown = [...document.querySelectorAll("[data-progress-bar]")].map((bar) => bar.closest("[data-job]").dataset.job);
      if (shown.join() !== jobs.map((job) => job.id).join()) return location.reload();
      jobs.forEach(show);
    }
  } catch {
    // The site cannot be reached just now; the next poll may find it.
  }
  return setTimeout(poll, POLL_MILLISECONDS);
}

if (list) setTimeout(poll, POLL_MILLISECONDS);
