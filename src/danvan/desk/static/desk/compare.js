// The page prints by a button where there is script; without, the browser's own menu does.
"use strict";

document.querySelectorAll("button.print").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
