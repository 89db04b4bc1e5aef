// The bench stands between input and output: the window's cells in a row, being weighed.
//   select, share: bars of the values (a ring on the winner; a level line at the mean)
//   power, exp, rank: bars of the weights; for rank the cells line up by value
//   draw: a strip cut in the proportions of the odds, on which the pointer lands

const WIDEST_BENCH = 64;

// The track that is weighed, or null: links tell those scenes, and huge windows have no room.
function benchTrack(scene) {
  if (scene.source || !scene.panels.some((panel) => hasSubject(scene, panel.name))) return null;
  const found = scene.tracks.find(
    (track) => track.cells && !track.written && (track.weights || track.odds || track.chosen),
  );
  return found && found.width > 1 && found.width <= WIDEST_BENCH ? found : null;
}

function paintBench(ctx, theme, box, scene, ledgers, s, beat, labels) {
  const track = box.bench, panel = scene.panelOf(track.panel), lit = litAt(track, s);
  const title = labels.stories[scene.story] || labels.stories.share;
  print(ctx, theme, title, box.x + box.width / 2, box.y + 12, 15, theme.ink, { weight: 600 });
  if (!lit.length) return;
  const bench = benchFrame(box, lit, ledgers.get(track.panel), panel, s);
  const u = ease(beat.weigh);
  if (track.odds && lit.some((one) => one.odds)) paintStrip(ctx, theme, bench, track, u);
  else paintBars(ctx, theme, bench, scene, track, u, ledgers);
  paintTiles(ctx, theme, bench, scene, track, u);
}

function benchFrame(box, lit, ledger, panel, s) {
  const pitch = Math.min(box.width / lit.length, 64), tile = Math.min(pitch, 44);
  const values = lit.map((one) => valueOf(ledger, one.cell));
  return {
    lit, ledger, panel, values, s, pitch, tile,
    x: box.x + (box.width - pitch * lit.length) / 2,
    top: box.y + TITLE + 16,
    floor: box.y + box.height - tile - 20,
    width: pitch * lit.length,
    place: places(values),
  };
}

// The position of each cell when they are lined up by value, largest first; padding goes last.
function places(values) {
  const order = values.map((_, i) => i);
  const rank = (i) => (values[i] === null ? -Infinity : values[i]);
  order.sort((a, b) => (rank(b) === rank(a) ? a - b : rank(b) - rank(a)));
  const place = [];
  order.forEach((i, p) => { place[i] = p; });
  return place;
}

const slotX = (bench, i, scene, u) =>
  bench.x + bench.pitch * (scene.story === "rank" ? lerp(i, bench.place[i], u) : i);

function paintTiles(ctx, theme, bench, scene, track, u) {
  const chosen = chosenAt(track, bench.s), many = weighed(bench.lit);
  bench.lit.forEach((one, i) => {
    const rect = {
      x: slotX(bench, i, scene, u) + (bench.pitch - bench.tile) / 2, y: bench.floor + 2,
      w: bench.tile, h: bench.tile,
    };
    const tone = shade(theme, bench.panel, bench.values[i]), out = many && !one.weight && u > 0.5;
    if (bench.values[i] === null) paintOther(ctx, theme, bench, one.cell, rect);
    else {
      ctx.fillStyle = tone ? (out ? tone.faded : tone.full) : theme.paper;
      ctx.fillRect(rect.x, rect.y, rect.w, rect.h);
      frame(ctx, rect, -0.5, 1, theme.line);
      centred(ctx, theme, rect, bench.values[i], tone && !out ? tone.digits : theme.ink);
    }
    if (one.cell === chosen && u > 0.5) paintChosen(ctx, theme, rect, track.mark);
    const under = one.odds ?? (scene.story === "select" ? null : one.weight);
    if (many && under !== null && bench.pitch >= 26) {
      const size = Math.min(13, bench.pitch / 3);
      print(ctx, theme, number(under, 2), rect.x + rect.w / 2, rect.y + rect.h + 10, size, theme.ink);
    }
  });
}

function paintOther(ctx, theme, bench, cell, rect) {
  if (bench.panel.kind[cell] === PADDING) paintPadding(ctx, theme, bench.panel, rect);
  else frame(ctx, rect, -1, 1, theme.ink, [3, 3]);
}

function paintBars(ctx, theme, bench, scene, track, u, ledgers) {
  const scale = scene.story === "select" || scene.story === "share"
    ? valueBars(bench, u)
    : weightBars(bench, scene.story, track, u);
  if (!scale) return;
  bench.lit.forEach((one, i) => {
    const high = scale.bars[i], tone = shade(theme, bench.panel, bench.values[i]);
    if (high === null || !tone) return;
    const pad = Math.min(8, bench.pitch * 0.12);
    const rect = {
      x: slotX(bench, i, scene, u) + pad, y: scale.zero - Math.max(high, 0),
      w: bench.pitch - 2 * pad, h: Math.abs(high),
    };
    const out = scene.story === "select" && weighed(bench.lit) && !one.weight;
    ctx.fillStyle = out ? tone.faded : tone.full;
    ctx.fillRect(rect.x, rect.y, rect.w, rect.h);
    frame(ctx, rect, -0.5, 1, out ? theme.line : theme.ink);
  });
  rule(ctx, bench.x, bench.x + bench.width, scale.zero, theme.line, 1);
  if (scene.story === "share") paintLevel(ctx, theme, bench, scene, scale, u, ledgers);
}

// Heights of the values over a common zero.
function valueBars(bench, u) {
  const low = Math.min(0, bench.panel.low), high = Math.max(0, bench.panel.high);
  const unit = (bench.floor - bench.top - 6) / (high - low || 1), zero = bench.floor - 6 + low * unit;
  const clamp = (value) => Math.min(Math.max(value, low), high);
  return {
    zero, unit,
    bars: bench.values.map((v) => (v === null || Number.isNaN(v) ? null : clamp(v) * unit * Math.max(u, 0.15))),
  };
}

// Heights of the weights; first on the scale of the window itself, then on that of all windows.
function weightBars(bench, story, track, u) {
  if (!weighed(bench.lit)) return null;
  const own = Math.max(...bench.lit.map((one) => Math.abs(one.weight))), room = bench.floor - bench.top - 6;
  const grown = Math.min(1, u * 2), settled = story === "rank" ? 1 : Math.max(0, u * 2 - 1);
  const full = lerp(own || 1, track.top || 1, settled);
  return {
    zero: bench.floor - 6,
    bars: bench.lit.map((one) => (one.weight / full) * room * grown),
  };
}

function rule(ctx, from, to, y, colour, width, dash = []) {
  ctx.setLineDash(dash);
  ctx.lineWidth = width;
  ctx.strokeStyle = colour;
  ctx.beginPath();
  ctx.moveTo(from, y);
  ctx.lineTo(to, y);
  ctx.stroke();
  ctx.setLineDash([]);
}

function resultAt(scene, s) {
  for (const track of scene.tracks) {
    const panel = scene.panelOf(track.panel), cell = writtenAt(track, s);
    if (cell < 0) continue;
    return { panel, cell, value: panel.kind[cell] === CELL ? panel.values[cell] : null };
  }
  return null;
}

function paintLevel(ctx, theme, bench, scene, { zero, unit }, u, ledgers) {
  const result = resultAt(scene, bench.s);
  if (!result || !Number.isFinite(result.value ?? NaN) || u < 0.5) return;
  const y = Math.min(Math.max(zero - result.value * unit, bench.top - 4), bench.floor);
  rule(ctx, bench.x - 8, bench.x + bench.width + 8, y, theme.paper, 5);
  rule(ctx, bench.x - 8, bench.x + bench.width + 8, y, theme.write, 3, [9, 4]);
  print(ctx, theme, number(result.value), bench.x + bench.width + 8, y - 11, 14, theme.write, {
    weight: 700, align: "right", halo: theme.paper,
  });
}

function paintStrip(ctx, theme, bench, track, u) {
  const total = bench.lit.reduce((sum, one) => sum + one.odds, 0) || 1;
  const height = Math.min(40, (bench.floor - bench.top) * 0.45), y = bench.floor - height - 14;
  const chosen = chosenAt(track, bench.s);
  let x = bench.x;
  bench.lit.forEach((one, i) => {
    const rect = { x, y, w: (one.odds / total) * bench.width, h: height };
    const tone = shade(theme, bench.panel, bench.values[i]);
    x += rect.w;
    if (!rect.w || !tone) return;
    ctx.fillStyle = tone.full;
    ctx.fillRect(rect.x, rect.y, rect.w, rect.h);
    frame(ctx, rect, -0.5, 1, theme.ink);
    centred(ctx, theme, rect, bench.values[i], tone.digits);
    if (one.cell === chosen && u > 0.9) frame(ctx, rect, 1, 3, theme.ring);
  });
  if (track.pointer && chosen >= 0) paintPointer(ctx, theme, bench, track.pointer[bench.s], y, height, u);
}

// The pointer swings over the strip once and comes back to where the draw fell.
function paintPointer(ctx, theme, bench, target, y, height, u) {
  const swing = u < 1 ? Math.abs(((u * (2 + target)) % 2) - 0) : target;
  const at = u < 1 ? (swing > 1 ? 2 - swing : swing) : target;
  const x = bench.x + at * bench.width;
  ctx.lineWidth = 2.5;
  ctx.strokeStyle = theme.ring;
  ctx.beginPath();
  ctx.moveTo(x, y - 8);
  ctx.lineTo(x, y + height + 4);
  ctx.stroke();
  paintMark(ctx, theme, x, y - 12, -7);
}
