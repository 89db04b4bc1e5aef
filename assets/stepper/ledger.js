// What a panel shows after a step: which cells are seen, and what was added to each.

function clear(panel) {
  panel.step = -1;
  panel.seen.fill(panel.shown === "always" ? 1 : 0);
  panel.sum.fill(0);
  panel.secret.fill(0);
  panel.terms = new Map();
}

// Bring a panel to the state after step s (-1: before the first); gives the cells that changed.
function bring(panel, s) {
  if (panel.frames) return turn(panel, s);
  const { shown, seen, tracks } = panel, changed = s < panel.step ? [...seen.keys()] : [];
  const see = (cell) => {
    if (cell >= 0) seen[cell] = 1;
    if (cell >= 0) changed.push(cell);
  };
  if (s < panel.step) clear(panel);
  while (panel.step < s) {
    panel.step += 1;
    if (shown === "written") for (const { written } of tracks) see(written?.[panel.step]);
    if (shown === "summed") for (const track of tracks) addUp(panel, track, see);
    if (shown === "summed" && panel.step === panel.steps - 1) [...seen.keys()].forEach(see);
  }
  return changed;
}

// A panel as it will be after step s, whatever is drawn of it yet.
function after(panel, s) {
  const { size } = panel, seen = new Uint8Array(size), secret = new Uint8Array(size);
  const then = { ...panel, seen, secret, sum: new Float64Array(size) };
  clear(then);
  bring(then, s);
  return then;
}

// What a step adds to the cells that it lights; what is withheld makes them unknown.
function addUp(panel, track, see) {
  const unknown = panel.step >= (track.withheld ?? Infinity);
  for (const { cell, added } of litOf(track, panel.step)) {
    see(cell);
    if (unknown) panel.secret[cell] = 1;
    if (!added) continue;
    panel.sum[cell] += added;
    panel.terms.set(cell, [...(panel.terms.get(cell) || []), added]);
  }
}

// A panel of frames turns to that of step s; gives the cells that are not what they were.
function turn(panel, s) {
  const { seen, step } = panel, cells = [...seen.keys()];
  if (s === step) return [];
  const kinds = cells.map((at) => kindOf(panel, at));
  const values = cells.map((at) => valueOf(panel, at));
  panel.step = s;
  seen.fill(panel.shown === "always" || s >= 0 ? 1 : 0);
  if (min(s, step) < 0) return cells;
  const same = (at) => kinds[at] === kindOf(panel, at) && Object.is(values[at], valueOf(panel, at));
  return cells.filter((at) => !same(at));
}

// Where in an array of all frames the panel's frame begins.
const frameAt = ({ step, size }, all) => (all.length > size ? max(step, 0) * size : 0);
function kindOf(panel, cell) {
  const kind = panel.kind[frameAt(panel, panel.kind) + cell];
  return kind === CELL && panel.secret[cell] ? SECRET : kind;
}

// The value a cell shows now; null if it is blank, withheld, or holds no number.
function valueOf(panel, cell) {
  if (kindOf(panel, cell) !== CELL) return null;
  if (!panel.seen[cell]) return null;
  if (panel.shown === "summed") return panel.sum[cell];
  return panel.values[frameAt(panel, panel.values) + cell];
}

function textOf(panel, cell) {
  const value = valueOf(panel, cell), other = { [PADDING]: panel.padding_text, [SECRET]: "?" };
  return value === null ? (other[kindOf(panel, cell)] ?? "") : number(value);
}
