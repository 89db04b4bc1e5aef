// Numbers as poolviz/numbers.py writes them. Every word comes from Python, in the reader's language.

function general(value, digits) {
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < digits) return trim(value.toFixed(digits - 1 - power));
  return `${trim(mantissa)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

function number(value, digits = 4) {
  if (Number.isNaN(value)) return "NaN";
  if (abs(value) === Infinity) return value > 0 ? "∞" : "−∞";
  const whole = value % 1 === 0 && abs(value) < (digits < 4 ? 10 ** digits : 1e7);
  const text = whole ? String(value) : general(value, digits);
  return value < 0 ? text.replace("-", "−") : text;
}

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const rowName = (panel, row) => panel.row_labels[row] ?? number(row + panel.origin[0]);
const colName = (panel, col) => panel.col_labels[col] ?? number(col + panel.origin[1]);

function cellName(panel, cell, labels) {
  const row = floor(cell / panel.cols), col = cell % panel.cols;
  const names = [panel.row_labels[row], panel.col_labels[col]].filter(Boolean).join(", ");
  return names || fill(labels.cell, { row: rowName(panel, row), column: colName(panel, col) });
}

function make(parent, tag, text, more) {
  const made = document.createElement(tag);
  made.textContent = text;
  parent.append(made);
  return Object.assign(made, more);
}

// A panel as a table, at most MOST rows and columns.
const MOST = 40;

function dataTable(parent, panel, labels) {
  const table = make(parent, "table", "");
  const rows = min(panel.rows, MOST), columns = min(panel.cols, MOST);
  const cut = rows < panel.rows || columns < panel.cols;
  make(table, "caption", cut ? `${panel.title} ${fill(labels.part, { rows, columns })}` : panel.title);
  for (let r = -1; r < rows; r++) {
    const line = make(table, "tr", "");
    make(line, r < 0 ? "td" : "th", r < 0 ? "" : rowName(panel, r), { scope: "row" });
    for (let c = 0; c < columns; c++) {
      if (r < 0) make(line, "th", colName(panel, c), { scope: "col" });
      else make(line, "td", textOf(panel, r * panel.cols + c));
    }
  }
}
