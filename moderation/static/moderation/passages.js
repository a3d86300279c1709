// What is taken out of a text: findings that are ticked, places that were selected with X, and words that were typed.
// The button says so, and the preview shows what readers will see; both as the server counts, in code points.

const CONTEXT = 40; // characters that the preview shows before and after a passage
const WORD = /[\p{L}\p{M}\p{N}_]/u;
const UNSPACED = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;

const form = document.querySelector("[data-decision]");
const text = document.querySelector("[data-text]");
const keys = form?.querySelector("[data-take-selection]");
const fields = [...(text?.querySelectorAll("[data-field]") ?? [])];
const whole = Object.fromEntries(fields.map((each) => [each.dataset.field, [...each.textContent]]));

function say(words) {
  document.querySelector("[data-said]").textContent = words;
}

// X takes the selection, in each field that it touches, and letters take findings

function placeIn(field, selected) {
  const part = document.createRange();
  part.selectNodeContents(field);
  const before = part.cloneRange();
  const { startContainer, startOffset, endContainer, endOffset } = selected;
  if (selected.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(startContainer, startOffset);
  if (selected.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(endContainer, endOffset);
  before.setEnd(part.startContainer, part.startOffset);
  const words = part.toString();
  const start = [...before.toString(), ...words.slice(0, words.length - words.trimStart().length)].length;
  return { field: field.dataset.field, start, words: words.trim() };
}

function selectedPlaces() {
  const selection = document.getSelection();
  if (!text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return [];
  const selected = selection.getRangeAt(0);
  const touched = fields.filter((field) => selected.intersectsNode(field));
  return touched.map((field) => placeIn(field, selected)).filter(({ words }) => words);
}

function takeSelection() {
  const places = selectedPlaces();
  for (const { field, start, words } of places) {
    const value = `${field}:${start}:${start + [...words].length}:${words}`;
    const same = [...form.querySelectorAll("[name=places]")].find((box) => box.value === value);
    const box = same ?? addChip(value, words);
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const said = places.map(({ words }) => `“${words}”`).join(" ");
  say(said ? `${keys.dataset.taken} ${said}` : keys.dataset.nothing);
}

function addChip(value, words) {
  const chip = form.querySelector("[data-place-chip]").content.cloneNode(true);
  const box = chip.querySelector("input");
  box.value = value;
  chip.querySelector("[data-place-words]").textContent = words;
  form.querySelector("[data-places]").append(chip);
  return box;
}

function takeFinding(letter) {
  const box = form.querySelector(`[data-letter="${letter}"] input`);
  box?.click();
  return Boolean(box);
}

function takeKeys(event) {
  const key = event.detail;
  if (key === "x") takeSelection();
  else if (!/^[a-z]$/.test(key) || !takeFinding(key.toUpperCase())) return;
  event.preventDefault();
}

// Which places are taken out

function placeOf(value, label) {
  const [field, start, end] = value.split(":", 3);
  return { field, start: Number(start), end: Number(end), label };
}

function isOfWord(character) {
  return WORD.test(character) && !UNSPACED.test(character);
}

function splitsWord(letters, at) {
  return at > 0 && at < letters.length && isOfWord(letters[at - 1]) && isOfWord(letters[at]);
}

function placesOf(passage) {
  const [first] = passage;
  const { length } = [...passage];
  return Object.entries(whole).flatMap(([field, letters]) => {
    const found = [];
    for (let start = 0; start + length <= letters.length; start += 1) {
      const end = start + length;
      if (letters[start] !== first || letters.slice(start, end).join("") !== passage) continue;
      if (splitsWord(letters, start) || splitsWord(letters, end)) continue;
      found.push({ field, start, end, label: keys.dataset.removed });
      start = end - 1;
    }
    return found;
  });
}

function typedPassages() {
  const lines = form.elements.others.value.normalize("NFC").split("\n");
  const passages = new Set(lines.map((line) => line.trim()).filter(Boolean));
  return [...passages].map((passage) => [passage, placesOf(passage)]);
}

function merged(spans) {
  const result = [];
  for (const span of [...spans].sort((one, other) => one.start - other.start || other.end - one.end)) {
    const last = result.at(-1);
    if (last && span.start < last.end) last.end = Math.max(last.end, span.end);
    else result.push({ ...span });
  }
  return result;
}

// The preview

function shortened(letters, opens, closes) {
  const words = letters.join("");
  if (opens) return letters.length <= CONTEXT ? words : `… ${letters.slice(-CONTEXT).join("").replace(/^[^ ]* ?/, "")}`;
  if (closes) return letters.length <= CONTEXT ? words : `${letters.slice(0, CONTEXT).join("").replace(/ ?[^ ]*$/, "")} …`;
  if (letters.length <= 2 * CONTEXT) return words;
  return `${shortened(letters, false, true)} ${shortened(letters, true).replace("… ", "")}`;
}

function shownPlaces(field, marked, taken) {
  const out = merged(taken.filter((span) => span.field === field));
  if (out.length && field === "name") return [{ start: 0, end: whole.name.length, label: keys.dataset.nameRemoved }];
  const isFree = (mark) => out.every((span) => span.end <= mark.start || mark.end <= span.start);
  const left = merged(marked.filter((mark) => mark.field === field && isFree(mark)));
  return [...out, ...left].sort((one, other) => one.start - other.start);
}

function showPreview(marked, taken) {
  const section = document.querySelector("[data-preview]");
  if (taken.length) section.hidden = false;
  for (const [field, letters] of Object.entries(whole)) {
    const line = section.querySelector(`[data-preview-of="${field}"]`);
    const places = shownPlaces(field, marked, taken);
    let at = 0;
    line.replaceChildren();
    line.hidden = !places.length;
    for (const { start, end, label } of places) {
      line.append(shortened(letters.slice(at, start), at === 0));
      line.append(label ? Object.assign(document.createElement("ins"), { textContent: `[${label}]` }) : letters.slice(start, end).join(""));
      at = end;
    }
    line.append(at ? shortened(letters.slice(at), false, true) : "");
  }
}

function showCounts(typed) {
  const place = form.querySelector("[data-counted]");
  const sentence = ([words, places]) => place.dataset.words.replace("{words}", words).replace("{number}", places.length);
  place.textContent = typed.map(sentence).join(" ");
  const isRepeated = typed.some(([, places]) => places.length > 1);
  form.dataset.repeated = isRepeated ? typed.reduce((sum, [, places]) => sum + places.length, 0) : "";
}

function showTakenOut() {
  const findings = [...form.querySelectorAll("[data-letter]")];
  const chosen = findings.filter((each) => each.querySelector("input").checked);
  const selected = [...form.querySelectorAll("[name=places]:checked")];
  const typed = typedPassages();
  const beside = [
    ...selected.map((box) => placeOf(box.value, keys.dataset.removed)),
    ...typed.flatMap(([, places]) => places),
  ];
  const taken = [...chosen.map((each) => placeOf(each.dataset.place, each.dataset.removed)), ...beside];
  const button = document.querySelector("[data-without]");
  const names = [...chosen.map((each) => each.dataset.letter), ...(beside.length ? [`+${beside.length}`] : [])];
  if (button) button.firstChild.textContent = `${button.dataset.without} ${names.join(", ")}`.trim();
  showPreview(findings.map((each) => placeOf(each.dataset.place, "")), taken);
  showCounts(typed);
}

if (form && fields.length) {
  document.addEventListener("shortcuts:key", takeKeys);
  form.addEventListener("change", showTakenOut);
  form.elements.others.addEventListener("input", showTakenOut);
  showTakenOut();
}
