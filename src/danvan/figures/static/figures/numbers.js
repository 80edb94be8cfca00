// What is typed into a cell, read as figures/typed.py reads it (the server has the last word), and figures written.

const EMPTY = { not_reported: "chua bao cao", not_applicable: "khong ap dung", not_due: "chua den han" };
const MOST = 1e15;
const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();

const no = (word, written) => ({ error: word, written: written.length > 60 ? `${written.slice(0, 59)}…` : written });

// {state, value} or {error: a word of the page's sentences, written}. row: {kind, signed}; keys: key -> state.
export function read(text, row, keys) {
  const written = text.trim();
  if (!written) return { state: "not_reported", value: null };
  const named = keys[written.toLowerCase()] ?? Object.keys(EMPTY).find((state) => EMPTY[state] === fold(written));
  if (named) return { state: named, value: null };
  if (/^(=|@|[+\-−]\s*[A-Za-z($])/.test(written)) return no("formula", written);
  if (written.startsWith("#")) return no("sheet_error", written);
  const fraction = row.kind === "percent" && written.match(/^(\d[\d., ]*)\/(\s*\d[\d., ]*)$/);
  if (fraction) {
    const [above, below] = fraction.slice(1).map((part) => figure(part.trim(), { kind: "whole" }));
    if (above.error || below.error) return above.error ? above : below;
    if (!below.value) return { state: "not_applicable", value: null };
    return { state: "value", value: Math.round((above.value / below.value) * 1e6) / 1e4 };
  }
  return figure(written, row);
}

function figure(written, row) {
  const parts = row.kind === "percent" || row.kind === "fraction";
  let text = written.replace(/[\u00a0\u202f]/g, " ").split(/\s+/).join(" ").replace(/^'+/, "");
  if (row.kind === "percent") text = text.replace(/%$/, "").trimEnd();
  if (!/^[-−]?\d[\d., ]*$/.test(text)) return no(/\d/.test(text) ? "mixed" : "not_number", written);
  const negative = /^[-−]/.test(text);
  let digits = negative ? text.slice(1).trim() : text;
  const spaced = digits.match(/^\d{1,3}(?: \d{3})+(?=,|\.|$)/);
  if (spaced) digits = spaced[0].replaceAll(" ", "") + digits.slice(spaced[0].length);
  if (parts && /^\d{1,3}[.,]\d{3}$/.test(digits)) return no("ambiguous", written);
  if (/^\d{1,3}(?:,\d{3})+\.\d+$/.test(digits)) digits = digits.replaceAll(",", "");
  let value;
  if (/^\d+$/.test(digits)) value = Number(digits);
  else if (/^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/.test(digits)) value = Number(digits.replaceAll(".", "").replace(",", "."));
  else if (/^[1-9]\d{0,2}(?:,\d{3})+$/.test(digits)) value = Number(digits.replaceAll(",", ""));
  else if (/^\d+[.,]\d+$/.test(digits)) value = Number(digits.replace(",", "."));
  else return no("not_number", written);
  if (negative) value = -value;
  if (Math.abs(value) >= MOST) return no("too_large", written);
  if (value < 0 && !row.signed) return no("negative", written);
  if (!parts && !Number.isInteger(value)) return no("whole", written);
  return { state: "value", value: (parts ? Math.round(value * 1e4) / 1e4 : value) + 0 };
}

// 2011 -> "2.011", in English "2,011"; a fraction of three places gets a fourth, else it could be read as thousands.
export function write(value, row, language) {
  const rounded = Math.round(value * 1e4) / 1e4;
  const [whole, part = ""] = Math.abs(rounded).toFixed(4).replace(/\.?0+$/, "").split(".");
  const [thousands, decimal] = language === "en" ? [",", "."] : [".", ","];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thousands);
  const parts = row.kind === "percent" || row.kind === "fraction";
  const padded = parts && part.length === 3 ? `${part}0` : part;
  return (rounded < 0 ? "-" : "") + grouped + (padded ? decimal + padded : "");
}
