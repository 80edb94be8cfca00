// The review of a report by keyboard: one reading at a time, its deeds by single keys while the focus is in the text.
// What is decided shows at once and is sent one after the other; what the server answers replaces the page's part.

const review = document.querySelector("#review");
const ask = document.querySelector("#ask");
const input = document.querySelector("#ask-input");
const list = document.querySelector("#ask-list");
const qualifier = document.querySelector("#ask-qualifier");
const words = document.querySelector("#review-words").dataset;
const told = document.querySelector("#told");
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll(/[đĐ]/g, "d").toLowerCase();
const MOST = 8; // choices shown at a time
const AGAIN = 3000; // ms until what could not be sent is sent again

let active = "";
const queue = [];
let running = false;

const links = () => [...review.querySelectorAll(".text mark > a:not([tabindex='-1'])")];
const linkOf = (id) => review.querySelector(`#r${id} > a`);
const cardOf = (id) => review.querySelector(`#f${id}`);
const idOf = (link) => link.closest("mark").dataset.reading;
const open = (id) => ["sure", "asked"].includes(cardOf(id)?.dataset.state);

function activate(id, focus = false) {
  active = id;
  review.querySelectorAll(".active").forEach((one) => one.classList.remove("active"));
  review.querySelectorAll(`mark[data-reading="${id}"], .cards > li[data-reading="${id}"]`).forEach((one) => one.classList.add("active"));
  const link = linkOf(id);
  if (focus && link) {
    link.focus({ preventScroll: true });
    link.parentElement.scrollIntoView({ block: "nearest" }); // with the room that its style asks for
  }
  steps();
}

// The card's own way back and forth, for hands on a screen.
function steps() {
  const cards = review.querySelector(".cards");
  if (!cards) return;
  let bar = cards.querySelector(".steps");
  if (!bar) {
    bar = document.createElement("li");
    bar.className = "steps";
    bar.innerHTML = '<button type="button" class="btn" data-step="-1">‹</button><span class="small soft"></span><button type="button" class="btn" data-step="1">›</button>';
    cards.prepend(bar);
  }
  const ids = links().map(idOf);
  bar.querySelector("span").textContent = `${ids.indexOf(active) + 1} / ${ids.length}`;
  for (const [step, name] of [["-1", words.before], ["1", words.after]]) bar.querySelector(`[data-step="${step}"]`).setAttribute("aria-label", name);
}

function step(by, focus = true) {
  const ids = links().map(idOf);
  const place = ids.indexOf(active) + by;
  if (ids[place]) activate(ids[place], focus);
  return Boolean(ids[place]);
}

// To the next one that waits for a word; when none is left, to what comes then.
function onward() {
  const ids = links().map(idOf);
  const place = ids.indexOf(active);
  const next = [...ids.slice(place + 1), ...ids.slice(0, place)].find(open);
  if (next) activate(next, true);
  else activate(active, true);
}

// Deeds

function show(id, state) {
  const card = cardOf(id);
  if (!card) return;
  card.dataset.state = state;
  review.querySelectorAll(`mark[data-reading="${id}"]`).forEach((mark) => {
    mark.classList.remove("sure", "unsure", "open", "accepted", "rejected");
    mark.classList.add(state);
  });
}

function decide(id, fields) {
  const card = cardOf(id);
  if (!card) return;
  if (fields.do !== "teach") show(id, fields.do === "reject" ? "rejected" : "accepted");
  send(card.querySelector("form").action, fields);
  const left = links().map(idOf).filter(open).length;
  say(`${fields.do === "reject" ? words.rejected : fields.do === "teach" ? "" : words.accepted}. ${words.left.replace("{n}", left)}`);
}

function send(address, fields) {
  queue.push([address, fields]);
  if (!running) run();
}

async function run() {
  running = true;
  let answer = "";
  while (queue.length) {
    const [address, fields] = queue[0];
    try {
      const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: review.querySelector("[name=csrfmiddlewaretoken]").value });
      const response = await fetch(address, { method: "POST", body, headers: { "X-Part": "1" }, redirect: "manual" });
      if (response.type === "opaqueredirect" || response.status === 403) return location.reload(); // signed out, or the post changed
      if (![200, 400, 404, 422].includes(response.status)) throw new Error(response.status);
      if (response.status === 400 || response.status === 404) return location.reload();
      answer = await response.text();
      queue.shift();
    } catch {
      say(words.waiting, true);
      await new Promise((done) => setTimeout(done, AGAIN));
    }
  }
  running = false;
  if (answer) replace(answer);
}

function replace(html) {
  const inText = review.contains(document.activeElement) && document.activeElement.closest(".text");
  const inBar = document.activeElement?.closest?.("#bar") && document.activeElement.value;
  const scrolled = review.querySelector(".found")?.scrollTop ?? 0;
  review.innerHTML = html;
  review.querySelector(".found").scrollTop = scrolled;
  if (active && linkOf(active)) activate(active, Boolean(inText) && ask.hidden);
  else steps();
  if (inBar) (review.querySelector(`#bar [value="${inBar}"]`) ?? review.querySelector("#bar button, #bar a"))?.focus();
  const wrong = review.querySelector("[role=alert]");
  if (wrong) say(wrong.textContent.trim());
}

function say(sentence, seen = false) {
  told.textContent = sentence;
  told.classList.toggle("visually-hidden", !seen);
  told.classList.toggle("told", seen);
}

// Asking for an indicator, a number, a phrase

let asked = null; // {what, id}

function begin(what, id, text = "") {
  const card = cardOf(id);
  if (!card) return;
  if (what === "phrase" && !card.querySelector("[name=phrase]")) return say(words.first, true);
  asked = { what, id };
  document.querySelector("#ask-label").textContent = words[what === "indicator" ? "assign" : what];
  document.querySelector("#ask-of").textContent = `“${linkOf(id).textContent.trim()}”`;
  qualifier.hidden = what !== "value";
  if (what === "value") qualifier.value = card.querySelector("[name=qualifier]").value;
  input.inputMode = what === "value" ? "decimal" : "text";
  input.setAttribute("role", what === "indicator" ? "combobox" : "textbox");
  input.value = text;
  ask.hidden = false;
  input.focus();
  offer();
}

function end(focus = true) {
  ask.hidden = true;
  list.replaceChildren();
  asked = null;
  input.removeAttribute("aria-activedescendant");
  if (focus) activate(active, true);
}

function options(id) {
  const others = [...cardOf(id).querySelectorAll("[name=other]")].map((one) => ({ key: one.value, name: one.textContent.replace(/ \([^()]*\)$/, ""), share: one.dataset.share }));
  const keys = new Set(others.map((one) => one.key));
  const all = [...document.querySelectorAll("#indicators option")].map((one) => ({ key: one.dataset.key, name: one.value, share: "" }));
  return [...others, ...all.filter((one) => !keys.has(one.key))];
}

function offer() {
  list.replaceChildren();
  const indicator = asked?.what === "indicator";
  input.setAttribute("aria-expanded", String(indicator));
  if (!indicator) return;
  const tokens = fold(input.value).split(/\s+/).filter(Boolean);
  const fitting = options(asked.id)
    .filter((one) => tokens.every((token) => fold(one.name).includes(token)))
    .map((one, place) => ({ ...one, place, begins: tokens.length > 0 && fold(one.name).split(/[^\p{L}\d]+/u).some((word) => word.startsWith(tokens[0])) }))
    .sort((a, b) => Number(Boolean(b.share)) - Number(Boolean(a.share)) || Number(b.begins) - Number(a.begins) || a.place - b.place)
    .slice(0, MOST);
  fitting.forEach((one, place) => {
    const line = document.createElement("li");
    line.id = `ask-${place}`;
    line.role = "option";
    line.dataset.key = one.key;
    line.append(one.name);
    if (one.share) {
      const share = document.createElement("span");
      share.className = "small";
      share.textContent = one.share;
      line.append(share);
    }
    list.append(line);
  });
  select(0);
  if (!fitting.length) say(words.none);
}

function select(place) {
  const lines = [...list.children];
  lines.forEach((line, at) => line.setAttribute("aria-selected", String(at === place)));
  if (lines[place]) {
    input.setAttribute("aria-activedescendant", lines[place].id);
    lines[place].scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

const selected = () => [...list.children].findIndex((line) => line.getAttribute("aria-selected") === "true");

function finish() {
  const { what, id } = asked;
  if (what === "indicator") {
    const key = list.children[selected()]?.dataset.key;
    if (!key) return say(words.none, true);
    end(false);
    decide(id, { do: "accept", indicator: key });
    onward();
  } else if (input.value.trim()) {
    const fields = what === "value" ? { do: "accept", value: input.value, qualifier: qualifier.value } : { do: "teach", phrase: input.value };
    end(false);
    decide(id, fields);
    if (what === "value") onward();
    else activate(id, true);
  } else end();
}

ask.addEventListener("submit", (event) => {
  event.preventDefault();
  finish();
});
input.addEventListener("input", offer);
ask.addEventListener("keydown", (event) => {
  event.stopPropagation();
  if (event.isComposing) return;
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key === "Escape") {
    event.preventDefault();
    end();
  } else if (event.key in moves && asked?.what === "indicator" && list.children.length) {
    event.preventDefault();
    select((selected() + moves[event.key] + list.children.length) % list.children.length);
  }
});
list.addEventListener("mousedown", (event) => {
  const line = event.target.closest("li");
  if (!line) return;
  event.preventDefault();
  select([...list.children].indexOf(line));
  finish();
});
ask.addEventListener("focusout", (event) => {
  if (event.relatedTarget && !ask.contains(event.relatedTarget)) end(false);
});

// Keys, only while the focus is on a reading of the text

review.addEventListener("keydown", (event) => {
  const link = event.target.closest(".text mark > a");
  if (!link || event.isComposing || event.altKey) return;
  const deed = deedOf(event);
  if (!deed) return;
  if (deed() !== false) event.preventDefault();
});

function deedOf(event) {
  const { key, shiftKey } = event;
  const control = event.ctrlKey || event.metaKey;
  if (key === "Enter") {
    if (control) return () => review.querySelector("#file")?.click();
    if (shiftKey) return () => deed("sure");
    return () => {
      const id = active;
      if (!cardOf(id).querySelector("[name=indicator]").value) return begin("indicator", id); // nothing to accept yet
      decide(id, { do: "accept" });
      onward();
    };
  }
  if (control) return key.toLowerCase() === "z" && !shiftKey ? () => deed("undo") : null;
  if (key === "Backspace" || key === "Delete")
    return () => {
      decide(active, { do: "reject" });
      onward();
    };
  if (key === "ArrowDown" || key === "ArrowUp") return () => step(key === "ArrowDown" ? 1 : -1);
  if (key === "Escape") return () => review.querySelector("#bar button, #bar a")?.focus();
  if (key === "?")
    return () => {
      const keys = document.querySelector("#keys");
      keys.open = !keys.open;
      keys.scrollIntoView({ block: "nearest" });
    };
  if (key === "+") return () => begin("phrase", active, cardOf(active).querySelector("[name=phrase]")?.value ?? "");
  if (key === "=") return () => begin("value", active, cardOf(active).querySelector("[name=value]").value);
  // The focus goes to the box before the key's letter arrives, so that the letter is typed there, by any way of typing.
  if (/^\d$/.test(key)) return () => (begin("value", active), false);
  if (/^\p{L}$/u.test(key)) return () => (begin("indicator", active), false);
  return null;
}

function deed(name) {
  send(review.dataset.deeds, { do: name });
}

// The same by hand

review.addEventListener("click", (event) => {
  const link = event.target.closest(".text mark > a");
  if (link) {
    event.preventDefault();
    activate(idOf(link), true);
    return;
  }
  const stepping = event.target.closest("[data-step]");
  if (stepping) {
    step(Number(stepping.dataset.step), false);
    linkOf(active)?.parentElement.scrollIntoView({ block: "nearest" });
    return;
  }
  const line = event.target.closest(".cells th > a[href^='#f']");
  if (line) {
    event.preventDefault();
    activate(line.hash.slice(2), true);
  }
});

review.addEventListener("submit", (event) => {
  const form = event.target;
  const card = form.closest(".cards > li[data-reading]");
  if (!card && !form.closest("#bar, .cells")) return; // whose and when it is changes the whole page
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  delete fields.csrfmiddlewaretoken;
  if (!card) return send(form.action, fields);
  if (event.submitter?.name === "other") fields.do = "accept";
  const id = card.dataset.reading;
  decide(id, fields);
  if (fields.do !== "teach") {
    const next = links().map(idOf).find(open);
    if (next && !wide) {
      activate(next);
      linkOf(next).parentElement.scrollIntoView({ block: "nearest" });
    }
  }
});

review.addEventListener("focusin", (event) => {
  const link = event.target.closest(".text mark > a");
  if (link && idOf(link) !== active) activate(idOf(link));
});

document.querySelector("#start")?.addEventListener("click", (event) => {
  event.preventDefault();
  const first = links().map(idOf).find(open);
  if (first) activate(first, true);
});

addEventListener("beforeunload", (event) => {
  if (queue.length) event.preventDefault();
});

review.classList.add("live");
const named = /^#[fr]\d+$/.test(location.hash) ? location.hash.slice(2) : "";
const wide = matchMedia("(min-width: 75rem)").matches;
const first = named || (wide ? (links().map(idOf).find(open) ?? (links()[0] && idOf(links()[0]))) : "");
if (first) activate(first, Boolean(named));
