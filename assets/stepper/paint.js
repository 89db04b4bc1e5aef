// Cells, outlines and links. Everything has a shape of its own, so that grey print tells it apart.

function print(ctx, theme, text, x, y, size, colour, more = {}) {
  ctx.font = `${more.weight || 400} ${size}px ${theme.font}`;
  ctx.textAlign = more.align || "center";
  ctx.textBaseline = more.base || "middle";
  if (more.halo) {
    ctx.lineJoin = "round";
    ctx.lineWidth = size / 4;
    ctx.strokeStyle = more.halo;
    ctx.strokeText(text, x, y);
  }
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

// The longest writing of a value that fits a width, or null: then colour alone speaks.
function fitted(ctx, theme, value, width, height = width) {
  const large = Math.min(height * 0.38, 26);
  for (const digits of [4, 3, 2, 1]) {
    const found = fittedText(ctx, theme, number(value, digits), width, large);
    if (found) return found;
  }
  return null;
}

function fittedText(ctx, theme, text, width, large) {
  for (const size of [large, large * 0.8]) {
    if (size < 8) return null;
    ctx.font = `600 ${size}px ${theme.font}`;
    if (ctx.measureText(text).width <= width * 0.86) return { text, size };
  }
  return null;
}

function hatch(ctx, { x, y, w, h }, colour) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.clip();
  ctx.beginPath();
  for (let d = -h; d < w; d += Math.max(4, Math.min(7, w / 4))) {
    ctx.moveTo(x + d, y + h);
    ctx.lineTo(x + d + h, y);
  }
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.restore();
}

function frame(ctx, { x, y, w, h }, grow, width, colour, dash = []) {
  ctx.setLineDash(dash);
  ctx.lineWidth = width;
  ctx.strokeStyle = colour;
  ctx.strokeRect(x - grow, y - grow, w + 2 * grow, h + 2 * grow);
  ctx.setLineDash([]);
}

function centred(ctx, theme, rect, value, colour, halo) {
  const found = fitted(ctx, theme, value, rect.w, rect.h);
  if (!found) return;
  const x = rect.x + rect.w / 2, y = rect.y + rect.h / 2;
  print(ctx, theme, found.text, x, y + 1, found.size, colour, { weight: 600, halo });
}

// One cell as it stands, without what a step does to it.
function paintCell(ctx, theme, ledger, cell, whole) {
  const { panel } = ledger, kind = panel.kind[cell], gap = whole.w >= 7 ? 0.5 : 0;
  const rect = { x: whole.x + gap, y: whole.y + gap, w: whole.w - 2 * gap, h: whole.h - 2 * gap };
  const side = { x: rect.x, y: rect.y, w: rect.w, h: rect.h };
  ctx.fillStyle = theme.paper;
  ctx.fillRect(whole.x, whole.y, whole.w, whole.h);
  if (kind === OUTSIDE) return frame(ctx, side, -1.5, 1, theme.ink, [3, 3]);
  if (kind === PADDING) return paintPadding(ctx, theme, panel, rect);
  if (!ledger.seen[cell]) return paintBlank(ctx, theme, panel, rect);
  if (kind === SECRET) return paintSecret(ctx, theme, rect);
  const value = valueOf(ledger, cell), tone = shade(theme, panel, value);
  ctx.fillStyle = tone ? tone.full : theme.paper;
  ctx.fillRect(rect.x, rect.y, rect.w, rect.h);
  if (!tone) frame(ctx, side, -0.5, 1, theme.line);
  const terms = ledger.terms.get(cell);
  if (terms && terms.length > 1 && paintSum(ctx, theme, rect, value, terms, tone)) return;
  centred(ctx, theme, rect, value, tone ? tone.digits : theme.ink);
}

function paintPadding(ctx, theme, panel, rect) {
  ctx.fillStyle = theme.soft;
  ctx.fillRect(rect.x, rect.y, rect.w, rect.h);
  hatch(ctx, rect, theme.line);
  const found = fittedText(ctx, theme, panel.padding_text, rect.w, Math.min(rect.h * 0.34, 22));
  if (!found) return;
  const x = rect.x + rect.w / 2, y = rect.y + rect.h / 2;
  print(ctx, theme, found.text, x, y, found.size, theme.ink, { halo: theme.soft });
}

function paintBlank(ctx, theme, panel, rect) {
  if (panel.shown !== "summed") return frame(ctx, rect, -0.5, 1, theme.line);
  frame(ctx, rect, -2, 1.5, theme.line, [1.5, 3]);
  if (rect.w < 20) return;
  const size = Math.min(rect.w * 0.3, 18);
  print(ctx, theme, "0", rect.x + rect.w / 2, rect.y + rect.h / 2, size, theme.line);
}

function paintSecret(ctx, theme, rect) {
  ctx.fillStyle = theme.soft;
  ctx.fillRect(rect.x, rect.y, rect.w, rect.h);
  frame(ctx, rect, -1, 1.5, theme.ink, [4, 2]);
  const size = Math.min(rect.h * 0.55, 34);
  if (size < 7) return;
  print(ctx, theme, "?", rect.x + rect.w / 2, rect.y + rect.h / 2, size, theme.ink, { weight: 700 });
}

// "1 + 1 + 1" under the sum that it makes; false where there is no room.
function paintSum(ctx, theme, rect, value, terms, tone) {
  const text = terms.map((term) => number(term, 3)).join(" + ").replaceAll("+ −", "− ");
  const small = fittedText(ctx, theme, text, rect.w * 1.06, Math.min(rect.h * 0.22, 15));
  if (!small || terms.length > 16) return false;
  const x = rect.x + rect.w / 2;
  const sum = fitted(ctx, theme, value, rect.w, rect.h * 0.9);
  if (sum) {
    print(ctx, theme, sum.text, x, rect.y + rect.h * 0.38, sum.size, tone.digits, { weight: 600 });
  }
  print(ctx, theme, small.text, x, rect.y + rect.h * 0.76, small.size, tone.digits);
  return true;
}

// A panel's cells are kept on a canvas of their own; a step repaints only the cells it changes.
function newLayer(box, ratio) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(box.panel.cols * box.cell * ratio);
  canvas.height = Math.ceil(box.panel.rows * box.cell * ratio);
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  return { canvas, ctx, fresh: true };
}

function refresh(layer, theme, ledger, box, s) {
  let changed = bring(ledger, s);
  if (layer.fresh || changed === null) {
    changed = Array.from({ length: box.panel.rows * box.panel.cols }, (_, cell) => cell);
  }
  layer.fresh = false;
  const origin = { ...box, x: 0, y: 0, left: 0, top: 0 };
  for (const cell of changed) paintCell(layer.ctx, theme, ledger, cell, cellRect(origin, cell));
}

function paintPanel(ctx, theme, box, layer, labels) {
  const x = box.x + box.left, y = box.y + box.top, { panel, cell } = box;
  const w = panel.cols * cell, h = panel.rows * cell;
  ctx.drawImage(layer.canvas, x, y, layer.canvas.width / layer.ratio, layer.canvas.height / layer.ratio);
  print(ctx, theme, panelTitle(panel, labels), x, box.y + 12, 16, theme.ink, {
    weight: 600, align: "left",
  });
  frame(ctx, { x, y, w, h }, 0.5, 1, theme.line);
  if (box.left) paintIndices(ctx, theme, box, x, y);
}

function paintIndices(ctx, theme, { panel, cell, turned }, x, y) {
  for (let r = 0; r < panel.rows; r++) {
    const text = panel.row_labels[r] ?? number(r + panel.origin[0]);
    print(ctx, theme, text, x - 6, y + (r + 0.5) * cell, 12, theme.ink, { align: "right" });
  }
  for (let c = 0; c < panel.cols; c++) {
    const text = panel.col_labels[c] ?? number(c + panel.origin[1]), middle = x + (c + 0.5) * cell;
    if (!turned) {
      print(ctx, theme, text, middle, y - 9, 12, theme.ink);
      continue;
    }
    ctx.save();
    ctx.translate(middle, y - 5);
    ctx.rotate(-Math.PI / 2);
    print(ctx, theme, text, 0, 0, 12, theme.ink, { align: "left" });
    ctx.restore();
  }
}

// The window: a double outline, around the block or, where it has holes, around each cell.
function blockOf(box, lit) {
  const rects = lit.map((one) => cellRect(box, one.cell));
  const x = Math.min(...rects.map((r) => r.x)), y = Math.min(...rects.map((r) => r.y));
  const w = Math.max(...rects.map((r) => r.x)) + box.cell - x;
  const h = Math.max(...rects.map((r) => r.y)) + box.cell - y;
  const full = Math.round(w / box.cell) * Math.round(h / box.cell) === lit.length;
  return { rect: { x, y, w, h }, rects, full };
}

function doubleOutline(ctx, theme, rect, cell) {
  const t = Math.max(1, Math.min(2, cell / 12));
  frame(ctx, rect, t, 4 * t, theme.ink);
  frame(ctx, rect, t, 1.6 * t, theme.paper);
}

function paintWindow(ctx, theme, box, lit, before, moved) {
  const block = blockOf(box, lit);
  if (!block.full) {
    frame(ctx, block.rect, 3, 1, theme.ink, [4, 4]);
    return block.rects.forEach((rect) => doubleOutline(ctx, theme, rect, box.cell));
  }
  const from = before && before.length ? blockOf(box, before).rect : block.rect;
  return doubleOutline(ctx, theme, between(from, block.rect, moved), box.cell);
}

const lerp = (a, b, t) => a + (b - a) * t;
const between = (a, b, t) => ({
  x: lerp(a.x, b.x, t), y: lerp(a.y, b.y, t), w: lerp(a.w, b.w, t), h: lerp(a.h, b.h, t),
});
const ease = (t) => (t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) ** 2);

function paintWritten(ctx, theme, rect) {
  const t = Math.max(2, Math.min(5, rect.w / 9));
  frame(ctx, rect, 0, t + 3, theme.paper);
  frame(ctx, rect, 0, t, theme.write);
}

// The ring on the chosen cell, with a mark that says which extreme it is, or a pin.
function paintChosen(ctx, theme, rect, mark) {
  const x = rect.x + rect.w / 2, y = rect.y + rect.h / 2;
  const radius = Math.max(Math.min(rect.w, rect.h) * 0.43, 4), t = Math.max(1.5, Math.min(4, rect.w / 14));
  for (const [width, colour] of [[t + 3, theme.paper], [t, theme.ring]]) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.lineWidth = width;
    ctx.strokeStyle = colour;
    ctx.stroke();
  }
  const size = Math.max(4, Math.min(9, rect.w / 6)), at = radius * 0.76;
  if (mark === "pin") paintPin(ctx, theme, x + at, y - at, size);
  else if (mark) paintMark(ctx, theme, x + at, y - at, mark === "up" ? size : -size);
}

function paintMark(ctx, theme, x, y, size) {
  ctx.beginPath();
  ctx.moveTo(x, y - size);
  ctx.lineTo(x + size, y + size * 0.8);
  ctx.lineTo(x - size, y + size * 0.8);
  ctx.closePath();
  filled(ctx, theme);
}

function paintPin(ctx, theme, x, y, size) {
  ctx.beginPath();
  ctx.arc(x, y - size, size * 0.8, 0.75 * Math.PI, 2.25 * Math.PI);
  ctx.lineTo(x, y + size);
  ctx.closePath();
  filled(ctx, theme);
}

function filled(ctx, theme) {
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  ctx.strokeStyle = theme.paper;
  ctx.stroke();
  ctx.fillStyle = theme.ring;
  ctx.fill();
}

// Weights: each lit cell fades, and keeps its full colour on a square whose area is its weight.
function paintWeights(ctx, theme, box, ledger, lit, weigh, top) {
  const most = Math.max(1, top);
  for (const { cell, weight } of lit) {
    const rect = cellRect(box, cell), side = lerp(1, Math.sqrt(Math.abs(weight || 0) / most), weigh);
    if (ledger.panel.kind[cell] > PADDING) continue;
    const value = valueOf(ledger, cell), tone = shade(theme, box.panel, value);
    if (ledger.panel.kind[cell] === CELL) {
      ctx.fillStyle = tone ? tone.faded : theme.paper;
      ctx.fillRect(rect.x, rect.y, rect.w, rect.h);
    }
    if (side > 0.02) paintInset(ctx, theme, rect, side, tone, weight);
    if (value === null) continue;
    const inside = side > 0.75 && tone;
    centred(ctx, theme, rect, value, inside ? tone.digits : theme.ink, inside ? null : theme.paper);
  }
}

function paintInset(ctx, theme, rect, side, tone, weight) {
  const w = rect.w * side, inset = { x: rect.x + (rect.w - w) / 2, y: rect.y + (rect.h - w) / 2, w, h: w };
  if (tone) {
    ctx.fillStyle = tone.full;
    ctx.fillRect(inset.x, inset.y, w, w);
  }
  if (rect.w >= 12) frame(ctx, inset, -0.75, 1.5, theme.ink, weight < 0 ? [3, 2] : []);
}

// A link from its source to a lit cell: solid and + or dashed and -, wider for a larger weight.
function paintLink(ctx, theme, from, to, { weight, share, open, grown, signed }) {
  const a = { x: from.x + from.w / 2, y: from.y + from.h / 2 };
  const b = { x: to.x + to.w / 2, y: to.y + to.h / 2 };
  const bend = { x: (a.x + b.x) / 2, y: Math.min(a.y, b.y) - Math.hypot(b.x - a.x, b.y - a.y) * 0.16 };
  const width = 1.5 + 4.5 * share, colour = weight < 0 ? theme.minus : theme.plus;
  const end = curve(a, bend, b, grown), near = curve(a, bend, b, grown - 0.02);
  const control = { x: lerp(a.x, bend.x, grown), y: lerp(a.y, bend.y, grown) };
  for (const [extra, paint] of [[3, theme.paper], [0, colour]]) {
    ctx.setLineDash(weight < 0 && !extra ? [7, 5] : []);
    ctx.lineWidth = width + extra;
    ctx.strokeStyle = paint;
    ctx.beginPath();
    ctx.moveTo(a.x, a.y);
    ctx.quadraticCurveTo(control.x, control.y, end.x, end.y);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  paintHead(ctx, theme, end, Math.atan2(end.y - near.y, end.x - near.x), width + 6, colour, open);
  if (signed && grown === 1) paintSign(ctx, theme, curve(a, bend, b, 0.5), weight, colour);
}

function curve(a, c, b, t) {
  const at = (p, q, r) => (1 - t) ** 2 * p + 2 * t * (1 - t) * q + t * t * r;
  return { x: at(a.x, c.x, b.x), y: at(a.y, c.y, b.y) };
}

function paintHead(ctx, theme, tip, angle, size, colour, open) {
  ctx.save();
  ctx.translate(tip.x, tip.y);
  ctx.rotate(angle);
  ctx.beginPath();
  ctx.moveTo(-size, -size * 0.6);
  ctx.lineTo(0, 0);
  ctx.lineTo(-size, size * 0.6);
  ctx.closePath();
  ctx.lineWidth = 2;
  ctx.strokeStyle = colour;
  ctx.fillStyle = open ? theme.paper : colour;
  ctx.fill();
  ctx.stroke();
  ctx.restore();
}

function paintSign(ctx, theme, at, weight, colour) {
  ctx.beginPath();
  ctx.arc(at.x, at.y, 9, 0, 2 * Math.PI);
  ctx.fillStyle = theme.paper;
  ctx.fill();
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = colour;
  ctx.stroke();
  print(ctx, theme, weight < 0 ? "−" : "+", at.x, at.y + 0.5, 15, colour, { weight: 700 });
}
