// "/" goes to the search; a number's story opens under its row, and the same number closes it again.
"use strict";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector("#search");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
});

const lineOf = (number) => number.closest("tr, li");
const storyOf = (number) => {
  const next = lineOf(number).nextElementSibling;
  return next && next.classList.contains("deep") ? next : null;
};

// In the capture phase, so that a second click closes before htmx asks again.
document.addEventListener("click", (event) => {
  const number = event.target.closest("a.opens[hx-get]");
  if (!number) return;
  const story = storyOf(number);
  if (!story) return;
  const same = number.getAttribute("aria-expanded") === "true";
  story.remove();
  lineOf(number).querySelectorAll("[aria-expanded]").forEach((link) => link.setAttribute("aria-expanded", "false"));
  if (same) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

document.addEventListener("htmx:after:swap", (event) => {
  const number = event.detail?.ctx?.sourceElement ?? event.target;
  if (number instanceof Element && number.matches("a.opens")) {
    number.setAttribute("aria-expanded", "true");
    storyOf(number)?.querySelector("[tabindex='-1']")?.focus({ preventScroll: true });
  }
});

// What only refines a page is folded where it would push the page itself out of sight.
if (matchMedia("(max-width: 48rem)").matches)
  for (const one of document.querySelectorAll("details[data-fold]")) one.open = false;

// Pages kept for work without a connection go when their person has signed out.
if (!document.querySelector("details.person") && "caches" in window) {
  caches.keys().then((names) => names.filter((name) => name.startsWith("danvan-filing-")).forEach((name) => caches.delete(name)));
}
