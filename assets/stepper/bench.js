// The bench stands between input and output: the window's cells in a row, being weighed. Select
// and share show bars of the values, power, exp and rank bars of the weights (for rank the cells
// line up by value), draw a strip cut in the proportions of the odds, on which a pointer lands.

const MOST_SLOTS = 64;

// The bench of a scene, or null: links tell their own story, and huge windows have no room.
function newBench({ panels, home }) {
  const panel = panels.find(({ track: t, subject }) => !subject && (t.weights || t.odds || t.chosen));
  const slots = panel && !home && panels.some((other) => other.subject) ? panel.track.cells.width : 0;
  return slots > 1 && slots <= MOST_SLOTS ? { panel, slots } : null;
}

// Where everything stands at one step: the lit cells with their values, and the measures.
function setBench({ bench, story }, g, s, weigh) {
  const { panel, x, width } = bench, lit = litAt(panel, s);
  const known = weighed(lit) || chosenAt(panel, s) >= 0;
  const pitch = min(width / lit.length, 64), tile = min(pitch, 44), wide = pitch * lit.length;
  const left = x + (width - wide) / 2, floor = bench.y + bench.height - tile - 20;
  for (const one of lit) {
    one.value = valueOf(panel, one.cell);
    one.tone = shade(g, panel, one.value);
    one.out = story === "select" && weighed(lit) && !one.weight;
    one.fill = one.out ? one.tone.faded : one.tone.full;
  }
  const order = [...lit].sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity) || 0);
  lit.forEach((one, i) => {
    one.x = left + pitch * (story === "rank" && known ? lerp(i, order.indexOf(one), weigh) : i);
  });
  const top = bench.y + TITLE + 22, base = floor - 6;
  const right = left + wide, room = base - top;
  return { panel, lit, known, pitch, tile, left, right, floor, base, room, s, weigh };
}

function paintBench(g, scene, s, weigh, title) {
  const { bench, story } = scene, set = setBench(scene, g, s, weigh);
  print(g, title, bench.x + bench.width / 2, bench.y + 12, 15, g.ink, 600);
  if (set.lit.some((one) => one.odds)) paintStrip(g, set);
  else if (set.known && (story === "select" || story === "share")) paintValues(g, scene, set);
  else if (weighed(set.lit)) paintShares(g, set, story);
  for (const one of set.lit) paintTile(g, one, set, story);
}

function paintTile(g, one, { panel, pitch, tile, floor, known, s, weigh }, story) {
  const rect = [one.x + (pitch - tile) / 2, floor + 2, tile, tile];
  if (one.value === null) paintCell(g, panel, one.cell, rect);
  else {
    block(g, rect, one.fill);
    frame(g, rect, -0.5, 1, g.line);
    printValue(g, one.value, rect, one.out ? g.ink : one.tone.digits);
  }
  if (one.cell === chosenAt(panel, s) && weigh > 0.5) {
    if (tile < 30) outline(g, rect, g.ring, 3);
    else paintChosen(g, rect, panel.track.mark);
  }
  const under = one.odds ?? (known && story !== "select" ? one.weight : null);
  if (under === null || pitch < 26 || weigh < 0.5) return;
  print(g, number(under, 2), one.x + pitch / 2, floor + tile + 12, min(13, pitch / 3), g.ink);
}

function paintBars(g, { lit, pitch, left, right }, zero, tall) {
  for (const one of lit) {
    const height = one.value === null ? NaN : tall(one), pad = min(8, pitch * 0.12);
    if (isNaN(height)) continue;
    const bar = [one.x + pad, zero, pitch - 2 * pad, -height];
    block(g, bar, one.fill);
    frame(g, bar, 0, 1, one.out ? g.line : g.ink);
  }
  lines(g, [[left, zero], [right, zero]], 1, g.line);
}

function paintValues(g, scene, set) {
  const { left, right, base, room, panel, s, weigh } = set;
  const low = min(0, panel.low), high = max(0, panel.high);
  const unit = room / (high - low || 1), zero = base + low * unit;
  paintBars(g, set, zero, ({ value }) => clamp(value, low, high) * unit * max(weigh, 0.15));
  const value = scene.story === "share" && weigh > 0.5 ? (resultAt(scene, s)?.value ?? NaN) : NaN;
  if (isNaN(value)) return;
  const y = clamp(zero - value * unit, base - room - 4, base), level = [[left - 8, y], [right + 8, y]];
  lines(g, level, 5, g.paper);
  lines(g, level, 3, g.write, [9, 4]);
  print(g, number(value), right + 8, y - 11, 14, g.write, 700, "right");
}

// Weights are first drawn to the window's own scale, then settle on that of all windows.
function paintShares(g, set, story) {
  const { lit, panel, base, room, weigh } = set, own = max(...lit.map((one) => abs(one.weight)));
  const scale = lerp(own, panel.most, story === "rank" ? 1 : max(0, 2 * weigh - 1));
  paintBars(g, set, base, ({ weight }) => (weight / scale) * room * min(1, 2 * weigh));
}

function paintStrip(g, { panel, lit, left, right, base, room, s, weigh }) {
  const total = lit.reduce((sum, one) => sum + one.odds, 0), h = min(40, room / 2), y = base - h - 8;
  let x = left;
  for (const one of lit) {
    const rect = [x, y, (one.odds / total) * (right - left), h];
    x += rect[2];
    block(g, rect, one.tone.full);
    frame(g, rect, -0.5, 1, g.ink);
    printValue(g, one.value, rect, one.tone.digits);
  }
  if (chosenAt(panel, s) < 0) return;
  // The pointer swings over the strip and back to where the draw fell.
  const swing = (weigh * (2 + (panel.track.pointer?.[s] ?? 0))) % 2;
  const at = lerp(left, right, min(swing, 2 - swing));
  lines(g, [[at, y - 8], [at, y + h * 0.25]], 2.5, g.ring);
  paintMark(g, "down", at, y - 12, 7);
}

// What a step writes: {panel, cell, value}, value null where it is withheld.
function resultAt({ panels }, s) {
  const panel = panels.find(({ track }) => track.written && track.written[s] >= 0);
  if (!panel) return null;
  const cell = panel.track.written[s];
  return { panel, cell, value: panel.kind[cell] === CELL ? panel.values[cell] : null };
}
