// What a panel shows after a step: which cells are seen, and what was added to each.

function clear(panel) {
  panel.step = -1;
  panel.seen.fill(panel.shown === "always" ? 1 : 0);
  panel.sum.fill(0);
  panel.terms = new Map();
}

// Bring a panel to the state after step s (-1: before the first); gives the cells that changed.
function bring(panel, s) {
  const changed = s < panel.step ? [...panel.seen.keys()] : [], { shown, sum, seen, track } = panel;
  const see = (cell) => {
    if (cell >= 0) seen[cell] = 1;
    if (cell >= 0) changed.push(cell);
  };
  if (s < panel.step) clear(panel);
  while (panel.step < s) {
    panel.step += 1;
    if (shown === "written") see(track.written?.[panel.step]);
    for (const { cell, added } of shown === "summed" ? litAt(panel, panel.step) : []) {
      if (!added) continue;
      sum[cell] += added;
      panel.terms.set(cell, [...(panel.terms.get(cell) || []), added]);
      see(cell);
    }
  }
  return changed;
}

// The value a cell shows now; null if it is blank, withheld, or holds no number.
function valueOf(panel, cell) {
  if (panel.kind[cell] !== CELL) return null;
  if (panel.shown === "summed") return panel.sum[cell];
  return panel.seen[cell] ? panel.values[cell] : null;
}

function textOf(panel, cell) {
  const value = valueOf(panel, cell), other = { [PADDING]: panel.padding_text, [SECRET]: "?" };
  return value === null ? (other[panel.kind[cell]] ?? "") : number(value);
}
