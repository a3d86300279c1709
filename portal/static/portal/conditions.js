/* Shows a question only while it applies. Without this it stands there with a sentence that says to whom it applies. */

const conditional = [...document.querySelectorAll("[data-shown-if]")].map((part) => ({ part, condition: JSON.parse(part.dataset.shownIf) }));

/* In the order of the questions: what is chosen in a hidden one does not count. */
function update() {
  for (const { part, condition: [question, values] } of conditional) {
    const chosen = [...document.querySelectorAll(`[name="question-${question}"]:checked`)];
    part.hidden = !chosen.some((each) => values.includes(each.value) && !each.closest("[hidden]"));
    part.querySelector("[data-condition]").hidden = true;
  }
}

for (const form of new Set(conditional.map(({ part }) => part.closest("form")))) form.addEventListener("input", update);
/* A draft that is thrown away, or filled in again, tells no field; a click comes before it. */
document.addEventListener("click", () => window.setTimeout(update));
window.addEventListener("pageshow", update);
update();
