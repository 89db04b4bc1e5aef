// Cells, outlines and links. Everything has a shape of its own, so that grey print tells it apart.

function print(g, text, x, y, size, colour, weight = 400, align = "center", halo = true) {
  g.font = `${weight} ${size}px ${g.face}`;
  g.textAlign = align;
  g.textBaseline = "middle";
  if (halo) {
    pen(g, 4, g.paper);
    g.strokeText(text, x, y);
  }
  g.fillStyle = colour;
  g.fillText(text, x, y);
}

function pen(g, width, colour, dash = []) {
  g.lineWidth = width;
  g.lineJoin = "round";
  g.strokeStyle = colour;
  g.setLineDash(dash);
}

function frame(g, rect, grow, width, colour, dash) {
  const { x, y, w, h } = shrunk(rect, -grow);
  pen(g, width, colour, dash);
  g.strokeRect(x, y, w, h);
}

function block(g, { x, y, w, h }, colour) {
  g.fillStyle = colour;
  g.fillRect(x, y, w, h);
}

function lines(g, points, width, colour, dash) {
  g.beginPath();
  for (const [x, y] of points) g.lineTo(x, y);
  pen(g, width, colour, dash);
  g.stroke();
}

function disc(g, [x, y], radius, width, colour, fill) {
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * PI);
  pen(g, width, colour);
  g.stroke();
  g.fillStyle = fill || "#0000";
  g.fill();
}

function clipped(g, { x, y, w, h }, paint) {
  g.save();
  g.beginPath();
  g.rect(x, y, w, h);
  g.clip();
  paint();
  g.restore();
}

const centre = ({ x, y, w, h }) => [x + w / 2, y + h / 2];
const shrunk = ({ x, y, w, h }, by) => ({ x: x + by, y: y + by, w: w - 2 * by, h: h - 2 * by });
const between = (a, b, t) => ({
  x: lerp(a.x, b.x, t), y: lerp(a.y, b.y, t), w: lerp(a.w, b.w, t), h: lerp(a.h, b.h, t),
});

// The first of some writings that fits a cell is printed; where none fits, colour alone speaks.
function printFirst(g, texts, { x, y, w, h }, share, colour, lift = 0.5) {
  const large = min(h * share, 26);
  for (const [text, scale] of texts.flatMap((text) => [[text, 1], [text, 0.8]])) {
    g.font = `600 ${large * scale}px ${g.face}`;
    if (large * scale < 8 || g.measureText(text).width > w * 0.88) continue;
    return print(g, text, x + w / 2, y + h * lift, large * scale, colour, 600, "center", false);
  }
}

const printValue = (g, value, rect, colour, lift) =>
  printFirst(g, [4, 3, 2, 1].map((digits) => number(value, digits)), rect, 0.38, colour, lift);

// One cell as it stands, without what a step does to it.
function paintCell(g, panel, cell, whole) {
  const kind = panel.kind[cell], rect = whole.w < 7 ? whole : shrunk(whole, 0.5);
  block(g, whole, g.paper);
  if (kind === OUTSIDE) return frame(g, rect, -2, 1, g.ink, [3, 3]);
  if (kind === PADDING) return paintPadding(g, panel, rect);
  if (!panel.seen[cell]) return paintBlank(g, panel, whole);
  if (kind === SECRET) {
    block(g, rect, g.soft);
    frame(g, rect, -1.5, 1.5, g.ink, [4, 2]);
    return printFirst(g, ["?"], rect, 0.55, g.ink);
  }
  const value = valueOf(panel, cell), tone = shade(g, panel, value), terms = panel.terms.get(cell) || [];
  block(g, rect, tone.full);
  if (Number.isNaN(value)) frame(g, rect, -1, 1, g.line);
  printValue(g, value, rect, tone.digits, terms[1] ? 0.4 : 0.5);
  if (!terms[1]) return;
  const sum = terms.map((term) => number(term, 2)).join(" + ").replaceAll("+ −", "− ");
  printFirst(g, [sum], rect, 0.2, tone.digits, 0.78);
}

function paintPadding(g, panel, rect) {
  const { x, y, w, h } = rect, pitch = clamp(w / 4, 4, 7);
  block(g, rect, g.soft);
  clipped(g, rect, () => {
    for (let d = -h; d < w; d += pitch) lines(g, [[x + d, y + h], [x + d + h, y]], 1, g.line);
  });
  printFirst(g, [panel.padding_text], rect, 0.34, g.ink);
}

function paintBlank(g, panel, rect) {
  if (panel.shown !== "summed") return frame(g, rect, 0, 1, g.line);
  frame(g, rect, -2.5, 1.5, g.line, [1.5, 3]);
  printFirst(g, ["0"], rect, 0.3, g.line);
}

// Cells are kept on a canvas of the panel's own; a step repaints only the cells that it changes.
function sized(canvas, width, height, theme) {
  canvas.width = round(width * devicePixelRatio);
  canvas.height = round(height * devicePixelRatio);
  const g = Object.assign(canvas.getContext("2d"), theme);
  g.scale(devicePixelRatio, devicePixelRatio);
  return g;
}

function paintPanel(g, panel, s) {
  const w = panel.cols * panel.cell, h = panel.rows * panel.cell, changed = bring(panel, s);
  const cells = panel.layer ? changed : panel.seen.keys(), { x, y } = cellRect(panel, 0);
  panel.layer ||= sized(document.createElement("canvas"), w, h, panel.theme);
  const still = { ...panel, x: 0, y: 0, left: 0, top: 0 };
  for (const cell of cells) paintCell(panel.layer, panel, cell, cellRect(still, cell));
  g.drawImage(panel.layer.canvas, x, y, w, h);
  frame(g, { x, y, w, h }, 0.5, 1, g.line);
}

// Titles and indices stand above everything else.
function paintNames(g, panel) {
  const { x, y } = cellRect(panel, 0), { cell, turned } = panel;
  print(g, panel.title, x, panel.y + 12, 16, g.ink, 600, "left");
  if (!panel.left) return;
  for (let r = 0; r < panel.rows; r++) {
    print(g, rowName(panel, r), x - 7, y + (r + 0.5) * cell, 12, g.ink, 400, "right");
  }
  for (let c = 0; c < panel.cols; c++) {
    g.save();
    g.translate(x + (c + 0.5) * cell, y - (turned ? 6 : 10));
    if (turned) g.rotate(-PI / 2);
    print(g, colName(panel, c), 0, 0, 12, g.ink, 400, turned ? "left" : "center");
    g.restore();
  }
}

// The window: a double outline, around the block or, where it has holes, around each cell.
function windowOf(panel, lit) {
  const rects = lit.map((one) => cellRect(panel, one.cell)), side = panel.cell;
  const [left, right] = [min, max].map((pick) => pick(...rects.map((r) => r.x)));
  const [top, bottom] = [min, max].map((pick) => pick(...rects.map((r) => r.y)));
  const rect = { x: left, y: top, w: right - left + side, h: bottom - top + side };
  return { rect, rects, full: round((rect.w * rect.h) / side ** 2) === lit.length };
}

function paintWindow(g, panel, lit, before, moved) {
  const now = windowOf(panel, lit), from = before.length ? windowOf(panel, before) : now;
  const t = clamp(panel.cell / 12, 1, 2);
  if (!now.full) frame(g, now.rect, 3, 1, g.ink, [4, 4]);
  for (const rect of now.full ? [between(from.rect, now.rect, moved)] : now.rects) {
    frame(g, rect, t, 4 * t, g.ink);
    frame(g, rect, t, 1.6 * t, g.paper);
  }
}

// An outline on a halo of paper: for the written cell, and for cells lit by pointing.
function outline(g, rect, colour, most) {
  const width = clamp(rect.w / 9, 1.5, most);
  frame(g, rect, 0, width + 3, g.paper);
  frame(g, rect, 0, width, colour);
}

// The ring on the chosen cell, with a mark that says which extreme it is, or a pin.
function paintChosen(g, rect, mark) {
  const [x, y] = centre(rect), radius = max(rect.w * 0.43, 4), width = clamp(rect.w / 14, 1.5, 4);
  disc(g, [x, y], radius, width + 3, g.paper);
  disc(g, [x, y], radius, width, g.ring);
  if (mark) paintMark(g, mark, x + radius * 0.76, y - radius * 0.76, clamp(rect.w / 6, 4, 9));
}

function paintMark(g, mark, x, y, size) {
  const tip = mark === "up" ? -size : size;
  lines(g, [[x, y + tip], [x + size, y - tip * 0.8], [x - size, y - tip * 0.8], [x, y + tip]], 3, g.paper);
  g.fillStyle = g.ring;
  g.fill();
  if (mark === "pin") disc(g, [x, y - size * 0.8], size, 0.1, g.ring, g.ring);
}

// Weights: each lit cell fades, and keeps its full colour on a square whose area is its weight.
function paintWeights(g, panel, lit, weigh) {
  for (const { cell, weight } of lit) {
    const rect = cellRect(panel, cell), value = valueOf(panel, cell), tone = shade(g, panel, value);
    const side = lerp(1, sqrt(abs(weight) / max(1, panel.most)), weigh);
    const inset = shrunk(rect, (rect.w * (1 - side)) / 2);
    if (value !== null) {
      block(g, rect, tone.faded);
      printValue(g, value, rect, g.ink);
    }
    clipped(g, inset, () => {
      if (value !== null) block(g, inset, tone.full);
      if (rect.w >= 12 && weight) frame(g, inset, -0.75, 1.5, g.ink, weight < 0 ? [3, 2] : []);
      if (value !== null) printValue(g, value, rect, tone.digits);
    });
  }
}

// A link from a source to a lit cell: solid and + or dashed and -, wider for a larger weight. It
// runs from rim to rim, so that the numbers stay readable.
function paintLink(g, from, to, weight, share, grown, open) {
  const start = centre(from), goal = centre(to), span = hypot(goal[0] - start[0], goal[1] - start[1]);
  const bend = [(start[0] + goal[0]) / 2, min(start[1], goal[1]) - span * 0.16];
  const rim = (point, side) => {
    const far = hypot(bend[0] - point[0], bend[1] - point[1]) || 1;
    return mix(point, bend, min((side * 0.4) / far, 1));
  };
  const a = rim(start, from.w), b = rim(goal, to.w);
  const at = (t) => mix(mix(a, bend, t), mix(bend, b, t), t);
  const points = Array.from({ length: 31 }, (_, i) => at((i / 30) * grown));
  const colour = weight < 0 ? g.minus : g.plus, width = 1.5 + 4.5 * share;
  lines(g, points, width + 3, g.paper);
  lines(g, points, width, colour, weight < 0 ? [7, 5] : []);
  paintHead(g, points[30], points[28], width + 6, colour, open);
  if (grown < 1) return;
  disc(g, points[15], 8, 1.5, colour, g.paper);
  print(g, weight < 0 ? "−" : "+", points[15][0], points[15][1] + 0.5, 14, colour, 700);
}

function paintHead(g, tip, near, size, colour, open) {
  const angle = atan2(tip[1] - near[1], tip[0] - near[0]);
  const back = (side) => [tip[0] - size * cos(angle + side), tip[1] - size * sin(angle + side)];
  lines(g, [tip, back(0.5), back(-0.5), tip], 2, colour);
  g.fillStyle = open ? g.paper : colour;
  g.fill();
}
