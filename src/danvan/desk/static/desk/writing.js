// Keeps what is written while it is written, block by block; without it the button does. Nothing is lost by leaving.
"use strict";

const form = document.querySelector("form[data-writing]");
const status = form.querySelector("[data-status]");
const waiting = new Set();
let timer = 0;
let sending = false;

const field = (kind, key) => form.elements[`${kind}:${key}`];
const clock = () => new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });

const fit = (area) => {
  area.style.height = "";
  if (area.scrollHeight > area.clientHeight) area.style.height = `${area.scrollHeight + 4}px`;
};

const send = async () => {
  clearTimeout(timer);
  timer = 0;
  if (sending || !waiting.size) return;
  sending = true;
  const keys = [...waiting];
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("act", "save");
  const sent = new Map(keys.map((key) => [key, field("text", key).value]));
  for (const key of keys) for (const kind of ["text", "rev", "was"]) body.set(`${kind}:${key}`, field(kind, key).value);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error);
    for (const [key, kept] of Object.entries(said.saved)) {
      field("rev", key).value = kept.revision;
      field("was", key).value = kept.was;
    }
    for (const key of keys) if (field("text", key).value === sent.get(key) && !said.conflicts.includes(key)) waiting.delete(key);
    status.textContent = said.conflicts.length ? form.dataset.met : `${form.dataset.kept} ${clock()}`;
    if (said.conflicts.length) waiting.clear();
  } catch (error) {
    status.textContent = `${form.dataset.lost} ${error.message || ""}`;
    timer = setTimeout(send, 15000);
  } finally {
    sending = false;
  }
  if (waiting.size && !timer) timer = setTimeout(send, 2000);
};

form.addEventListener("input", (event) => {
  const area = event.target.closest("textarea");
  if (!area) return;
  fit(area);
  waiting.add(area.name.slice("text:".length));
  clearTimeout(timer);
  timer = setTimeout(send, 2000);
});
form.addEventListener("toggle", (event) => {
  const area = event.target.querySelector("textarea");
  if (event.target.open && area) fit(area);
}, true);
form.addEventListener("submit", () => waiting.clear());
addEventListener("beforeunload", (event) => {
  if (waiting.size) event.preventDefault();
});
