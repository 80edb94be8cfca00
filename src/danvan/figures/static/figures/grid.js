// The filing grid: the server's table of inputs, worked like a spreadsheet. Without this script the form posts as a whole.
import { check, jumps, rates } from "./checks.js";
import { install } from "./install.js";
import { read, write } from "./numbers.js";
import { make, Panel } from "./panel.js";
import { place, table } from "./paste.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";

const data = JSON.parse(document.querySelector("#filing-data").textContent);
const form = document.querySelector("#filing");
const rows = data.rows;
const byKey = new Map(rows.map((row, index) => [row.key, Object.assign(row, { index })]));
for (const line of document.querySelectorAll("#grid tr.line")) {
  const row = byKey.get(line.dataset.key);
  [row.input, row.noteInput] = line.querySelectorAll("input.cell");
  row.line = line;
  row.said = line.nextElementSibling.querySelector(".said");
}
const before = new Map(Object.entries(data.before).map(([key, value]) => [key, Number(value)]));
const say = (name, values = {}) => data.words[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
const wide = matchMedia("(min-width: 90rem)");

// ---- what is known

const store = new Store(data.who, data.id);
const known = store.known();
if (known.revision > data.revision) {
  for (const cell of Object.values(known.cells)) if (byKey.has(cell.key)) Object.assign(byKey.get(cell.key), cell);
  data.revision = known.revision;
} else store.forgetKnown();

const sync = new Sync(data, store, form.elements.csrfmiddlewaretoken.value, {
  state: () => drawState(),
  saved: (cells) => heard(cells),
  changed: (cells) => others(cells),
  conflict: () => drawChecks(),
  refused: () => drawChecks(),
  present: (names) => {
    document.querySelector("#present").textContent = names.length ? say("present", { names: names.join(", ") }) : "";
  },
  closed: () => {
    for (const input of form.querySelectorAll("input.cell, textarea")) input.readOnly = true;
  },
});

// A cell as the person sees it: what they typed, over what the server has.
function told(key) {
  const row = byKey.get(key);
  const entry = sync.pending.get(key);
  const text = entry && "text" in entry ? entry.text : row.text;
  const found = entry && "text" in entry ? read(text, row, data.keys) : null;
  return {
    ...row,
    text,
    note: entry?.note ?? row.note ?? "",
    explanation: entry?.explanation ?? row.explanation ?? "",
    state: found ? (found.error ? "" : found.state) : row.state,
    value: found ? found.value : row.value == null ? null : Number(row.value),
    problem: found?.error ? found : null,
    entry,
    ...(entry && "text" in entry ? { origin: entry.take ?? "typed" } : {}),
  };
}

const seen = (row) => row.revision;

// ---- writing into cells

const undone = [];
const done = [];

function put(changes, { history = true } = {}) {
  const made = [];
  for (const { key, field, text, take } of changes) {
    const row = byKey.get(key);
    const now = told(key);
    const was = field === "note" ? now.note : now.text;
    if (was === text && !take) continue;
    made.push({ key, field, before: was, after: text, take });
    if (field === "note") sync.change(key, { note: text }, seen(row));
    else {
      const found = read(text, row, data.keys);
      sync.change(key, { text, ...(found.error ? { bad: true } : {}), ...(take ? { take: take.origin, value: take.value } : {}) }, seen(row));
    }
    drawRow(row);
  }
  if (made.length && history) {
    done.push(made);
    undone.length = 0;
  }
  if (made.length) drawChecks();
  return made.length;
}

function commit(input) {
  const row = byKey.get(input.closest("tr").dataset.key);
  const field = input === row.noteInput ? "note" : "text";
  editing = false;
  input.closest("td").classList.remove("editing");
  return put([{ key: row.key, field, text: input.value.trim() }]);
}

function step(from, to, pick, word) {
  const made = from.pop();
  if (!made) return;
  to.push(made);
  put(made.map((one) => ({ key: one.key, field: one.field, text: one[pick], take: pick === "after" ? one.take : null })), { history: false });
  announce(say(word, { n: made.length }));
  focus(made[0].key, made[0].field);
}

// ---- what comes back

function heard(cells) {
  for (const cell of cells) {
    const row = byKey.get(cell.key);
    if (!row || cell.revision < row.revision) continue;
    Object.assign(row, cell);
    drawRow(row);
  }
  drawChecks();
}

function others(cells) {
  const fresh = cells.filter((cell) => byKey.has(cell.key) && cell.revision > byKey.get(cell.key).revision);
  heard(fresh);
  const theirs = fresh.filter((cell) => cell.by !== data.me);
  for (const cell of theirs) {
    const { line } = byKey.get(cell.key);
    line.classList.add("fresh");
    setTimeout(() => line.classList.remove("fresh"), 4000);
  }
  if (theirs.length) announce(say("changed_by", { who: theirs[0].by.split(",")[0], n: theirs.length }));
}

// ---- drawing

const ORIGINS = ["counted", "read", "typed", "imported", "consolidated"];

function drawRow(row) {
  const now = told(row.key);
  if (document.activeElement !== row.input || !editing) row.input.value = now.text;
  if (document.activeElement !== row.noteInput || !editing) row.noteInput.value = now.note;
  row.line.classList.remove(...ORIGINS, "is-value", "is-not_reported", "is-not_applicable", "is-not_due");
  if (now.origin && now.state) row.line.classList.add(now.origin, `is-${now.state}`);
  const empty = ["not_reported", "not_applicable", "not_due"].includes(now.state) && now.text !== "";
  const cell = row.input.closest("td");
  if (empty) cell.dataset.empty = say(now.state);
  else delete cell.dataset.empty;
  row.line.classList.toggle("unsent", Boolean(now.entry));
  if (panel.key === row.key) panel.refresh();
}

function drawChecks() {
  const values = new Map();
  for (const row of rows) {
    const now = told(row.key);
    if (now.state === "value" && now.value != null && !Number.isNaN(now.value)) values.set(row.key, now.value);
  }
  const { broken, sums } = check(data.identities, values, before);
  const derived = rates(data.derived, values);
  const bound = new Set(broken.flatMap((one) => one.cells));
  let trouble = 0;
  let filled = 0;
  for (const row of rows) {
    const now = told(row.key);
    const lines = [];
    const bad = (text) => lines.push(make("p", { class: "bad" }, text));
    if (now.problem) bad(say(now.problem.error, { written: now.problem.written, measure: row.measure }));
    if (now.entry?.refused) bad(now.entry.refused);
    if (now.entry?.conflict) lines.push(conflict(row, now));
    for (const one of broken.filter((one) => one.key === row.key)) bad(sentence(one));
    const asks = values.has(row.key) && !now.explanation && jumps(row.jump, values.get(row.key), row.known ?? []);
    if (asks) {
      const earlier = row.known.map((value) => write(value, row, data.language)).join(", ");
      lines.push(make("p", { class: "ask" }, say("jump", { value: now.text, before: earlier }), " ",
        make("button", { type: "button", class: "link", onclick: () => explain(row.key) }, data.words.explanation)));
    }
    lines.push(...offers(row, now, sums, derived));
    row.said.replaceChildren(...lines);
    const under = row.line.nextElementSibling;
    under.hidden = !lines.length && !under.querySelector(".remark");
    const wrong = Boolean(now.problem || now.entry?.refused);
    row.line.classList.toggle("wrong", wrong);
    row.line.classList.toggle("conflict", Boolean(now.entry?.conflict));
    row.line.classList.toggle("broken", broken.some((one) => one.key === row.key));
    row.line.classList.toggle("bound", bound.has(row.key));
    row.line.classList.toggle("asks", asks);
    row.input.toggleAttribute("aria-invalid", wrong);
    if (wrong) row.input.setAttribute("aria-invalid", "true");
    if (lines.length) row.input.setAttribute("aria-describedby", `say:${row.key}`);
    else row.input.removeAttribute("aria-describedby");
    if (wrong || now.entry?.conflict || row.line.classList.contains("broken") || asks) trouble += 1;
    if (now.state && now.state !== "not_reported") filled += 1;
  }
  document.querySelector("#progress").textContent = say("progress", { n: filled, all: rows.length });
  const button = document.querySelector("#trouble");
  button.hidden = !trouble;
  button.textContent = say("trouble", { n: trouble });
}

function sentence(one) {
  const row = byKey.get(one.key);
  const number = (value) => write(value, { kind: "fraction" }, data.language);
  const terms = one.terms.map((term) => `${term.sign < 0 ? "- " : "+ "}${number(term.value)}`).join(" ").replace(/^\+ /, "");
  const sum = one.terms.length > 1 ? `${terms} = ${number(one.sum)}` : terms;
  return say("must", { name: row.name, left: number(one.left), op: say(one.op), sum, note: one.note });
}

function offers(row, now, sums, derived) {
  const empty = now.text === "" || now.state === "not_reported";
  const found = [];
  const offer = (words, one) =>
    found.push(make("p", { class: "offer" }, `${words} `, make("button", { type: "button", class: "link", onclick: () => one.take() }, say("take", { value: one.text }))));
  for (const one of row.suggestions ?? []) {
    const by = now.value == null ? 0 : now.value - Number(one.value);
    if (empty) offer(say(`offer_${one.origin}`, { value: one.text }), { text: one.text, take: () => take(row.key, one) });
    else if (now.value != null && Math.abs(by) > 1e-6) {
      const apart = (by > 0 ? "+" : "−") + write(Math.abs(by), row, data.language);
      offer(say(`differs_${one.origin}`, { value: one.text, by: apart }), { text: one.text, take: () => take(row.key, one) });
    }
    break;
  }
  if (empty && sums.has(row.key) && sums.get(row.key) >= 0) {
    const text = write(sums.get(row.key), row, data.language);
    offer(say("sum", { value: text }), { text, take: () => put([{ key: row.key, field: "text", text }]) });
  }
  if (empty && derived.has(row.key)) {
    const { value, text } = derived.get(row.key);
    const shown = `${write(value, row, data.language)} %`;
    offer(say("rate", { value: shown }), { text: shown, take: () => put([{ key: row.key, field: "text", text }]) });
  }
  return found;
}

function conflict(row, now) {
  const theirs = now.entry.conflict;
  const who = theirs.by.split(",")[0];
  const shown = (text) => text || say("empty");
  const decide = (mine) => {
    sync.decide(row.key, mine, theirs);
    if (!mine) Object.assign(row, theirs);
    drawRow(row);
    drawChecks();
    focus(row.key);
  };
  return make("div", { class: "decide", role: "group" },
    make("p", { class: "bad" }, say("conflict", { who: theirs.by, theirs: shown(theirs.text), at: theirs.at, mine: shown(now.text) })),
    make("button", { type: "button", class: "btn", onclick: () => decide(true) }, say("keep_mine", { mine: shown(now.text) })),
    make("button", { type: "button", class: "btn", onclick: () => decide(false) }, say("keep_theirs", { who, theirs: shown(theirs.text) })));
}

function take(key, one) {
  put([{ key, field: "text", text: one.text, take: one }]);
  focus(key);
}

function explain(key) {
  panel.open(key);
  document.querySelector("#panel-explanation").focus();
}

const saving = document.querySelector("#saving");
let drawn = "";

function drawState() {
  const n = sync.pending.size;
  const waiting = n - sync.bad;
  const lines = {
    idle: () => (n ? say("saving") : say("nothing")),
    sending: () => say("saving"),
    saved: () => (waiting ? say("saving") : say("saved", { at: sync.savedAt })),
    waiting: () => (n ? say("waiting", { n }) : say("offline")),
    signed_out: () => say("signed_out", { n }),
    closed: () => say("closed"),
    refused: () => say("refused_all", { n, sentence: sync.sentence }),
  };
  const text = lines[sync.line]();
  document.querySelector("#bar").dataset.line = sync.line;
  for (const row of rows) row.line.classList.toggle("unsent", sync.pending.has(row.key));
  if (text === drawn) return;
  drawn = text;
  saving.replaceChildren(text);
  if (sync.line === "signed_out") saving.append(" ", make("a", { href: location.pathname }, "↻"));
}

function announce(text) {
  const told = document.querySelector("#told");
  told.textContent = text;
  told.hidden = false;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => (told.hidden = true), 6000);
}

// ---- moving about

let editing = false;
let anchor = null; // where a range began

const at = (input) => {
  const row = byKey.get(input.closest("tr").dataset.key);
  return { row, field: input === row.noteInput ? "note" : "text" };
};
const inputOf = (row, field) => (field === "note" && row.noteInput.offsetParent ? row.noteInput : row.input);

function focus(key, field = "text") {
  const input = inputOf(byKey.get(key), field);
  input.focus();
  input.select();
  input.scrollIntoView({ block: "nearest" });
}

function move(from, down, field = from.field) {
  const row = rows[Math.max(0, Math.min(rows.length - 1, from.row.index + down))];
  focus(row.key, field);
}

function picked() {
  const now = document.activeElement?.matches?.("input.cell") ? at(document.activeElement) : null;
  if (!anchor || !now) return now ? [[now.row, now.field]] : [];
  const [first, last] = [anchor.row.index, now.row.index].sort((a, b) => a - b);
  const fields = anchor.field === now.field ? [now.field] : ["text", "note"];
  return rows.slice(first, last + 1).flatMap((row) => fields.map((field) => [row, field]));
}

function drawPicked() {
  for (const cell of document.querySelectorAll("#grid td.picked")) cell.classList.remove("picked");
  const cells = picked();
  if (cells.length > 1) for (const [row, field] of cells) inputOf(row, field).closest("td").classList.add("picked");
}

const sectionEnds = (row, down) => {
  let { index } = row;
  const body = row.line.closest("tbody");
  const within = (place) => rows[place] && rows[place].line.closest("tbody") === body;
  if (!within(index + down)) index += down;
  const home = rows[index]?.line.closest("tbody");
  while (rows[index + down] && rows[index + down].line.closest("tbody") === home) index += down;
  return Math.max(0, Math.min(rows.length - 1, index)) - row.index;
};

form.addEventListener("focusin", (event) => {
  const input = event.target;
  if (!input.matches("input.cell")) return;
  editing = false;
  input.select();
  if (!form.dataset.extending) anchor = null;
  drawPicked();
  if (wide.matches || panel.key) panel.open(at(input).row.key);
});

form.addEventListener("focusout", (event) => {
  if (event.target.matches("input.cell")) commit(event.target);
});

form.addEventListener("input", (event) => {
  if (!event.target.matches("input.cell")) return;
  editing = true;
  event.target.closest("td").classList.add("editing");
  const { row, field } = at(event.target);
  // Each stroke is kept, so that a closed lid or a dead battery loses nothing.
  const found = field === "text" ? read(event.target.value, row, data.keys) : null;
  store.keep(row.key, { seen: seen(row), ...sync.pending.get(row.key), ...(field === "note" ? { note: event.target.value } : { text: event.target.value, ...(found.error ? { bad: true } : {}) }) });
  if (field === "text" && found.error === "formula") announce(say("formula", { written: found.written }));
});

form.addEventListener("mousedown", (event) => {
  const input = event.target.closest("input.cell");
  if (!input) return;
  if (event.shiftKey && document.activeElement?.matches("input.cell")) {
    event.preventDefault();
    extend(input);
  } else if (document.activeElement === input && !editing && event.detail > 1) editing = true;
});

function extend(input) {
  anchor ??= at(document.activeElement);
  form.dataset.extending = "1";
  input.focus();
  delete form.dataset.extending;
  drawPicked();
}

function revert(input) {
  const { row, field } = at(input);
  const now = told(row.key);
  input.value = field === "note" ? now.note : now.text;
  if (sync.pending.has(row.key)) store.keep(row.key, sync.pending.get(row.key));
  else store.forget(row.key);
  editing = false;
  input.closest("td").classList.remove("editing");
  input.select();
}

form.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches("input.cell") || event.isComposing) return;
  const here = at(input);
  const control = event.ctrlKey || event.metaKey;
  const go = (down, field) => {
    event.preventDefault();
    if (event.shiftKey && !["Enter", "Tab"].includes(event.key)) {
      const row = rows[Math.max(0, Math.min(rows.length - 1, here.row.index + down))];
      extend(inputOf(row, field ?? here.field));
    } else move(here, down, field);
  };
  const plain = !editing;
  if (control && event.key.toLowerCase() === "z" && !event.shiftKey) {
    event.preventDefault();
    if (editing) return revert(input);
    return step(done, undone, "before", "undone");
  }
  if (control && (event.key.toLowerCase() === "y" || (event.shiftKey && event.key.toLowerCase() === "z"))) {
    event.preventDefault();
    return step(undone, done, "after", "redone");
  }
  if (control && event.key === "Enter") {
    event.preventDefault();
    return panel.open(here.row.key, true);
  }
  if (control && event.key.toLowerCase() === "s") {
    event.preventDefault();
    commit(input);
    return sync.flush();
  }
  switch (event.key) {
    case "ArrowDown":
      return go(control ? sectionEnds(here.row, 1) : 1);
    case "ArrowUp":
      return go(control ? sectionEnds(here.row, -1) : -1);
    case "PageDown":
      return go(10);
    case "PageUp":
      return go(-10);
    case "Enter":
      return go(event.shiftKey ? -1 : 1);
    case "ArrowRight":
      return plain ? go(0, "note") : undefined;
    case "ArrowLeft":
      return plain ? go(0, "text") : undefined;
    case "Home":
      return plain ? go(control ? -here.row.index : 0, "text") : undefined;
    case "End":
      return plain ? go(control ? rows.length : 0, control ? here.field : "note") : undefined;
    case "F2":
      event.preventDefault();
      editing = true;
      input.setSelectionRange(input.value.length, input.value.length);
      return undefined;
    case "Escape":
      event.preventDefault();
      if (!editing && panel.key && !wide.matches) return panel.close();
      return revert(input);
    case "Delete":
    case "Backspace":
      if (!plain) return undefined;
      event.preventDefault();
      put(picked().map(([row, field]) => ({ key: row.key, field, text: "" })));
      input.value = "";
      return undefined;
    default:
      return undefined;
  }
});

// ---- copy and paste

form.addEventListener("copy", (event) => {
  const cells = picked();
  if (cells.length < 2) return;
  const lines = new Map();
  for (const [row, field] of cells) {
    const now = told(row.key);
    lines.set(row.key, [...(lines.get(row.key) ?? []), field === "note" ? now.note : now.text]);
  }
  event.clipboardData.setData("text/plain", [...lines.values()].map((line) => line.join("\t")).join("\n"));
  event.preventDefault();
});

form.addEventListener("paste", (event) => {
  if (!event.target.matches("input.cell")) return;
  const text = event.clipboardData.getData("text/plain");
  const { row, field } = at(event.target);
  const cells = table(text);
  if (cells.length === 1 && cells[0].length === 1) {
    if (editing) return; // into the words
    event.preventDefault();
    event.target.value = cells[0][0].trim();
    commit(event.target);
    event.target.select();
    return;
  }
  event.preventDefault();
  preview(place(cells, rows, row.index, field), row.key);
});

function preview({ found, outside, named }, back) {
  const readings = found.map((one) => ({ ...one, row: byKey.get(one.key), read: one.field === "text" ? read(one.text, byKey.get(one.key), data.keys) : {} }));
  const bad = readings.filter((one) => one.read.error);
  const good = readings.filter((one) => !one.read.error && !(one.text === "" && (one.field === "note" ? told(one.key).note : told(one.key).text) === ""));
  const over = good.filter((one) => one.field === "text" && told(one.key).text && told(one.key).text !== one.text);
  const close = () => {
    box.remove();
    focus(back);
  };
  const accept = () => {
    box.remove();
    const n = put(good.map(({ key, field, text }) => ({ key, field, text })));
    announce(say("pasted", { n }));
    focus(back);
  };
  const box = make("div", { class: "preview sheet", role: "dialog", "aria-labelledby": "preview-title", onkeydown: (event) => event.key === "Escape" && close() },
    make("h2", { id: "preview-title" }, say("paste_title", { n: good.length + bad.length })),
    named ? make("p", { class: "soft" }, say("paste_named")) : null,
    make("p", { class: "done" }, say("paste_good", { n: good.length })),
    over.length ? make("p", {}, say("paste_replaces", { n: over.length })) : null,
    bad.length ? make("p", { class: "bad" }, say("paste_bad", { n: bad.length })) : null,
    bad.length ? make("ul", { class: "small", tabindex: 0 }, ...bad.map((one) => make("li", {}, `${one.row.name}: ${say(one.read.error, { written: one.read.written, measure: one.row.measure })}`))) : null,
    outside ? make("p", { class: "soft" }, say("paste_over", { n: outside })) : null,
    make("div", { class: "acts" },
      make("button", { type: "button", class: "btn btn-primary", disabled: !good.length, onclick: accept }, say("paste_do", { n: good.length })),
      make("button", { type: "button", class: "btn", onclick: close }, say("cancel"))));
  document.querySelector(".preview")?.remove();
  form.append(box);
  box.querySelector("button:not([disabled])").focus();
}

// ---- the rest of the page

const panel = new Panel(document.querySelector("#panel"), {
  data, say, told, heard, focus, take,
  rowOf: (key) => byKey.get(key),
  edit: (key, text) => put([{ key, field: "text", text }]),
  tell: (key, patch) => {
    if ("note" in patch) put([{ key, field: "note", text: patch.note }]);
    else sync.change(key, patch, seen(byKey.get(key)));
    drawRow(byKey.get(key));
    drawChecks();
  },
  csrf: () => sync.csrf,
});

document.querySelector("#grid").addEventListener("click", (event) => {
  const more = event.target.closest("a.more");
  if (more && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    panel.open(more.closest("tr").dataset.key, true);
  }
  const zeros = event.target.closest("button.zeros");
  if (zeros) {
    const section = rows.filter((row) => row.line.closest("tbody") === zeros.closest("tbody"));
    const n = put(section.filter((row) => told(row.key).text === "").map((row) => ({ key: row.key, field: "text", text: "0" })));
    announce(say("zeros", { n }));
  }
});
for (const link of document.querySelectorAll("#grid a.more")) link.tabIndex = -1;
for (const button of document.querySelectorAll("#grid button.zeros")) button.hidden = false;

document.querySelector("#trouble").addEventListener("click", () => {
  const troubled = rows.filter((row) => row.line.matches(".wrong, .conflict, .broken, .asks"));
  const now = document.activeElement?.matches("input.cell") ? at(document.activeElement).row.index : -1;
  const next = troubled.find((row) => row.index > now) ?? troubled[0];
  if (next) focus(next.key);
});

const text = document.querySelector("#text");
text.addEventListener("input", () => sync.change("#text", { text: text.value }, 0));

document.querySelector("#save").hidden = true;
document.querySelector("#submit")?.addEventListener("click", async (event) => {
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  if (document.activeElement?.matches("input.cell")) commit(document.activeElement);
  event.preventDefault();
  const saved = await sync.flush();
  if (!saved) {
    const wrong = sync.bad;
    announce(wrong ? say("wrong_submit", { n: wrong }) : say("offline_submit", { n: sync.pending.size }));
    if (wrong) document.querySelector("#trouble").click();
    return;
  }
  form.dataset.sending = "1";
  // What is saved is not sent a second time.
  for (const input of form.querySelectorAll("input.cell")) input.disabled = true;
  form.elements.seen.value = String(sync.since);
  form.requestSubmit(event.target);
});
addEventListener("pageshow", () => {
  delete form.dataset.sending;
  for (const input of form.querySelectorAll("input.cell")) input.disabled = false;
});

addEventListener("beforeunload", (event) => {
  if (!store.works && sync.pending.size) event.preventDefault();
});

document.querySelector("#bar").append(make("p", { id: "told", class: "told", role: "status", hidden: true }));
const left = sync.pending.size;
if (sync.pending.has("#text")) text.value = sync.pending.get("#text").text;
for (const [key, entry] of sync.pending) {
  const row = byKey.get(key);
  // What was being typed when the page went away was kept stroke by stroke: it is read again.
  if (row && "text" in entry) entry.bad = Boolean(read(entry.text, row, data.keys).error) || undefined;
}
for (const row of rows) drawRow(row);
drawChecks();
drawState();
if (left) announce(say("restored", { n: left }));
form.dataset.ready = "1";
sync.poll(true).then(() => sync.send());
install(data.worker);
