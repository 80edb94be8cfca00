// The button prints; without script the browser's own command does.
"use strict";

const button = document.querySelector("#print");
if (button) {
  button.hidden = false;
  button.focus();
  button.addEventListener("click", () => window.print());
}
