// What a panel shows after a step: which cells are written, and what was added to each.

function newLedger(scene, panel) {
  const size = panel.rows * panel.cols;
  return {
    panel,
    track: scene.trackOf(panel.name),
    step: -1,
    seen: new Uint8Array(size).fill(panel.shown === "always" ? 1 : 0),
    sum: new Float64Array(size),
    terms: new Map(),
  };
}

// Bring a ledger to the state after step s (-1: before the first). Gives the cells that changed,
// or null for all of them.
function bring(ledger, s) {
  if (ledger.step === s) return [];
  if (ledger.panel.shown === "always") {
    ledger.step = s;
    return [];
  }
  const back = s < ledger.step, changed = [];
  if (back) clear(ledger);
  for (let t = ledger.step + 1; t <= s; t++) take(ledger, t, changed);
  ledger.step = s;
  return back ? null : changed;
}

function clear(ledger) {
  ledger.step = -1;
  ledger.seen.fill(0);
  ledger.sum.fill(0);
  ledger.terms.clear();
}

function take({ panel, track, seen, sum, terms }, s, changed) {
  if (!track) return;
  if (panel.shown === "written") {
    const cell = writtenAt(track, s);
    if (cell >= 0) {
      seen[cell] = 1;
      changed.push(cell);
    }
    return;
  }
  for (let i = s * track.width; i < (s + 1) * track.width; i++) {
    const cell = track.cells[i];
    if (cell < 0 || !track.added) continue;
    seen[cell] = 1;
    sum[cell] += track.added[i];
    if (!terms.has(cell)) terms.set(cell, []);
    if (track.added[i]) terms.get(cell).push(track.added[i]);
    changed.push(cell);
  }
}

// The value a cell shows now, or null: blank, withheld, or not a number of the input.
function valueOf(ledger, cell) {
  const { panel } = ledger;
  if (panel.kind[cell] !== CELL) return null;
  if (panel.shown === "summed") return ledger.sum[cell];
  return ledger.seen[cell] ? panel.values[cell] : null;
}

// The same as text, for tooltips and tables.
function textOf(ledger, cell) {
  const { panel } = ledger, kind = panel.kind[cell];
  if (kind === PADDING) return panel.padding_text;
  if (kind === SECRET) return "?";
  const value = valueOf(ledger, cell);
  return value === null ? "" : number(value);
}
