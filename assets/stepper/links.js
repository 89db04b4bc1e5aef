// Links and arrows. They run along the upper rims of rows and in the lanes between panels, so that
// they cross no number, title or axis, and end at the edges of cells.

const LINKED = 12; // of weights that are relative so many are linked, the heaviest

function drawLinks(g, { home, panels, flow }, s, weigh) {
  const all = panels.flatMap((panel) => panel.tracks.map((track) => ({ panel, track })));
  const source = home.subject[s];
  for (const { panel, track } of all) {
    const given = panel === home || source < 0 ? [] : litOf(track, s);
    let lit = given.map((one) => ({ ...one, by: one.weight ?? one.added })).filter(({ by }) => by);
    if (track.relative) lit = lit.sort((a, b) => abs(b.by) - abs(a.by)).slice(0, LINKED);
    const top = (!track.relative && panel.most) || max(...lit.map((one) => abs(one.by)));
    const signs = new Map(); // one sign for all links of a kind that run along the same row
    for (const { cell, by } of lit) {
      const link = { path: route(home, source, panel, cell, by < 0), by, share: abs(by) / top };
      paintLink(g, link, panel.cell, weigh, flow === "backward");
      signs.set(`${floor(cell / panel.cols)} ${by < 0}`, link);
    }
    if (weigh === 1) for (const link of signs.values()) paintSign(g, link);
  }
}

// From a cell of one panel to the near edge of a cell of another, as points of straight lines.
function route(home, source, panel, cell, minus) {
  const from = cellRect(home, source), to = cellRect(panel, cell);
  const rim = ([, y, , side], lane) => y + side * (lane ? 0.2 : 0.1);
  const y0 = rim(from, minus), y1 = rim(to, minus);
  const left = panel.x < home.x, beside = panel.row === home.row;
  const [first, second] = left ? [panel, home] : [home, panel];
  const [x, , wide] = gridRect(first), near = second.x - (x + wide) < 90;
  if (beside && near) {
    const lane = (x + wide + second.x) / 2 + (minus ? 6 : -4);
    const ends = left ? [from[0] - 2, to[0] + to[2]] : [from[0] + from[2] + 2, to[0]];
    return [[ends[0], y0], [lane, y0], [lane, y1], [ends[1], y1]];
  }
  // Out at the right, along the lane under the upper row, and in from the right.
  const out = (box) => box.x + box.width + (minus ? 9 : 4);
  const upper = home.row < panel.row ? home : panel, under = upper.under + (minus ? 4 : 0);
  return [
    [from[0] + from[2] + 2, y0], [out(home), y0], [out(home), under], [out(panel), under],
    [out(panel), y1], [to[0] + to[2], y1],
  ];
}

// A link: solid for positive, dashed for negative, wider for a larger weight.
function paintLink(g, { path, by, share }, side, grown, open) {
  const colour = by < 0 ? g.minus : g.plus, width = min(1.5 + 3.5 * share, max(side / 10, 1.2));
  const points = until(rounded(path, 7), grown), last = points.length - 1;
  if (last < 1) return;
  const size = min(width + 5, max(side / 4, 4)), tip = points[last];
  const line = grown === 1 ? shortened(points, size * 0.7) : points;
  lines(g, line, width + 2.5, g.paper);
  lines(g, line, width, colour, by < 0 ? [6, 4] : []);
  paintHead(g, tip, points[last - 1], size, colour, open);
}

// + or −, in the lane before the panel that the link runs to.
function paintSign(g, { path, by }) {
  const [x] = path.at(-2), [, y] = path.at(-1), colour = by < 0 ? g.minus : g.plus;
  disc(g, [x, y], 6, 1.5, colour, g.paper);
  print(g, by < 0 ? "−" : "+", x, y, 11, colour, 700, "center", false);
}

// The points of a path whose corners are round.
function rounded(path, most) {
  const points = [path[0]];
  for (let i = 1; i < path.length - 1; i++) {
    const [before, corner, after] = path.slice(i - 1, i + 2);
    const room = min(far(before, corner), far(corner, after)) / 2, radius = min(most, room);
    const toward = (end) => mix(corner, end, radius / (far(corner, end) || 1));
    const a = toward(before), b = toward(after);
    for (let t = 0; t <= 1; t += 0.25) points.push(mix(mix(a, corner, t), mix(corner, b, t), t));
  }
  return [...points, path.at(-1)].filter((point, i, all) => !i || far(point, all[i - 1]) > 0.01);
}

const far = (p, q) => hypot(p[0] - q[0], p[1] - q[1]);

// The beginning of a line, as much as has grown.
function until(points, grown) {
  let left = grown * points.reduce((sum, p, i) => sum + (i ? far(points[i - 1], p) : 0), 0);
  const shown = [points[0]];
  for (let i = 1; i < points.length && left > 0; i++) {
    const step = far(points[i - 1], points[i]);
    shown.push(mix(points[i - 1], points[i], min(left / step, 1)));
    left -= step;
  }
  return shown;
}

// A line that stops short of its end, where its head begins.
function shortened(points, by) {
  const last = points.at(-1), before = points.at(-2), step = far(before, last);
  return [...points.slice(0, -1), mix(before, last, max(1 - by / step, 0.05))];
}

function paintHead(g, [x, y], near, size, colour, open) {
  const angle = atan2(y - near[1], x - near[0]);
  const back = (side) => [x - size * cos(angle + side), y - size * sin(angle + side)];
  lines(g, [[x, y], back(0.5), back(-0.5), [x, y]], 1.5, colour, [], open ? g.paper : colour);
}

// The arrows that bind the bench to the window it weighs, and to the cell that is written.
function drawJoints(g, scene, s) {
  const { bench } = scene, { panel } = bench, lit = onBench(bench, s);
  const result = resultAt(scene, s);
  if (lit.length) {
    const { rect } = windowOf(panel, lit), [x, y, w, h] = gridRect(panel);
    const grid = { x, y, width: w, height: h, row: panel.row, under: panel.under };
    joint(g, grid, bench, centre(rect));
  }
  if (result) joint(g, bench, result.panel, centre(cellRect(result.panel, result.cell)));
}

// An arrow from box to box: across where they stand side by side, else along the lane below.
function joint(g, from, to, [x, y]) {
  const lane = from.under, gap = to.x - from.x - from.width;
  const level = from.row === to.row, beside = level && gap > 0 && gap < 60;
  const inside = (at, start, size) => clamp(at, start + 12, start + size - 12);
  const height = inside(inside(y, from.y, from.height), to.y, to.height);
  const out = inside(x, from.x, from.width), into = inside(out, to.x, to.width);
  const end = level ? to.y + to.height + 4 : to.y - 2; // from below, or from above
  const path = beside
    ? [[from.x + from.width + 5, height], [to.x - 3, height]]
    : [[out, from.y + from.height + 3], [out, lane], [into, lane], [into, end]];
  const points = rounded(path, 6);
  g.globalAlpha = 0.55;
  lines(g, shortened(points, 6), 2.5, g.ink);
  paintHead(g, points.at(-1), points.at(-2), 9, g.ink, false);
  g.globalAlpha = 1;
}
