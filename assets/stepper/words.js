// Numbers as poolviz/numbers.py writes them. All words come from Python, in the reader's language.

function general(value, digits) {
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < digits) return trim(value.toFixed(digits - 1 - power));
  return `${trim(mantissa)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

function number(value, digits = 4) {
  if (isNaN(value)) return "NaN";
  if (abs(value) === Infinity) return value > 0 ? "∞" : "−∞";
  const whole = value % 1 === 0 && abs(value) < (digits < 4 ? 10 ** digits : 1e7);
  const text = whole ? String(value) : general(value, digits);
  return value < 0 ? text.replace("-", "−") : text;
}

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const rowName = (panel, row) => panel.row_labels[row] ?? number(row + panel.origin[0]);
const colName = (panel, col) => panel.col_labels[col] ?? number(col + panel.origin[1]);

function cellName(panel, cell, labels) {
  const row = floor(cell / panel.cols), column = cell % panel.cols;
  const named = [panel.row_labels[row], panel.col_labels[column]].filter(Boolean).join(", ");
  return named || fill(labels.cell, { row: rowName(panel, row), column: colName(panel, column) });
}

function make(parent, tag, text = "", more = {}) {
  const made = Object.assign(document.createElement(tag), { textContent: text, ...more });
  parent.append(made);
  return made;
}

function plainTable(parent, title, rows) {
  const table = make(parent, "table");
  make(table, "caption", title);
  for (const [name, ...texts] of rows) {
    const line = make(table, "tr");
    make(line, "th", name, { scope: "row" });
    for (const text of texts) make(line, "td", text);
  }
}

// A panel as a table, at most MOST rows and columns.
const MOST = 40;

function dataTable(parent, panel, labels) {
  const table = make(parent, "table"), rows = min(panel.rows, MOST), columns = min(panel.cols, MOST);
  const cut = rows < panel.rows || columns < panel.cols ? fill(labels.part, { rows, columns }) : "";
  make(table, "caption", `${panel.title} ${cut}`);
  const head = make(table, "tr");
  make(head, "td");
  for (let c = 0; c < columns; c++) make(head, "th", colName(panel, c), { scope: "col" });
  for (let r = 0; r < rows; r++) {
    const line = make(table, "tr");
    make(line, "th", rowName(panel, r), { scope: "row" });
    for (let c = 0; c < columns; c++) make(line, "td", textOf(panel, r * panel.cols + c));
  }
}
