// The desk by keyboard: Enter goes on to the next field, Ctrl+Enter saves. What is known of the person, the words and
// the type comes while one types; a suggestion is taken over by its button. Without script a button asks for it.
"use strict";

const visit = document.querySelector("#visit");
const PARTS = ["earlier", "suggested", "expected"];
const WAIT = 350; // ms without a key
let timer = 0;
let asked = null;

const fields = () => [...visit.querySelectorAll("input, textarea, select, button.btn-primary")].filter(
  (one) => one.type !== "hidden" && !one.closest("#earlier") && one.offsetParent !== null
    && (one.type !== "radio" || one.checked || !visit.querySelector(`[name="${one.name}"]:checked`)));

visit.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    visit.requestSubmit();
    return;
  }
  const here = event.target;
  if (here.matches("textarea, button, summary, a")) return;
  event.preventDefault();
  if (here.name === "ask" && here.value.trim()) {
    ask();
    return;
  }
  const all = fields();
  const at = all.findIndex((one) => one === here || (here.type === "radio" && one.name === here.name));
  const next = all.slice(at + 1).find((one) => one.name !== here.name);
  if (next) next.focus();
});

const said = () => {
  const data = new FormData(visit);
  data.delete("do");
  return data;
};

const ask = async () => {
  if (asked) asked.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(visit.dataset.help, { method: "POST", body: said(), signal: asked.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of PARTS) {
      const old = document.getElementById(part);
      const fresh = page.getElementById(part);
      if (old && fresh && old.innerHTML !== fresh.innerHTML && !old.contains(document.activeElement)) {
        old.replaceChildren(...fresh.childNodes);
      }
    }
    offer();
  } catch (error) {
    if (error.name !== "AbortError") console.warn(error);
  }
};

const later = () => {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
};

const offer = () => {
  const button = document.querySelector("#take-suggestion");
  if (button) button.hidden = false;
};

visit.addEventListener("input", (event) => {
  if (event.target.closest(".asks")) later();
});
visit.addEventListener("change", (event) => {
  if (event.target.matches("[name=type], [name=petition]")) later();
});
visit.addEventListener("click", (event) => {
  if (event.target.closest("#take-suggestion")) {
    for (const one of document.querySelectorAll("[data-suggest]")) {
      if (one.dataset.suggest === "type") {
        const radio = visit.querySelector(`[name=type][value="${one.dataset.value}"]`);
        radio.checked = true;
        radio.focus();
      } else {
        visit.querySelector("[name=field]").value = one.dataset.value;
      }
    }
    later();
  } else if (event.target.closest("[name=do]")) {
    event.preventDefault();
    ask();
  }
});
visit.addEventListener("submit", () => {
  // A second click sends the same key; it is not even sent where that can be helped.
  const button = visit.querySelector(".save button");
  setTimeout(() => { button.disabled = true; }, 0);
  setTimeout(() => { button.disabled = false; }, 8000);
});
offer();
