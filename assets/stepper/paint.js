// Cells, outlines and links: each has a shape of its own, so that grey print tells them apart.
// A rect is [x, y, width, height].

const SMALLEST = 8; // pixels of type

function print(g, text, x, y, size, colour, weight = 400, align = "center", halo = true) {
  g.font = `${weight} ${size}px ${g.face}`;
  g.textAlign = align;
  g.textBaseline = "middle";
  pen(g, 4, g.paper);
  if (halo) g.strokeText(text, x, y);
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
  pen(g, width, colour, dash);
  g.strokeRect(...shrunk(rect, -grow));
}

function block(g, rect, colour) {
  g.fillStyle = colour;
  g.fillRect(...rect);
}

function lines(g, points, width, colour, dash, fill = "#0000") {
  g.beginPath();
  for (const point of points) g.lineTo(...point);
  ink(g, width, colour, dash, fill);
}

function disc(g, [x, y], radius, width, colour, fill = "#0000") {
  g.beginPath();
  g.arc(x, y, radius, 0, 7);
  ink(g, width, colour, [], fill);
}

function ink(g, width, colour, dash, fill) {
  pen(g, width, colour, dash);
  g.stroke();
  g.fillStyle = fill;
  g.fill();
}

function clipped(g, rect, paint) {
  g.save();
  g.beginPath();
  g.rect(...rect);
  g.clip();
  paint();
  g.restore();
}

const centre = ([x, y, w, h]) => [x + w / 2, y + h / 2];
const shrunk = ([x, y, w, h], by) => [x + by, y + by, w - 2 * by, h - 2 * by];

// What thousands of cells ask at every hover is worked out once: widths, by one pixel of type, and
// numbers in fewer and fewer digits.
const MOST_KEPT = 20000, widths = new Map(), texts = new Map();
let measured = "";

function keptIn(map, key, make) {
  if (!map.has(key)) {
    if (map.size >= MOST_KEPT) map.clear();
    map.set(key, make());
  }
  return map.get(key);
}

function widthOf(g, text) {
  if (measured !== g.face) widths.clear();
  measured = g.face;
  return keptIn(widths, text, () => {
    g.font = `600 100px ${g.face}`;
    return g.measureText(text).width / 100;
  });
}

function textsOf(value) {
  return keptIn(texts, value, () => {
    const found = [4, 3, 2, 1].map((digits) => number(value, digits));
    return [...found, found[3].replace(/^(−?)0\./, "$1.")];
  });
}

// The first of some writings that fits a cell is printed, the last of them in smaller type, too;
// where none fits, colour alone speaks.
function printFirst(g, texts, [x, y, w, h], share, colour, lift = 0.5) {
  const usual = texts.flatMap((text) => [[text, 1], [text, 0.8]]);
  for (const [text, scale] of [...usual, [texts.at(-1), 0.65], [texts.at(-1), 0.5]]) {
    const size = max(min(h * share, 26) * scale, SMALLEST);
    if (size > h * 0.8 || size * widthOf(g, text) > w * 0.88) continue;
    print(g, text, x + w / 2, y + h * lift, size, colour, 600, "center", false);
    return true;
  }
  return false;
}

// A number in as many digits as there is room for, at last without the 0 before its point.
function printValue(g, value, rect, colour, lift) {
  printFirst(g, textsOf(value), rect, 0.38, colour, lift);
}

// One cell as it stands, without what a step does to it.
function paintCell(g, panel, cell, whole) {
  const fine = whole[2] < (panel.palette === "grey" ? 20 : 7); // no lines across a picture
  const kind = kindOf(panel, cell), rect = fine ? whole : shrunk(whole, 0.5);
  if (panel.ground && kind === CELL) return paintVeil(g, panel, cell, whole);
  block(g, whole, g.paper);
  if (kind === OUTSIDE) return frame(g, rect, -2, 1, g.ink, [3, 3]);
  if (kind === PADDING) return paintPadding(g, panel, rect);
  if (!panel.seen[cell]) return frame(g, whole, 0, 1, g.line);
  if (kind === SECRET) {
    block(g, rect, g.soft);
    frame(g, rect, -1.5, 1.5, g.ink, [4, 2]);
    return printFirst(g, ["?"], rect, 0.55, g.ink);
  }
  const value = valueOf(panel, cell), tone = shade(g, panel, value);
  const terms = panel.terms.get(cell) || [];
  if (panel.shown === "summed" && !terms.length) return paintNothing(g, whole);
  block(g, rect, tone.full);
  if (isNaN(value)) frame(g, rect, -1, 1, g.line);
  const sum = terms.map((term) => number(term, 2)).join(" + ").replaceAll("+ −", "− ");
  const told = terms[1] && rect[3] > 34 && printFirst(g, [sum], rect, 0.2, tone.digits, 0.82);
  printValue(g, value, rect, tone.digits, told ? 0.46 : 0.5);
}

// Over a picture a cell is a veil, the denser the larger its value.
function paintVeil(g, panel, cell, rect) {
  const value = valueOf(panel, cell), { veil } = panel.ground;
  g.clearRect(...rect);
  if (value === null || isNaN(value)) return;
  g.globalAlpha = veil * depth(panel, value);
  block(g, rect, shade(g, panel, value).full);
  g.globalAlpha = 1;
}

function paintPadding(g, panel, rect) {
  const [x, y, w, h] = rect, pitch = clamp(w / 4, 4, 7);
  block(g, rect, g.soft);
  clipped(g, rect, () => {
    for (let d = -h; d < w; d += pitch) lines(g, [[x + d, y + h], [x + d + h, y]], 1, g.line);
  });
  printFirst(g, [panel.padding_text], rect, 0.34, g.ink);
}

// A cell that has received nothing.
function paintNothing(g, rect) {
  frame(g, rect, -2.5, 1.5, g.line, [1.5, 3]);
  printFirst(g, ["0"], rect, 0.3, g.line);
}

// A context whose canvas has `grain` pixels a unit.
function sized(canvas, width, height, theme, grain) {
  canvas.width = round(width * grain);
  canvas.height = round(height * grain);
  const g = Object.assign(canvas.getContext("2d"), theme);
  g.scale(grain, grain);
  return g;
}

// Cells are kept on a canvas of the panel's own; a step repaints only those that it changes.
function paintPanel(g, panel, s) {
  const w = panel.cols * panel.cell, h = panel.rows * panel.cell, changed = bring(panel, s);
  const cells = panel.layer ? changed : panel.seen.keys(), [x, y] = cellRect(panel, 0);
  panel.layer ||= sized(document.createElement("canvas"), w, h, panel.theme, panel.grain);
  const still = { ...panel, x: 0, y: 0, left: 0, top: 0 };
  for (const cell of cells) paintCell(panel.layer, panel, cell, cellRect(still, cell));
  if (panel.ground) {
    const { picture } = panel.ground;
    g.imageSmoothingEnabled = picture.width > w; // pixels that are enlarged stay pixels
    g.drawImage(picture, x, y, w, h);
    g.imageSmoothingEnabled = true;
  }
  g.drawImage(panel.layer.canvas, x, y, w, h);
  frame(g, [x, y, w, h], 0.5, 1, g.line);
}

function paintNames(g, panel) {
  const [x, y] = cellRect(panel, 0), { cell, turned, heading, names } = panel;
  heading.lines.forEach((line, i) => {
    const at = panel.y + (i + 0.5) * (heading.size + 3) + 2;
    print(g, line, x, at, heading.size, g.ink, 600, "left");
  });
  if (!names) return;
  panel.rowNames.forEach((name, r) => {
    print(g, name, x - 10, y + (r + 0.5) * cell, 12, g.ink, 400, "right");
  });
  panel.colNames.forEach((name, c) => {
    g.save();
    g.translate(x + (c + 0.5) * cell, y - (turned ? 8 : 13));
    if (turned) g.rotate(-PI / 2);
    print(g, name, 0, 0, 12, g.ink, 400, turned ? "left" : "center");
    g.restore();
  });
}

// The window: a double outline, around the block or, where it has holes, around each cell.
function windowOf(panel, lit) {
  const rects = lit.map((one) => cellRect(panel, one.cell)), side = panel.cell;
  const xs = rects.map((rect) => rect[0]), ys = rects.map((rect) => rect[1]);
  const x = min(...xs), y = min(...ys);
  const rect = [x, y, max(...xs) - x + side, max(...ys) - y + side];
  return { rect, rects, full: round((rect[2] * rect[3]) / side ** 2) === lit.length };
}

// A second or third track of a panel has a colour and a dash of its own.
function paintWindow(g, panel, lit, before, moved, order = 0) {
  const colour = [g.ink, g.plus, g.minus, g.write][order % 4];
  const now = windowOf(panel, lit), from = before.length ? windowOf(panel, before) : now;
  const t = clamp(panel.cell / 24, 1, 2); // beside small cells it would cover digits
  if (!now.full) frame(g, now.rect, 3, 1, g.ink, [4, 4]);
  for (const rect of now.full ? [mix(from.rect, now.rect, moved)] : now.rects) {
    frame(g, rect, t, 4 * t, colour);
    frame(g, rect, t, 1.6 * t, g.paper, [[], [7, 4], [2, 4], [9, 3, 2, 3]][order % 4]);
  }
}

// A single outline on a halo of paper: for the written cell, and for cells lit by pointing.
function outline(g, rect, colour, most) {
  const width = clamp(rect[2] / 9, 1.5, most);
  frame(g, rect, 0, width + 3, g.paper);
  frame(g, rect, 0, width, colour);
}

// The ring on the chosen cell, with a mark that says which extreme it is, or a pin.
function paintChosen(g, rect, mark) {
  const [x, y] = centre(rect), side = rect[2];
  const radius = max(side * 0.43, 4), width = clamp(side / 14, 1.5, 4);
  disc(g, [x, y], radius, width + 3, g.paper);
  disc(g, [x, y], radius, width, g.ring);
  if (mark) paintMark(g, mark, x + radius * 0.76, y - radius * 0.76, clamp(side / 6, 4, 9));
}

function paintMark(g, mark, x, y, size) {
  const tip = mark === "up" ? -size : size, base = y - tip * 0.8;
  lines(g, [[x, y + tip], [x + size, base], [x - size, base], [x, y + tip]], 3, g.paper, [], g.ring);
  if (mark === "pin") disc(g, [x, base], size, 0.1, g.ring, g.ring);
}

// Weights: each lit cell fades, and keeps its full colour on a square whose area is its weight;
// powers first swell, the larger the more.
function paintWeights(g, panel, track, lit, weigh, swell) {
  const top = track.relative ? heaviest(lit) || 1 : max(1, panel.most);
  if (track.look === "veil") return paintHeat(g, panel, lit, weigh, top);
  for (const { cell, weight } of lit) {
    const rect = cellRect(panel, cell), value = valueOf(panel, cell), tone = shade(g, panel, value);
    const share = abs(weight) / top, known = value !== null && !panel.ground;
    const side = lerp(1, sqrt(share), weigh) + share * swell;
    const inset = shrunk(rect, (rect[2] * (1 - side)) / 2);
    if (known) block(g, rect, tone.faded);
    if (known) printValue(g, value, rect, g.ink);
    clipped(g, inset, () => {
      if (known) block(g, inset, tone.full);
      if (inset[2] >= 10 && weight) frame(g, inset, -0.75, 1.5, g.ink, weight < 0 ? [3, 2] : []);
      if (known) printValue(g, value, rect, tone.digits);
    });
  }
}

// Weights as a veil, for cells in which no square could be seen.
function paintHeat(g, panel, lit, weigh, top) {
  for (const { cell, weight } of lit) {
    g.globalAlpha = (0.85 * weigh * abs(weight)) / top;
    block(g, cellRect(panel, cell), weight < 0 ? g.minus : g.plus);
  }
  g.globalAlpha = 1;
}
