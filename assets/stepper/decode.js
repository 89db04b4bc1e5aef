// The stepper plays a Scene. Its files are joined to one module in this order: decode (the wire),
// ledger (what a panel shows after a step), words, theme, layout, paint (cells, outlines, links),
// bench (the weighing of a window), stepper (state, controls, loop). A panel is one object: data,
// track, ledger and place. `g` is a canvas context with the theme, `s` a step, `me` the state.

const { abs, atan2, ceil, cos, floor, hypot, max, min, round, sin, sqrt, PI } = Math;
const CELL = 0, PADDING = 1, OUTSIDE = 2, SECRET = 3;
const TYPES = { f4: Float32Array, f2: Uint16Array, i4: Int32Array, i2: Int16Array, u1: Uint8Array };

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

function half(bits) {
  const sign = bits >> 15 ? -1 : 1, exponent = (bits >> 10) & 31, part = (bits & 1023) / 1024;
  if (exponent === 31) return part ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + part) : 2 ** -14 * part);
}

async function decode(wire) {
  const buffer = await inflate(wire), length = new DataView(buffer).getUint32(0, true);
  const text = (at, size) => new TextDecoder().decode(new Uint8Array(buffer, at, size));
  const read = (ref) => {
    const size = ref.shape.reduce((a, b) => a * b, 1), at = 4 + length + ref.at;
    if (ref.type === "text") return text(at, size).split("\n");
    const raw = new TYPES[ref.type](buffer, at, size);
    const values = ref.type === "f2" ? Float32Array.from(raw, half) : raw;
    return Object.assign(values, { width: ref.shape[1] });
  };
  const scene = JSON.parse(text(4, length), (_, value) => (value?.shape ? read(value) : value));
  for (const panel of scene.panels) {
    const track = scene.tracks.find((one) => one.panel === panel.name) || {};
    const linked = scene.source && scene.source.panel === panel.name, size = panel.values.length;
    if (linked) scene.home = panel;
    panel.track = track;
    panel.subject = linked ? scene.source.cells : track.written;
    panel.most = (track.weights || []).reduce((most, w) => max(most, abs(w)), 0);
    panel.kind ||= new Uint8Array(size);
    panel.seen = new Uint8Array(size);
    panel.sum = new Float64Array(size);
    clear(panel);
  }
  scene.bench = newBench(scene);
  return scene;
}

// The lit cells of a panel at step s, each with what the track says of it.
function litAt({ track: { cells, weights, added, odds } }, s) {
  const found = [], width = cells ? cells.width : 0;
  for (let i = s * width; i < (s + 1) * width; i++) {
    if (cells[i] < 0) continue;
    found.push({ cell: cells[i], weight: weights?.[i], added: added?.[i], odds: odds?.[i] });
  }
  return found;
}

const weighed = (lit) => lit.some((one) => one.weight);
const chosenAt = ({ track }, s) => track.chosen?.[s] ?? -1;

// What a step is about: where a panel has a subject, the cell written or linked; else the lit ones.
function touched(panel, s) {
  return panel.subject ? [panel.subject[s]] : litAt(panel, s).map((one) => one.cell);
}

// What a cell belongs to: its steps, and the cells of other panels that light up with it.
function couple(scene, { panel, cell }) {
  const steps = [], lit = new Map();
  for (let s = 0; s < scene.steps; s++) {
    if (!touched(panel, s).includes(cell)) continue;
    steps.push(s);
    for (const other of scene.panels) {
      if (other === panel || !(panel.subject || other.subject)) continue;
      const cells = [...(lit.get(other) || []), ...touched(other, s)].filter((at) => at >= 0);
      lit.set(other, [...new Set(cells)].sort((a, b) => a - b));
    }
  }
  return { steps, lit };
}
