// Cells on their way to the server: sent a moment after they change, kept until the server has them, sent again when the
// line is back. Sending the same twice changes nothing there.

const SOON = 500; // ms after the last change
const POLL = 4000;
const LONGEST = 15000; // between two attempts

export class Sync {
  // data: the page's; on: {state(), saved(cells), conflict(key, theirs), refused(key, sentence), changed(cells), present(names), closed()}
  constructor(data, store, csrf, on) {
    Object.assign(this, { data, store, csrf, on });
    this.pending = store.unsent();
    this.since = data.revision;
    this.line = "idle"; // idle, sending, saved, waiting, signed_out, closed, refused
    this.savedAt = "";
    this.pause = 1000;
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.send() : this.poll()));
    addEventListener("pagehide", () => this.#last());
    setInterval(() => this.poll(), POLL);
  }

  // patch: {text, note, explanation, take, value}; bad: it cannot be a figure, so it is kept and not sent.
  change(key, patch, seen) {
    const before = this.pending.get(key);
    const entry = { seen, ...before, ...patch };
    if ("text" in patch) {
      if (!("take" in patch)) {
        delete entry.take;
        delete entry.value;
      }
      delete entry.bad;
      delete entry.refused;
      delete entry.conflict;
      if (patch.bad) entry.bad = true;
    }
    this.#set(key, entry);
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.send(), SOON);
    this.on.state();
  }

  decide(key, mine, theirs) {
    const entry = this.pending.get(key);
    if (!entry) return;
    if (mine) {
      delete entry.conflict;
      this.#set(key, { ...entry, seen: theirs.revision, force: true });
      this.send();
    } else {
      this.#drop(key);
    }
    this.on.state();
  }

  #set(key, entry) {
    this.pending.set(key, entry);
    this.store.keep(key, entry);
  }

  #drop(key) {
    this.pending.delete(key);
    this.store.forget(key);
  }

  get ready() {
    return [...this.pending].filter(([, entry]) => !entry.bad && !entry.conflict && !entry.refused);
  }

  get bad() {
    return [...this.pending.values()].filter((entry) => entry.bad || entry.refused || entry.conflict).length;
  }

  // Until nothing more can be sent now.
  async flush() {
    clearTimeout(this.soon);
    await this.sending;
    if (this.ready.length) await this.send();
    return this.pending.size === 0;
  }

  send() {
    this.sending ??= this.#send().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async #send() {
    clearTimeout(this.again);
    if (this.line === "closed") return;
    while (this.ready.length) {
      const batch = this.ready;
      this.line = "sending";
      this.on.state();
      const answer = await this.#post(batch);
      if (!answer) return;
      this.#answered(new Map(batch), answer);
    }
    this.on.state();
  }

  #body(batch) {
    const text = batch.find(([key]) => key === "#text");
    const entries = batch
      .filter(([key]) => key !== "#text")
      .map(([key, { seen, text: typed, note, explanation, take, value, force }]) => {
        const [indicator, breakdown] = key.split("|");
        return { indicator, breakdown, seen, ...(take ? { take, value } : { text: typed }), note, explanation, force };
      });
    return JSON.stringify({ entries, ...(text ? { text: text[1].text } : {}) });
  }

  async #post(batch, again = true) {
    let response;
    try {
      response = await fetch(`${this.data.address}cells/`, {
        method: "POST",
        redirect: "manual",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
        body: this.#body(batch),
        signal: AbortSignal.timeout(20000),
      });
    } catch {
      return this.#later();
    }
    if (response.type === "opaqueredirect" || response.status === 401) {
      this.line = "signed_out";
      this.on.state();
      this.#retry();
      return null;
    }
    const json = await response.json().catch(() => null);
    if (response.ok && json) return json;
    if (response.status === 403 && !json && again && (await this.poll(true))) return this.#post(batch, false); // a new session has a new token
    if (response.status >= 500 || response.status === 403 || !json) return this.#later();
    this.sentence = json.error;
    this.line = "refused";
    await this.poll();
    this.on.state();
    return null;
  }

  #later() {
    this.line = "waiting";
    this.on.state();
    this.#retry();
    return null;
  }

  #retry() {
    clearTimeout(this.again);
    this.again = setTimeout(() => this.send(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST);
  }

  #answered(batch, answer) {
    this.pause = 1000;
    this.line = "saved";
    this.savedAt = answer.at;
    this.store.know(answer.revision, answer.saved);
    const done = (key, revision) => {
      const now = this.pending.get(key);
      if (now === batch.get(key)) this.#drop(key);
      else if (now) this.#set(key, { ...now, seen: revision }); // changed meanwhile: on top of what was just saved
    };
    if (batch.has("#text")) done("#text", 0);
    for (const cell of answer.saved) done(cell.key, cell.revision);
    this.on.saved(answer.saved);
    for (const one of answer.conflicts) {
      const entry = this.pending.get(one.key);
      if (entry) this.#set(one.key, { ...entry, conflict: one.theirs });
      this.on.conflict(one.key, one.theirs);
    }
    for (const one of answer.refused) {
      const entry = this.pending.get(one.key);
      if (entry) this.#set(one.key, { ...entry, refused: one.sentence });
      this.on.refused(one.key, one.sentence);
    }
  }

  // What others did. Gives whether the server answered.
  async poll(always = false) {
    if ((document.hidden && !always) || this.line === "closed") return false;
    try {
      const response = await fetch(`${this.data.address}changes/?since=${this.since}`, { redirect: "manual", signal: AbortSignal.timeout(10000) });
      if (response.status === 404) return this.#close();
      if (!response.ok) return false;
      const answer = await response.json();
      this.csrf = answer.csrf;
      if (answer.state !== "draft") return this.#close();
      this.since = answer.revision;
      this.store.know(answer.revision, answer.changed);
      this.on.changed(answer.changed.filter((cell) => !this.pending.has(cell.key)));
      this.on.present(answer.present);
      if (["waiting", "signed_out"].includes(this.line)) {
        this.line = "idle";
        if (this.ready.length) this.send();
        this.on.state();
      }
      return true;
    } catch {
      if (this.line !== "waiting" && this.line !== "sending") {
        this.line = "waiting";
        this.on.state();
      }
      return false;
    }
  }

  #close() {
    this.line = "closed";
    this.on.closed();
    this.on.state();
    return false;
  }

  #last() {
    // Leaving: what waits is in the browser's store; this only saves the next visit the sending.
    if (!this.ready.length || this.line === "closed") return;
    fetch(`${this.data.address}cells/`, {
      method: "POST",
      keepalive: true,
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
      body: this.#body(this.ready),
    }).catch(() => {});
  }
}
