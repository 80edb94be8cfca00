// A unit's name is looked up while it is typed; without script the form asks back.
"use strict";

for (const box of document.querySelectorAll(".finds[data-find]")) {
  const input = box.querySelector("input.form-control");
  const found = box.querySelector(".found");
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const answer = await fetch(`${box.dataset.find}?q=${encodeURIComponent(input.value)}`);
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      found.replaceChildren(...page.body.childNodes);
    }, 350);
  });
}
const act = document.querySelector("#act");
if (act) (act.querySelector("[aria-invalid]") || act.querySelector("textarea, select, input:not([type=hidden])"))?.focus();
