// Where panels and the bench stand: in one row while there is room, in several only where cells
// would get much smaller, at the largest cell at which all of them fit.

const TITLE = 30, BIGGEST = 84;
const READABLE = 24; // pixels of a cell in which a digit can be read
const SEEN = 11; // and in which a mark on a picture can be seen
const ENOUGH = 36; // a cell of this size is large enough: no further row for a larger one
const GAIN = 0.6; // nor one that does not make cells this much larger
const NARROW = 560;
const NUMBERED = 12; // panels with more cells on a side are seen as colours

const snap = (at, grain) => round(at * grain) / grain; // to pixels of the screen

function fonted(g, text, font) {
  g.font = `${font} ${g.face}`;
  return g.measureText(text).width;
}

const widest = (g, texts) => max(...["00", ...texts].map((text) => fonted(g, text, "12px")));

// A text as lines no wider than `room`, broken at spaces, and between signs of Chinese.
function wrap(g, text, room, font) {
  const tokens = text.replace(/(\d) × (\d)/g, "$1\u00a0×\u00a0$2").split(/(?<=[ \u2e80-\u9fff])/);
  const lines = [""];
  for (const token of tokens) {
    const longer = lines.at(-1) + token;
    const fits = !lines.at(-1) || fonted(g, longer.trimEnd(), font) <= room;
    if (fits) lines[lines.length - 1] = longer;
    else lines.push(token);
  }
  return lines.map((line) => line.trimEnd());
}

// A text cut to `room`, with dots where it was cut; the font is that of the context.
function cut(g, text, room) {
  if (g.measureText(text).width <= room) return text;
  let length = text.length - 1;
  while (length > 1 && g.measureText(`${text.slice(0, length)}…`).width > room) length--;
  return `${text.slice(0, length)}…`;
}

// A title in few lines, in the largest type in which they fit; a word that is too long is cut.
function entitle(g, text, room) {
  for (const [size, most] of [[14.5, 2], [12.5, 2], [11, 3]]) {
    const font = `600 ${size}px`, lines = wrap(g, text, room, font);
    const fits = lines.length <= most && lines.every((line) => fonted(g, line, font) <= room);
    if (fits) return { size, lines };
  }
  const lines = wrap(g, text, room, "600 11px").slice(0, 3);
  return { size: 11, lines: lines.map((line) => cut(g, line, room)) };
}

// Names as they are written, and how wide they are: once for all sizes of cells.
function readNames(g, panel) {
  panel.across = widest(g, panel.col_labels);
  panel.along = min(widest(g, panel.row_labels), 110) + 12;
  panel.rowNames = Array.from({ length: panel.rows }, (_, r) => cut(g, rowName(panel, r), 110));
  panel.colNames = Array.from({ length: panel.cols }, (_, c) => cut(g, colName(panel, c), 90));
}

// Small panels beside large ones keep legible cells of their own.
function measure(g, panel, most, grain, beside) {
  const { rows, cols, across, along } = panel, sides = max(rows, cols);
  const small = beside && sides <= NUMBERED;
  const own = small ? max(most, min(ENOUGH, 120 / sides, most * 4)) : most;
  const cell = snap(own, grain), turned = across > cell - 2, names = cell >= 17;
  const left = names ? along : 0, named = fonted(g, panel.title, "600 14px");
  const wide = max(cols * cell, min(76, named)), title = entitle(g, panel.title, wide);
  const head = title.lines.length * (title.size + 3) + 6;
  const top = head + (names ? (turned ? min(across, 90) + 10 : 22) : 4);
  Object.assign(panel, { cell, left, top, turned, heading: title, names, grain });
  Object.assign(panel, { width: left + wide, height: top + rows * cell });
}

function flow(all, room, gap) {
  const rows = [];
  let x = Infinity;
  for (const box of all) {
    if (x + box.width > room || box.breaks) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1).push(box);
    x += box.width + gap;
  }
  return rows;
}

// Every box learns its corner, its row, and where the free lane under that row is.
function place(rows, width, gap, lane) {
  let y = 4;
  rows.forEach((row, at) => {
    const tall = max(...row.map((box) => box.height));
    let x = (width + gap - row.reduce((sum, box) => sum + box.width + gap, 0)) / 2;
    for (const box of row) {
      const under = y + tall + (at < rows.length - 1 ? lane / 2 : 8);
      Object.assign(box, { x, y: y + (tall - box.height) / 2, row: at, under });
      x += box.width + gap;
    }
    y += tall + lane;
  });
  return ceil(y - lane + 10);
}

// Gives the height, not more than `most` as long as cells can be read. A bench that would take the
// room of readable cells is left out.
function layout(g, scene, width, most, grain, readable = READABLE) {
  const { panels, bench } = scene, small = width < NARROW, room = width - 12;
  const gap = clamp(width * 0.045, 24, 38), lane = bench || scene.home ? 26 : 16;
  const large = panels.some(({ rows, cols }) => max(rows, cols) > NUMBERED);
  const wordless = panels.every((panel) => panel.ground); // pictures, no digits to read
  if (wordless) readable = SEEN;
  for (const panel of panels) readNames(g, panel);
  let all;
  const fit = (cell, tallest) => {
    for (const panel of panels) measure(g, panel, cell, grain, large);
    if (bench) sizeBench(bench, cell, room, small);
    const rows = flow(all, room, gap), height = place(rows, width, gap, lane);
    const fits = height <= tallest && all.every((box) => box.width <= room);
    return { cell, height, rows: fits ? rows.length : Infinity };
  };
  // The largest cell with which they stand in at most so many rows.
  const largest = (rows, tallest) => {
    let low = 1, high = 2 * BIGGEST; // in half pixels
    if (fit(low / 2, tallest).rows > rows) return 0;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (fit(middle / 2, tallest).rows <= rows) low = middle;
      else high = middle;
    }
    return low > 24 ? floor(low / 2) : low / 2;
  };
  const choose = (tallest, benched = true) => {
    all = [...panels];
    if (bench) bench.shown = benched;
    if (bench && benched) all.splice(all.indexOf(bench.panel) + 1, 0, bench);
    const found = all.map((_, i) => largest(i + 1, tallest)), best = max(...found);
    return found.find((cell) => cell && (cell >= GAIN * best || cell >= ENOUGH)) || 0.5;
  };
  let cell = choose(most);
  if (bench && !large && cell < readable) cell = choose(most, false);
  if (!large && cell < readable) cell = max(cell, min(largest(all.length, Infinity), readable));
  return fit(cell, Infinity).height;
}

function sizeBench(bench, cell, room, small) {
  const pitch = clamp(cell * 0.9, 20, 42);
  bench.width = min(clamp(bench.slots * pitch + 16, small ? 132 : 176, 330), room);
  bench.height = TITLE + clamp(cell * 3.3, 116, 230);
  bench.head = null; // its title is set anew
}

function cellRect(panel, cell) {
  const { cell: side, cols, grain } = panel, row = floor(cell / cols), col = cell % cols;
  const x = snap(panel.x + panel.left, grain) + col * side;
  return [x, snap(panel.y + panel.top, grain) + row * side, side, side];
}

// All cells of a panel, as one rect.
function gridRect(panel) {
  const [x, y, side] = cellRect(panel, 0);
  return [x, y, panel.cols * side, panel.rows * side];
}

function cellAt({ panels }, x, y) {
  for (const panel of panels) {
    const [left, top, side] = cellRect(panel, 0);
    const col = floor((x - left) / side), row = floor((y - top) / side);
    const inside = min(col, row) >= 0 && col < panel.cols && row < panel.rows;
    if (inside) return { panel, cell: row * panel.cols + col };
  }
  return null;
}
