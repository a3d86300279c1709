// A button beside each password that shows what was typed, for who types on a small or an unknown keyboard.
const pattern = document.getElementById("show-password");

for (const field of document.querySelectorAll("input[type=password]")) {
  const button = pattern.content.firstElementChild.cloneNode(true);
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
