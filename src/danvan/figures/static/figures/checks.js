// Identities, live sums and unusual jumps, worked out while one types. The rules come with the page; the server asks
// the same again when figures are saved and sent.

const near = (a, b) => Math.abs(a - b) < 1e-6;
const id = (part) => `${part.code}|${part.breakdown}`;

// values, before: Map of key -> number. Gives {broken: [{key, left, op, terms, sum, note, cells}], sums: Map}.
export function check(identities, values, before) {
  const broken = [];
  const sums = new Map();
  for (const one of identities) {
    const groups = new Map();
    for (const part of one.right) {
      const name = `${part.code}@${part.previous}`;
      const value = (part.previous ? before : values).get(id(part));
      const group = groups.get(name) ?? { there: 0, all: 0, whole: part.whole };
      group.all += 1;
      if (value !== undefined) group.there += 1;
      groups.set(name, group);
    }
    const asked = [...groups.values()].every((group) => group.there > 0 && (!group.whole || group.there === group.all));
    if (!asked) continue;
    const lacking = one.open || [...groups.values()].some((group) => group.there < group.all);
    const relaxes = one.op !== "<=" && one.right.every((part) => part.whole || part.sign > 0);
    if (lacking && !relaxes) continue;
    const terms = one.right
      .map((part) => ({ sign: part.sign, key: id(part), previous: part.previous, value: (part.previous ? before : values).get(id(part)) }))
      .filter((term) => term.value !== undefined);
    const sum = terms.reduce((total, term) => total + term.sign * term.value, 0);
    const key = id(one.left);
    const left = values.get(key);
    if (left === undefined) {
      if (one.op === "==" && !lacking && !sums.has(key)) sums.set(key, sum);
      continue;
    }
    const op = lacking ? ">=" : one.op;
    const holds = op === "==" ? near(left, sum) : op === "<=" ? left <= sum + 1e-6 : left >= sum - 1e-6;
    if (!holds) broken.push({ key, left, op, terms, sum, note: one.note, cells: [key, ...terms.filter((t) => !t.previous).map((t) => t.key)] });
  }
  return { broken, sums };
}

// Rates from their terms: [{key, above, below}].
export function rates(derived, values) {
  const found = new Map();
  for (const one of derived) {
    const [above, below] = [values.get(one.above), values.get(one.below)];
    if (above !== undefined && below) found.set(one.key, { value: Math.round((above / below) * 1e6) / 1e4, text: `${above}/${below}` });
  }
  return found;
}

// As figures/jumps.py: against every earlier figure that is known.
export function jumps(rule, value, known) {
  if (!rule || !known.length) return false;
  return known.every((before) => {
    const apart = Math.abs(value - before);
    if (rule.points !== undefined) return apart >= rule.points;
    if (apart < rule.least) return false;
    const [low, high] = [Math.abs(value), Math.abs(before)].sort((a, b) => a - b);
    return high >= rule.factor * low;
  });
}
