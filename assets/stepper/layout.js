// Where panels and the bench stand: the largest cell at which all of them fit, row by row.

const GAP = 44, TITLE = 30, BIGGEST = 84;

function widest(g, texts, font = "12px") {
  g.font = `${font} ${g.face}`;
  return max(...(texts.length ? texts : ["00"]).map((text) => g.measureText(text).width));
}

// A panel's size for cells of this size; small panels keep legible cells of their own.
function measure(g, panel, cell) {
  const longest = max(panel.rows, panel.cols);
  panel.cell = snap(max(cell, min(44, 120 / longest, cell * 4)));
  panel.left = 0;
  panel.top = TITLE;
  if (panel.cell >= 15) {
    const across = widest(g, panel.col_labels);
    panel.turned = across > panel.cell - 2;
    panel.left += min(widest(g, panel.row_labels), 110) + 8;
    panel.top += panel.turned ? min(across, 90) + 6 : 18;
  }
  panel.width = panel.left + max(panel.cols * panel.cell, widest(g, [panel.title], "600 16px"));
  panel.height = panel.top + panel.rows * panel.cell;
}

function flow(all, room) {
  const rows = [];
  let x = Infinity;
  for (const box of all) {
    if (x + box.width > room) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1).push(box);
    x += box.width + GAP;
  }
  return rows;
}

const snap = (at) => round(at * devicePixelRatio) / devicePixelRatio; // to pixels of the screen
const tallest = (row) => max(...row.map((box) => box.height));

// Place everything in a width; gives the height, if possible not more than `most`.
function layout(g, { panels, bench }, width, most) {
  const room = width - 16, all = [...panels];
  if (bench) all.splice(all.indexOf(bench.panel) + 1, 0, bench);
  let cell = BIGGEST, rows, y;
  do {
    for (const panel of panels) measure(g, panel, cell);
    if (bench) {
      bench.width = min(clamp(bench.slots * 40, 180, 330), room);
      bench.height = TITLE + clamp(cell * 3.4, 120, 240);
    }
    rows = flow(all, room);
    y = rows.reduce((sum, row) => sum + tallest(row) + 16, 6);
    cell -= cell > 12 ? 1 : 0.5;
  } while (cell > 0.5 && (y > most || all.some((box) => box.width > room)));
  y = 6;
  for (const row of rows) {
    let x = (width + GAP - row.reduce((sum, box) => sum + box.width + GAP, 0)) / 2;
    for (const box of row) {
      box.x = x;
      box.y = y + (tallest(row) - box.height) / 2;
      x += box.width + GAP;
    }
    y += tallest(row) + 16;
  }
  return ceil(y);
}

function cellRect(panel, cell) {
  const { cell: side, cols } = panel, row = floor(cell / cols), col = cell % cols;
  const x = snap(panel.x + panel.left) + col * side, y = snap(panel.y + panel.top) + row * side;
  return { x, y, w: side, h: side };
}

function cellAt({ panels }, x, y) {
  for (const panel of panels) {
    const first = cellRect(panel, 0), [col, row] = [x - first.x, y - first.y].map((at) => floor(at / panel.cell));
    if (col < 0 || row < 0 || col >= panel.cols || row >= panel.rows) continue;
    return { panel, cell: row * panel.cols + col };
  }
  return null;
}
