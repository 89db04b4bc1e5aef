// Where panels and the bench stand: the largest cell at which all of them fit, row by row.

const GAP = 44, TITLE = 30, BIGGEST = 84;

function widest(g, texts, font = "12px") {
  g.font = `${font} ${g.face}`;
  return max(...["00", ...texts].map((text) => g.measureText(text).width));
}

// Small panels keep legible cells of their own.
function measure(g, panel, most) {
  const { rows, cols } = panel, cell = snap(max(most, min(44, 120 / max(rows, cols), most * 4)));
  const across = widest(g, panel.col_labels), turned = across > cell - 2, names = cell >= 15;
  const left = names ? min(widest(g, panel.row_labels), 110) + 12 : 0;
  const top = TITLE - 4 + (names ? (turned ? min(across, 90) + 10 : 22) : 0);
  const width = left + max(cols * cell, widest(g, [panel.title], "600 16px"));
  Object.assign(panel, { cell, left, top, turned, width, height: top + rows * cell });
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
function place(rows, width) {
  let y = 6;
  for (const row of rows) {
    const tall = max(...row.map((box) => box.height));
    let x = (width + GAP - row.reduce((sum, box) => sum + box.width + GAP, 0)) / 2;
    for (const box of row) {
      Object.assign(box, { x, y: y + (tall - box.height) / 2 });
      x += box.width + GAP;
    }
    y += tall + 16;
  }
  return ceil(y);
}

// Rather a taller picture, for phones scroll, than few cells whose digits nobody can read.
function layout(g, scene, width, most) {
  const height = fit(g, scene, width, most);
  const legible = ({ rows, cols, cell }) => max(rows, cols) > 8 || cell >= 24;
  return scene.panels.every(legible) ? height : fit(g, scene, width, most * 1.7);
}

// Gives the height, if possible not more than `most`. One row is worth somewhat smaller cells.
function fit(g, { panels, bench }, width, most) {
  const all = [...panels], room = width - 16;
  let height;
  const search = (from, least, rows) => {
    for (let cell = from; cell > least; cell -= cell > 12 ? 1 : 0.5) {
      for (const panel of panels) measure(g, panel, cell);
      if (bench) {
        bench.width = min(clamp(bench.slots * 40, 180, 330), room);
        bench.height = TITLE + clamp(cell * 3.4, 120, 240);
      }
      const placed = flow(all, room);
      height = place(placed, width);
      const fits = height <= most && all.every((box) => box.width <= room);
      if (fits && placed.length <= rows) return cell;
    }
    return 0;
  };
  if (bench) all.splice(all.indexOf(bench.panel) + 1, 0, bench);
  const best = search(BIGGEST, 0.5, all.length);
  if (!search(best, best * 0.6, 1)) search(best || 1, 0.5, all.length);
  return height;
}

function cellRect(panel, cell) {
  const { cell: side, cols } = panel, row = floor(cell / cols), col = cell % cols;
  const x = snap(panel.x + panel.left) + col * side, y = snap(panel.y + panel.top) + row * side;
  return [x, y, side, side];
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
