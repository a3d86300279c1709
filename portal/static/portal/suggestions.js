/* Words that are selected in the passage become the words to replace. Without script they are typed or pasted. */

const passage = document.querySelector("[data-words-of-passage]");
const field = document.querySelector("[name=old_words]");
let taken = ""; // from the passage; what somebody typed is left alone

function take() {
  const selection = document.getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!passage.contains(range.startContainer) || !passage.contains(range.endContainer)) return;
  const words = selection.toString().replace(/\s+/g, " ").trim();
  if (!words || words === field.value || (field.value && field.value !== taken)) return;
  field.value = taken = words;
  field.dispatchEvent(new Event("input", { bubbles: true })); // the draft on the device is kept by it
}

if (passage && field) {
  document.querySelector("[data-select-hint]").hidden = false;
  document.addEventListener("selectionchange", take);
}
