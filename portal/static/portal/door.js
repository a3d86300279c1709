// Pages at the door: what works with a script only is shown where there is one.
for (const element of document.querySelectorAll("[data-needs-script]")) {
  element.hidden = false;
}
