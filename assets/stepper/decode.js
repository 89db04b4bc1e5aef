// The stepper plays a Scene. Its files are joined to one module in this order: weighing (weights
// made here), decode (the wire), ledger (what a panel shows after a step), words, theme, layout,
// paint (cells and outlines), overlay (points, edges, arrows, boxes), bench and stories/ (the
// weighing of a window), links, room (how large all is), motion, pointing, stepper (state and
// controls). A panel is one object: data, tracks, ledger and place. `g` is a canvas context with
// the theme, `s` a step, `me` the state.

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
    return Object.assign(values, { width: ref.shape[1], shape: ref.shape });
  };
  const moved = ({ from, by }) => {  // cells of one window, from step to step
    const cells = new Int32Array(from.length * by.length), shape = [from.length, by.length];
    from.forEach((first, s) => by.forEach((each, j) => (cells[s * by.length + j] = first + each)));
    return Object.assign(cells, { width: by.length, shape });
  };
  const whole = (value) => (value?.at >= 0 ? read(value) : value?.by ? moved(value) : value);
  const scene = JSON.parse(text(4, length), (_, value) => whole(value));
  await Promise.all(scene.panels.map((panel) => setUp(scene, panel)));
  scene.bench = newBench(scene);
  return scene;
}

// What a panel needs to be drawn, from what the scene says of it.
async function setUp(scene, panel) {
  const linked = scene.source && scene.source.panel === panel.name, size = panel.rows * panel.cols;
  const mine = (one) => one.panel === panel.name, tracks = scene.tracks.filter(mine);
  if (linked) scene.home = panel;
  for (const track of tracks) {
    if (track.weighing?.picture) cutOut(track.weighing);
    track.most = (track.weights || []).reduce((most, w) => max(most, abs(w)), 0);
    track.width = track.cells ? track.cells.width : (track.weighing?.key.shape[0] ?? 0);
  }
  Object.assign(panel, { size, tracks, overlays: scene.overlays.filter(mine), index: null });
  panel.subject = linked ? scene.source.cells : tracks.find((one) => one.written)?.written;
  panel.most = max(0, ...tracks.map((one) => one.most));
  panel.everywhere = tracks.some((one) => !one.cells && one.width); // lit as a whole at each step
  panel.kind ||= new Uint8Array(size);
  panel.seen = new Uint8Array(size);
  panel.sum = new Float64Array(size);
  panel.secret = new Uint8Array(size);
  panel.steps = scene.steps;
  if (panel.ground) panel.ground.picture = await bitmap(panel.ground);
  clear(panel);
}

// A picture as the browser draws it: from a file, or from its pixels, grey or in colour.
function bitmap({ type, image }) {
  if (type) return createImageBitmap(new Blob([image], { type: `image/${type}` }));
  const [height, width, channels = 1] = image.shape, pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = image[i * channels + (c % channels)];
    pixels.data[4 * i + 3] = 255;
  }
  return createImageBitmap(pixels);
}

// The lit cells of a track at step s, each with what the track says of it.
function litOf(track, s) {
  const { cells, weights, added, odds, width, weighing } = track, found = [];
  const made = weighing && rowOf(track, s);
  for (let j = 0, i = s * width; j < width; j++, i++) {
    const cell = cells ? cells[i] : j;
    if (cell < 0) continue;
    const weight = made ? made[j] : weights?.[i];
    found.push({ cell, weight, added: added?.[i], odds: odds?.[i] });
  }
  return found;
}

const litAt = (panel, s) => panel.tracks.flatMap((track) => litOf(track, s));
const weighed = (lit) => lit.some((one) => one.weight);
const heaviest = (lit) => lit.reduce((most, { weight }) => max(most, abs(weight || 0)), 0);
const chosenAt = (panel, s) => panel.tracks.find((one) => one.chosen?.[s] >= 0)?.chosen[s] ?? -1;

// What a step is about: where a panel has a subject, the cell written or linked; else the lit ones.
function touched(panel, s) {
  if (panel.subject) return [panel.subject[s]];
  return panel.everywhere ? [] : litAt(panel, s).map((one) => one.cell);
}

// The steps that touch a cell of a panel, looked up once for all its cells.
function stepsOf(scene, panel, cell) {
  if (!panel.index) {
    panel.index = new Map();
    for (let s = 0; s < scene.steps; s++) {
      for (const at of new Set(touched(panel, s))) {
        if (!panel.index.has(at)) panel.index.set(at, []);
        panel.index.get(at).push(s);
      }
    }
  }
  return panel.index.get(cell) || [];
}

// What a cell belongs to: its steps, and the cells of other panels that light up with it.
function couple(scene, { panel, cell }) {
  const steps = stepsOf(scene, panel, cell), lit = new Map();
  for (const other of steps.length ? scene.panels : []) {
    if (other === panel || !(panel.subject || other.subject)) continue;
    const cells = new Set(steps.flatMap((s) => touched(other, s)).filter((at) => at >= 0));
    lit.set(other, [...cells].sort((a, b) => a - b));
  }
  return { steps, lit };
}
