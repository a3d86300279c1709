// Two things that a page alone cannot do: bring the row of the text that is read into view, and show the facets of a
// wide window to a browser that cannot unfold them by its style sheet.

const row = document.querySelector(".desk-list [aria-current]")?.closest("li");
const facets = document.querySelector("[data-facets]");

// The browser goes to the heading that the address names first.
if (row) addEventListener("load", () => setTimeout(() => row.scrollIntoView({ block: "nearest", behavior: "instant" })));

if (facets && !CSS.supports("selector(::details-content)")) {
  facets.open = getComputedStyle(facets.previousElementSibling).display !== "none";
}
