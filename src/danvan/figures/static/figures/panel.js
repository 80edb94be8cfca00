// What stands beside one cell: where its figure comes from, what kind of empty it is, its note, explanation and files.

export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
};

// grid: {data, say, rowOf, entry(key), edit(key, text), tell(key, patch), take(key, one), online(), csrf()}
export class Panel {
  constructor(element, grid) {
    this.element = element;
    this.grid = grid;
    this.key = null;
  }

  open(key, focus = false) {
    this.key = key;
    this.draw();
    this.element.hidden = false;
    document.body.classList.add("with-panel");
    this.grid.rowOf(key).input.scrollIntoView({ block: "nearest" });
    if (focus) this.element.querySelector("h2").focus();
  }

  // Later: a button under the finger is not drawn anew before it is let go.
  refresh() {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.key && !this.element.contains(document.activeElement) && this.draw(), 300);
  }

  close() {
    this.element.hidden = true;
    document.body.classList.remove("with-panel");
    const key = this.key;
    this.key = null;
    if (key && this.element.contains(document.activeElement)) this.grid.focus(key);
  }

  draw() {
    const { grid, key } = this;
    const row = grid.rowOf(key);
    const say = grid.say;
    const told = grid.told(key);
    const field = (name, label, value, rows) =>
      make("p", {}, make("label", { class: "form-label", for: `panel-${name}` }, label),
        Object.assign(make("textarea", { class: "form-control", id: `panel-${name}`, rows, maxlength: 2000, onchange: (event) => grid.tell(key, { [name]: event.target.value.trim() }) }), { value }));
    const choices = [["", say("a_figure")], ["0", say("zero")], ...Object.entries(grid.data.keys).map(([sign, state]) => [sign, say(state)])];
    const now = told.state === "value" || told.state === "" ? (told.text === "0" ? "0" : "") : Object.keys(grid.data.keys).find((sign) => grid.data.keys[sign] === told.state) ?? "";
    const select = make("select", { class: "form-select", id: "panel-state", onchange: (event) => event.target.value && grid.edit(key, event.target.value) },
      ...choices.map(([value, words]) => make("option", { value, selected: value === now }, words)));
    const parts = [
      make("div", { class: "panel-head" }, make("h2", { tabindex: -1 }, row.name), make("button", { type: "button", class: "link", onclick: () => this.close() }, say("close"))),
      make("p", { class: "soft small" }, row.measure),
      ...(row.remarks ?? []).map((one) => make("p", { class: "remark" }, make("b", {}, `${one.by}: `), one.text)),
      row.why ? make("p", { class: "small" }, make("b", {}, `${say("last_year_why")}: `), row.why) : null,
      make("p", {}, make("label", { class: "form-label", for: "panel-state" }, say("empty_kind")), select),
      make("h3", {}, say("source")),
      make("p", { class: "small" }, told.by ? `${say(told.origin)}. ${say("by", { by: told.by, at: told.at })}` : say("never")),
      ...(row.evidence ?? []).map((quote) => make("blockquote", { class: "small", lang: "vi" }, quote)),
      ...(row.suggestions ?? []).map((one) =>
        make("div", { class: "offered small" }, make("p", {}, one.words, " ", one.link ? make("a", { href: one.link }, say("open_source")) : ""),
          told.text === one.text && told.origin === one.origin ? null : make("button", { type: "button", class: "btn", onclick: () => grid.take(key, one) }, say("take", { value: one.text })))),
      field("note", say("note"), told.note ?? "", 2),
      field("explanation", say("explanation"), told.explanation ?? "", 2),
      make("h3", {}, say("files")),
      make("ul", {}, ...(row.files ?? []).map((one) => make("li", {}, make("a", { href: `/files/${one.id}/` }, one.name)))),
      make("p", {}, make("label", { class: "form-label", for: "panel-file" }, say("add_file")),
        make("input", { class: "form-control", type: "file", id: "panel-file", onchange: (event) => this.#upload(event.target) })),
      make("p", { class: "bad small", id: "panel-said", role: "status" }),
    ];
    this.element.replaceChildren(...parts.filter(Boolean));
  }

  async #upload(input) {
    const { grid, key } = this;
    const said = this.element.querySelector("#panel-said");
    const [indicator, breakdown] = key.split("|");
    const body = new FormData();
    body.append("indicator", indicator);
    body.append("breakdown", breakdown);
    body.append("file", input.files[0]);
    try {
      const response = await fetch(`${grid.data.address}files/`, { method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": grid.csrf(), Accept: "application/json" } });
      const answer = await response.json();
      if (!response.ok) {
        said.textContent = answer.error;
        return;
      }
      grid.rowOf(key).files = answer.files;
      grid.heard([{ key, ...answer.cell }]);
      this.draw();
    } catch {
      said.textContent = grid.say("file_offline");
    }
  }
}
