// Before a form leaves its page, whether the server is there is asked: where the line is lost, the page stays as it is
// with every word, and says so. What is sent again carries the key of the first sending, so it is one.
"use strict";
(() => {
  const { lost, alive } = document.currentScript.dataset;
  const WAIT = 8000; // ms for a thin line
  const sure = new WeakSet();

  const there = async () => {
    try {
      return (await fetch(alive, { cache: "no-store", signal: AbortSignal.timeout(WAIT) })).ok;
    } catch {
      return false;
    }
  };
  const tell = (form, words) => {
    let said = form.querySelector(":scope > .line-lost");
    if (!said) {
      said = Object.assign(document.createElement("p"), { className: "error line-lost" });
      said.setAttribute("role", "alert");
      form.append(said);
    }
    said.textContent = words;
    said.hidden = !words;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.method !== "post" || !form.closest("main") || sure.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    if (await there()) {
      tell(form, "");
      sure.add(form);
      form.requestSubmit(submitter);
    } else {
      tell(form, lost);
    }
  }, { capture: true });
})();
