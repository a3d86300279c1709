// When the half minute is over, a button that takes a decision back would only disappoint.

for (const undo of document.querySelectorAll("[data-undo]")) {
  setTimeout(() => (undo.hidden = true), Number(undo.dataset.undo) * 1000);
}
