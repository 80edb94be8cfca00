// Ranges copied from a spreadsheet: tab-separated, cells with line breaks in quotes.

export function table(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const end = () => {
    rows.at(-1).push(cell);
    cell = "";
  };
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at];
    if (quoted) {
      if (sign === '"' && source[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (sign === '"') quoted = false;
      else cell += sign;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t") end();
    else if (sign === "\n") {
      end();
      rows.push([]);
    } else cell += sign;
  }
  end();
  return rows;
}

const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();
const plain = (text) => fold(text).replace(/^[\s\d.,()–-]+/, "").replace(/[^a-z0-9]+/g, " ").trim();

// Where each pasted cell goes: [{key, field, text}], how many fell outside, and whether they went by the rows' names.
// rows: the page's lines in order; start: index of the line pasted at; field: "text" or "note".
export function place(cells, rows, start, field) {
  const names = new Map(rows.flatMap((row) => [[plain(row.name), row], [plain(row.label), row]]));
  const named = cells.filter((line) => line.length > 1 && names.has(plain(line[0])));
  if (field === "text" && named.length && named.length * 2 >= cells.length) {
    const found = named.map((line) => {
      const figures = line.slice(1).filter((one) => one.trim() !== "");
      return { key: names.get(plain(line[0])).key, field: "text", text: figures.find((one) => /\d/.test(one)) ?? figures[0] ?? "" };
    });
    return { found, outside: cells.length - named.length, named: true };
  }
  const fields = field === "note" ? ["note"] : ["text", "note"];
  const found = [];
  let outside = 0;
  cells.forEach((line, down) => {
    line.forEach((text, right) => {
      const row = rows[start + down];
      if (row && fields[right]) found.push({ key: row.key, field: fields[right], text: text.trim() });
      else if (text.trim()) outside += 1;
    });
  });
  return { found, outside, named: false };
}
