/* Buttons that move a choice of an order up and down; the lists of places beside them do the same, and are what is sent. */

const rowsOf = (list) => [...list.children];
const placeOf = (row) => row.querySelector("select").selectedIndex; // 0 is no place
const inOrder = (list) => rowsOf(list).filter(placeOf).sort((one, other) => placeOf(one) - placeOf(other));

function offerButtons(list) {
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  list.after(status);
  for (const row of rowsOf(list)) {
    const choice = row.querySelector("label").textContent;
    row.append(button(list.dataset.up, "↑", choice, (made) => move(-1, row, made)));
    row.append(button(list.dataset.down, "↓", choice, (made) => move(1, row, made)));
  }

  function move(by, row, pressed) {
    const placed = inOrder(list);
    const at = placed.indexOf(row);
    if (at < 0 && by < 0) placed.push(row); // up from no place: the last one
    else if (at === placed.length - 1 && by > 0) placed.splice(at, 1); // down from the last: no place
    else if (at >= 0 && placed[at + by]) [placed[at], placed[at + by]] = [placed[at + by], placed[at]];
    if (at < 0 && by > 0) return;
    for (const each of rowsOf(list)) each.querySelector("select").selectedIndex = placed.indexOf(each) + 1;
    const words = placed.includes(row) ? list.dataset.said : list.dataset.unplaced;
    status.textContent = words.replace("%choice%", row.querySelector("label").textContent).replace("%place%", placeOf(row));
    list.append(...placed, ...rowsOf(list).filter((each) => !placed.includes(each)));
    pressed.focus(); // which a row that moves takes away
    row.querySelector("select").dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function button(words, sign, choice, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--quiet";
  made.textContent = sign;
  made.setAttribute("aria-label", `${words}: ${choice}`);
  made.addEventListener("click", () => action(made));
  return made;
}

for (const list of document.querySelectorAll("[data-ranking]")) offerButtons(list);
