// Numbers as poolviz/numbers.py writes them, and sentences from the labels that Python sends.

function general(value, digits) {
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power < -4 || power >= digits) {
    const size = String(Math.abs(power)).padStart(2, "0");
    return `${trim(mantissa)}e${power < 0 ? "-" : "+"}${size}`;
  }
  return trim(value.toFixed(Math.max(0, digits - 1 - power)));
}

function number(value, digits = 4) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const whole = Number.isInteger(value) && Math.abs(value) < 1e7 && digits === 4;
  const text = whole ? String(value) : general(value, digits);
  if (Number(text) === 0) return "0";
  return value < 0 ? text.replace("-", "−") : text;
}

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function cellName(panel, cell, labels) {
  const row = Math.floor(cell / panel.cols), col = cell % panel.cols;
  const names = [];
  if (panel.row_labels.length) names.push(panel.row_labels[row]);
  if (panel.col_labels.length) names.push(panel.col_labels[col]);
  if (names.length) return names.join(", ");
  return fill(labels.cell, { row: row + panel.origin[0], column: col + panel.origin[1] });
}

const panelTitle = (panel, labels) =>
  fill(labels.size, { title: panel.title, rows: panel.size[0], columns: panel.size[1] });

function altText(scene, s, labels) {
  const sizes = scene.panels.map((panel) =>
    fill(labels.alt, { title: panel.title, rows: panel.size[0], columns: panel.size[1] }),
  );
  const place = fill(labels.place, { step: s + 1, steps: scene.steps });
  return `${scene.title}. ${sizes.join("; ")}. ${place}. ${scene.narration[s]}`;
}

// One table a panel, of text nodes only, at most MOST rows and columns.
const MOST = 40;

function dataTable(ledger, labels) {
  const { panel } = ledger, table = document.createElement("table");
  const put = (parent, tag, text) => {
    const made = parent.appendChild(document.createElement(tag));
    made.textContent = text;
    return made;
  };
  const rows = Math.min(panel.rows, MOST), cols = Math.min(panel.cols, MOST);
  const cut = rows < panel.rows || cols < panel.cols;
  const part = cut ? " " + fill(labels.part, { rows, columns: cols }) : "";
  put(table, "caption", panelTitle(panel, labels) + part);
  const head = put(table, "tr", "");
  put(head, "td", "");
  for (let c = 0; c < cols; c++) {
    put(head, "th", panel.col_labels[c] ?? number(c + panel.origin[1])).scope = "col";
  }
  for (let r = 0; r < rows; r++) {
    const line = put(table, "tr", "");
    put(line, "th", panel.row_labels[r] ?? number(r + panel.origin[0])).scope = "row";
    for (let c = 0; c < cols; c++) put(line, "td", textOf(ledger, r * panel.cols + c));
  }
  return table;
}
