// Where panels and the bench stand: the largest cell at which all of them fit, row by row.

const GAP = 44, TITLE = 30, BIGGEST = 84;

function widest(g, texts) {
  g.font = `12px ${g.face}`;
  return Math.max(...(texts.length ? texts : ["00"]).map((text) => g.measureText(text).width));
}

// A panel's size for cells of this size; small panels keep legible cells of their own.
function measure(g, panel, cell) {
  const longest = Math.max(panel.rows, panel.cols);
  panel.cell = Math.max(cell, Math.min(44, 120 / longest, cell * 4));
  panel.left = 0;
  panel.top = TITLE;
  if (panel.cell >= 15) {
    const across = widest(g, panel.col_labels);
    panel.turned = across > panel.cell - 2;
    panel.left += Math.min(widest(g, panel.row_labels), 110) + 8;
    panel.top += panel.turned ? Math.min(across, 90) + 6 : 18;
  }
  panel.width = panel.left + panel.cols * panel.cell;
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

const tallest = (row) => Math.max(...row.map((box) => box.height));

// Place everything in a width; gives the height, if possible not more than `most`.
function layout(g, { panels, bench }, width, most) {
  const room = width - 16, all = [...panels];
  if (bench) all.splice(all.indexOf(bench.panel) + 1, 0, bench);
  let cell = BIGGEST, rows, y;
  do {
    for (const panel of panels) measure(g, panel, cell);
    if (bench) {
      bench.width = Math.min(clamp(bench.slots * 40, 180, 330), room);
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
      box.x = Math.round(x);
      box.y = Math.round(y + (tallest(row) - box.height) / 2);
      x += box.width + GAP;
    }
    y += tallest(row) + 16;
  }
  return Math.ceil(y);
}

function cellRect(panel, cell) {
  const { cell: side, cols } = panel, row = Math.floor(cell / cols), col = cell % cols;
  return { x: panel.x + panel.left + col * side, y: panel.y + panel.top + row * side, w: side, h: side };
}

function cellAt({ panels }, x, y) {
  for (const panel of panels) {
    const col = Math.floor((x - panel.x - panel.left) / panel.cell);
    const row = Math.floor((y - panel.y - panel.top) / panel.cell);
    if (col < 0 || row < 0 || col >= panel.cols || row >= panel.rows) continue;
    return { panel, cell: row * panel.cols + col };
  }
  return null;
}
