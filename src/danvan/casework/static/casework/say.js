// Keeps a draft on this device while the form is not sent, and does the little work that the question asks otherwise.
"use strict";
(() => {
  const form = document.getElementById("say");
  if (!form) return;
  const said = document.getElementById("draft");
  const NAME = form.dataset.draft || "danvan-draft"; // a draft of its own for each place to write to
  const kept = ["type", "text", "place", "name", "phone", "address"];

  const fields = () => kept.flatMap((name) => [...form.querySelectorAll(`[name="${name}"]`)]).filter((one) => one.type !== "hidden");
  const read = () => { try { return JSON.parse(localStorage.getItem(NAME)) || {}; } catch { return {}; } };
  const write = () => {
    if ("sent" in form.dataset) try { localStorage.removeItem(NAME); } catch { /* nothing was kept */ }
  const draft = read();
    for (const one of fields()) if (one.type !== "radio" || one.checked) draft[one.name] = one.value;
    try { localStorage.setItem(NAME, JSON.stringify(draft)); if (said) said.textContent = form.dataset.kept || ""; } catch { /* no room: the page still holds it */ }
  };
  if ("sent" in form.dataset) try { localStorage.removeItem(NAME); } catch { /* nothing was kept */ }
  const draft = read();
  for (const one of fields()) {
    if (one.type === "radio") { if (draft[one.name] === one.value && !form.querySelector("[aria-invalid]")) one.checked = true; }
    else if (!one.value && draft[one.name]) one.value = draft[one.name];
  }
  form.addEventListener("input", write);
  form.addEventListener("submit", (event) => {
    if (navigator.onLine === false) { event.preventDefault(); if (said) said.textContent = form.dataset.offline || ""; }
  });

  const token = document.getElementById("token");
  const work = document.getElementById("work");
  if (!token || !work || !window.crypto || !crypto.subtle) return;
  const bits = Number(token.dataset.bits);
  const search = async () => {
    for (let n = 0; ; n++) {
      const sum = new DataView(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${token.value}:${n}`)));
      if (sum.getUint32(0) >>> (32 - bits) === 0) return n;
    }
  };
  search().then((n) => { work.value = String(n); document.getElementById("question").hidden = true; });
})();
