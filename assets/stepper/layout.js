// Where panels and the bench stand: the largest cell at which all of them fit, row by row.

const GAP = 44, TITLE = 30, BIGGEST = 84;

function textWidth(ctx, theme, texts, size) {
  ctx.font = `${size}px ${theme.font}`;
  return texts.reduce((most, text) => Math.max(most, ctx.measureText(text).width), 0);
}

function gutters(ctx, theme, panel, cell) {
  if (cell < 15) return { left: 0, top: 0, turned: false };
  const rows = panel.row_labels.length ? panel.row_labels : ["00"];
  const cols = panel.col_labels.length ? panel.col_labels : ["00"];
  const across = textWidth(ctx, theme, cols, 12), turned = across > cell - 2;
  return {
    left: Math.min(textWidth(ctx, theme, rows, 12), 110) + 8,
    top: turned ? Math.min(across, 90) + 6 : 18,
    turned,
  };
}

function panelBox(ctx, theme, panel, cell) {
  const longest = Math.max(panel.rows, panel.cols);
  const own = Math.max(cell, Math.min(44, 120 / longest, cell * 4));
  const { left, top, turned } = gutters(ctx, theme, panel, own);
  return {
    panel, cell: own, left, top: top + TITLE, turned,
    width: left + panel.cols * own,
    height: TITLE + top + panel.rows * own,
  };
}

function benchBox(scene, cell, room) {
  const track = benchTrack(scene);
  if (!track) return null;
  const width = Math.min(Math.max(track.width * 46, 170), Math.max(250, track.width * 30), 330, room);
  return { bench: track, width, height: TITLE + Math.min(Math.max(cell * 3.4, 120), 240) };
}

function boxes(ctx, theme, scene, cell, room) {
  const all = scene.panels.map((panel) => panelBox(ctx, theme, panel, cell));
  const bench = benchBox(scene, cell, room);
  if (bench) {
    all.splice(1 + scene.panels.findIndex((panel) => panel.name === bench.bench.panel), 0, bench);
  }
  return all;
}

function flow(all, room) {
  const rows = [];
  let x = Infinity;
  for (const box of all) {
    if (x + GAP + box.width > room) {
      rows.push([]);
      x = -GAP;
    }
    rows[rows.length - 1].push(box);
    x += GAP + box.width;
  }
  return rows;
}

const tallest = (row) => Math.max(...row.map((box) => box.height));
const fits = (rows, room, height) =>
  rows.flat().every((box) => box.width <= room) &&
  rows.reduce((sum, row) => sum + tallest(row) + 16, 0) <= height;

function layout(ctx, theme, scene, width, most) {
  const room = width - 16;
  let cell = BIGGEST, rows = [];
  do {
    rows = flow(boxes(ctx, theme, scene, cell, room), room);
    if (fits(rows, room, most)) break;
    cell -= cell > 12 ? 1 : 0.5;
  } while (cell > 1);
  let y = 6;
  for (const row of rows) {
    const high = tallest(row), wide = row.reduce((sum, box) => sum + box.width + GAP, -GAP);
    let x = (width - wide) / 2;
    for (const box of row) {
      box.x = Math.round(x);
      box.y = Math.round(y + (high - box.height) / 2);
      x += box.width + GAP;
    }
    y += high + 16;
  }
  const placed = rows.flat();
  return {
    boxes: placed,
    panels: placed.filter((box) => box.panel),
    bench: placed.find((box) => box.bench),
    height: Math.ceil(y),
    width,
  };
}

function cellRect(box, cell) {
  const row = Math.floor(cell / box.panel.cols), col = cell % box.panel.cols;
  return {
    x: box.x + box.left + col * box.cell,
    y: box.y + box.top + row * box.cell,
    w: box.cell,
    h: box.cell,
  };
}

function cellAt(view, x, y) {
  for (const box of view.panels) {
    const col = Math.floor((x - box.x - box.left) / box.cell);
    const row = Math.floor((y - box.y - box.top) / box.cell);
    if (col >= 0 && row >= 0 && col < box.panel.cols && row < box.panel.rows) {
      return { panel: box.panel.name, cell: row * box.panel.cols + col };
    }
  }
  return null;
}
