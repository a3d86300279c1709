// A button beside each password that shows what was typed, for who types on a small or an unknown keyboard.
const pattern = document.getElementById("show-password");

const fields = document.querySelectorAll("input[type=password]");

for (const field of fields) {
  const button = pattern.content.firstElementChild.cloneNode(true);
  if (fields.length > 1 && field.labels.length) {
    // Which of them a button shows is seen by its place, and has to be heard, too.
    const which = document.createElement("span");
    which.className = "visually-hidden";
    which.textContent = `: ${field.labels[0].textContent.trim()}`;
    button.append(which);
  }
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => show(field.type === "password"));
  // Browsers keep what was typed into a plain field, and would offer it again.
  field.form.addEventListener("submit", () => show(false));
  field.after(button);
}
