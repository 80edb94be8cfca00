// What is not saved yet, kept in the browser: one item a cell, so that two tabs never write over each other.
// Kept by person and post: another one at the same browser sees nothing of it.

export class Store {
  constructor(who, submission) {
    const owner = who.split("-").slice(0, 2).join("-");
    this.unsentPrefix = `danvan.unsent:${owner}:${submission}:`;
    this.knownName = `danvan.known:${owner}:${submission}`;
    this.works = true;
  }

  unsent() {
    const found = new Map();
    for (let at = 0; at < localStorage.length; at += 1) {
      const name = localStorage.key(at);
      if (!name.startsWith(this.unsentPrefix)) continue;
      const entry = this.#read(name);
      if (entry) found.set(name.slice(this.unsentPrefix.length), entry);
    }
    return found;
  }

  keep(key, entry) {
    this.#write(this.unsentPrefix + key, entry);
  }

  forget(key) {
    localStorage.removeItem(this.unsentPrefix + key);
  }

  // Cells as the server last told them: a page that comes out of the cache is older than they are.
  known() {
    return this.#read(this.knownName) ?? { revision: 0, cells: {} };
  }

  know(revision, cells) {
    const known = this.known();
    for (const cell of cells) known.cells[cell.key] = cell;
    this.#write(this.knownName, { revision: Math.max(revision, known.revision), cells: known.cells });
  }

  forgetKnown() {
    localStorage.removeItem(this.knownName);
  }

  #read(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  #write(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
      this.works = true;
    } catch {
      this.works = false; // full, or forbidden: the page then warns before it is left
    }
  }
}

// How many cells of a person wait in this browser, over all submissions.
export function waiting(who) {
  const prefix = `danvan.unsent:${who.split("-").slice(0, 2).join("-")}:`;
  return Object.keys(localStorage).filter((name) => name.startsWith(prefix)).length;
}
