// What lies over a panel and is not tied to its cells: points, edges, arrows and boxes. Groups
// differ in colour and in shape, negative strengths are dashed, hidden points are hollow.

const SHAPES = [
  null, // a disc
  [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
  [[0, -1.2], [1.2, 0.9], [-1.2, 0.9]],
];

// An array of an overlay at step s, as rows; one that does not change is the same at each.
function rowsAt(overlay, name, s) {
  const all = overlay[name];
  if (!all) return [];
  const changing = overlay.changing.includes(name);
  const [count, width = 1] = changing ? all.shape.slice(1) : all.shape;
  const at = (i) => ((changing ? s * count : 0) + i) * width;
  return Array.from({ length: count }, (_, i) => all.slice(at(i), at(i + 1)));
}

const whole = (row) => row.every((value) => Number.isFinite(value));
const groupOf = (overlay, point) => overlay.groups?.[point] ?? 0;
const tintOf = (g, group) => [g.plus, g.ring, g.write, g.ink][group % 4];

function paintOverlay(g, panel, overlay, s) {
  const [left, top, side] = cellRect(panel, 0), to = ([x, y]) => [left + x * side, top + y * side];
  const points = rowsAt(overlay, "points", s), strengths = rowsAt(overlay, "strengths", s);
  const most = (overlay.strengths || [1]).reduce((top, each) => max(top, abs(each) || 0), 0) || 1;
  const fine = clamp(side * max(panel.rows, panel.cols) / 110, 1.2, 4);
  rowsAt(overlay, "boxes", s).filter(whole).forEach(([x, y, w, h], i) => {
    const rect = [...to([x, y]), w * side, h * side];
    frame(g, rect, 0, fine + 2.5, g.paper);
    frame(g, rect, 0, fine, tintOf(g, i));
  });
  rowsAt(overlay, "edges", s).forEach(([a, b], i) => {
    const strength = strengths[i]?.[0] ?? 1;
    if (min(a, b) < 0 || isNaN(strength) || !whole(points[a]) || !whole(points[b])) return;
    const width = fine * (overlay.strengths ? 0.4 + 1.8 * abs(strength) / most : 1);
    const ends = [to(points[a]), to(points[b])], tint = tintOf(g, groupOf(overlay, a));
    lines(g, ends, width + 2, g.paper);
    lines(g, ends, width, tint, strength < 0 ? [7, 5] : []);
  });
  for (const [x, y, right, down] of rowsAt(overlay, "arrows", s).filter(whole)) {
    const ends = [to([x, y]), to([x + right, y + down])];
    lines(g, ends, fine * 0.8 + 2, g.paper);
    lines(g, ends, fine * 0.8, g.ring);
    if (hypot(right, down) * side > 3) paintHead(g, ends[1], ends[0], fine * 2.4, g.ring, false);
  }
  const hollow = rowsAt(overlay, "hollow", s);
  points.forEach((point, i) => {
    if (whole(point)) paintPoint(g, to(point), fine * 1.7, groupOf(overlay, i), hollow[i]?.[0]);
  });
}

function paintPoint(g, [x, y], radius, group, hollow) {
  const corners = SHAPES[group % 4], colour = tintOf(g, group), fill = hollow ? g.paper : colour;
  if (!corners) {
    disc(g, [x, y], radius + 1, 1.5, g.paper);
    return disc(g, [x, y], radius, 1.5, colour, fill);
  }
  const at = [...corners, corners[0]].map(([a, b]) => [x + a * radius, y + b * radius]);
  lines(g, at, 4, g.paper);
  lines(g, at, 1.5, colour, [], fill);
}

const pointName = (overlay, i, labels) => overlay.labels[i] ?? fill(labels.point, { number: i });

// The names of points that lie in a cell.
function pointsIn(panel, cell, s, labels) {
  const row = floor(cell / panel.cols), col = cell % panel.cols;
  return panel.overlays.flatMap((overlay) =>
    rowsAt(overlay, "points", s).flatMap(([x, y], i) =>
      floor(x) === col && floor(y) === row ? [pointName(overlay, i, labels)] : []));
}

// Every shape of a step as a row of texts, as Overlay.table in Python.
function overlayRows(overlay, s, labels) {
  const points = rowsAt(overlay, "points", s), strengths = rowsAt(overlay, "strengths", s);
  const named = (i) => pointName(overlay, i, labels);
  const texts = (row) => [...row].map((value) => number(value));
  const rows = points.flatMap((point, i) => (whole(point) ? [[named(i), ...texts(point)]] : []));
  rowsAt(overlay, "edges", s).forEach(([a, b], i) => {
    const there = min(a, b) >= 0 && whole(points[a]) && whole(points[b]), by = strengths[i] || [];
    if (there && whole(by)) rows.push([`${named(a)} – ${named(b)}`, ...texts(by)]);
  });
  for (const [name, shapes] of [[labels.arrow, "arrows"], [labels.box, "boxes"]]) {
    const there = rowsAt(overlay, shapes, s).filter(whole);
    there.forEach((row, i) => rows.push([`${name} ${i}`, ...texts(row)]));
  }
  return rows;
}
