// The bench stands between input and output: the window's cells in a strip, being weighed. How,
// a file of stories/ says: `paint(g, scene, set)` draws it; `fades` cells without weight,
// `sorts` cells by value, `swells` them, `quiet`: no weights below them. Each is named as its file.

const stories = {};

const MOST_SLOTS = 64;
const FEW_SLOTS = 32; // of more cells than that, where weights are relative to the heaviest

// The bench of a scene, or null: links tell their own story, and huge windows have no room.
function newBench({ panels, home }) {
  const weighs = (track) => track.weights || track.weighing || track.odds || track.chosen;
  const panel = panels.find(({ tracks, subject }) => !subject && tracks[0] && weighs(tracks[0]));
  const slots = panel && !home && panels.some((other) => other.subject) ? panel.tracks[0].width : 0;
  const track = panel?.tracks[0], few = slots > MOST_SLOTS && (track.relative || track.weighing);
  if (slots < 2 || (slots > MOST_SLOTS && !few)) return null;
  return { panel, track, few, slots: few ? FEW_SLOTS : slots };
}

// The cells on the bench: the window's, or the heaviest of too many, in the order of the panel.
function onBench({ track, few }, s) {
  const lit = litOf(track, s);
  if (!few || lit.length <= MOST_SLOTS) return lit;
  const kept = new Set([...lit].sort((a, b) => abs(b.weight) - abs(a.weight)).slice(0, FEW_SLOTS));
  return lit.filter((one) => kept.has(one));
}

// Where everything stands at one step: the lit cells with their values, and the measures.
function setBench({ bench, story }, g, s, weigh) {
  const { panel, track } = bench, lit = onBench(bench, s), x = bench.x + 8, width = bench.width - 16;
  const { fades, sorts, quiet } = stories[story];
  const known = weighed(lit) || chosenAt(panel, s) >= 0;
  const pitch = min(width / lit.length, 64), tile = min(pitch, 44), wide = pitch * lit.length;
  const left = x + (width - wide) / 2, floor = bench.y + bench.height - tile - 24;
  for (const one of lit) {
    one.value = valueOf(panel, one.cell);
    one.tone = shade(g, panel, one.value);
    one.out = fades && weighed(lit) && !one.weight;
    one.fill = one.out ? one.tone.faded : one.tone.full;
  }
  const order = [...lit].sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity) || 0);
  lit.forEach((one, i) => {
    one.x = left + pitch * (sorts && known ? lerp(i, order.indexOf(one), weigh) : i);
  });
  const top = bench.y + TITLE + 20, base = floor - 6;
  const right = left + wide, room = base - top;
  return { panel, track, lit, known, quiet, pitch, tile, left, right, floor, base, room, s, weigh };
}

function paintBench(g, scene, s, weigh, labels) {
  const { bench, story } = scene, set = setBench(scene, g, s, weigh);
  g.beginPath();
  g.roundRect(bench.x, bench.y, bench.width, bench.height, 8);
  ink(g, 1, g.line, [], g.paper);
  bench.head ||= entitle(g, labels.story, bench.width - 14);
  const { head } = bench, pitch = head.size + 2, middle = bench.x + bench.width / 2;
  head.lines.forEach((line, i) => {
    const y = bench.y + 17 + (i - (head.lines.length - 1) / 2) * pitch;
    print(g, line, middle, y, head.size, g.ink, 600);
  });
  const all = bench.few ? litOf(bench.track, s) : set.lit;
  if (set.known && all.length > set.lit.length) {
    const sum = (some) => some.reduce((total, one) => total + abs(one.weight), 0);
    const share = number(sum(set.lit) / sum(all), 2), n = set.lit.length;
    const told = fill(labels.heaviest, { n, all: all.length, share });
    print(g, told, middle, bench.y + 17 + head.lines.length * pitch - 4, 11, g.ink, 400, "center", false);
  }
  if (!set.known) print(g, "?", middle, set.base - set.room / 2, 26, g.ink, 600, "center", false);
  const odds = set.lit.some((one) => one.odds); // a draw, whatever is told of it
  (odds ? stories.draw : stories[story]).paint(g, scene, set);
  for (const one of set.lit) paintTile(g, one, set);
}

function paintTile(g, one, { panel, track, pitch, tile, floor, known, quiet, s, weigh }) {
  const rect = [one.x + (pitch - tile) / 2, floor + 2, tile, tile];
  if (one.value === null) paintCell(g, panel, one.cell, rect);
  else {
    block(g, rect, one.fill);
    frame(g, rect, -0.5, 1, g.line);
    printValue(g, one.value, rect, one.out ? g.ink : one.tone.digits);
  }
  if (one.cell === chosenAt(panel, s) && weigh > 0.5) {
    if (tile < 30) outline(g, rect, g.ring, 3);
    else paintChosen(g, rect, track.mark);
  }
  const under = one.odds ?? (known && !quiet ? one.weight : null);
  if (under === null || pitch < 26 || weigh < 0.5) return;
  const below = [one.x, floor + tile + 4, pitch, 18];
  printFirst(g, [2, 1].map((digits) => number(under, digits)), below, 0.72, g.ink);
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

function paintValues(g, { panel, base, room, weigh, ...set }) {
  const low = min(0, panel.low), high = max(0, panel.high);
  const unit = room / (high - low || 1), zero = base + low * unit;
  paintBars(g, set, zero, ({ value }) => clamp(value, low, high) * unit * max(weigh, 0.15));
  return { unit, zero };
}

// Weights are first drawn to the window's own scale, then settle on that of all windows.
function paintShares(g, set, settled = max(0, 2 * set.weigh - 1)) {
  const { lit, panel, track, base, room, weigh } = set, own = heaviest(lit);
  if (!own) return;
  const scale = track.relative ? own : lerp(own, panel.most, settled);
  paintBars(g, set, base, ({ weight }) => (weight / scale) * room * min(1, 2 * weigh));
}

// What a step writes: {panel, cell, value}, value null where it is withheld.
function resultAt({ panels }, s) {
  const writes = (track) => track.written?.[s] >= 0;
  const panel = panels.find(({ tracks }) => tracks.some(writes));
  if (!panel) return null;
  const cell = panel.tracks.find(writes).written[s];
  return { panel, cell, value: kindOf(panel, cell) === CELL ? panel.values[cell] : null };
}
