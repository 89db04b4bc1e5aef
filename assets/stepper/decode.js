// The stepper plays a Scene. Its files are joined to one module, in this order:
//   decode.js   the wire -> a scene          ledger.js  what each panel shows after a step
//   words.js    numbers and sentences        theme.js   colours
//   layout.js   where everything stands      paint.js   cells, outlines, links
//   bench.js    the weighing of a window     stepper.js state, controls, the loop

const CELL = 0, PADDING = 1, OUTSIDE = 2, SECRET = 3;

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

function half(bits) {
  const sign = bits >> 15 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction) : 2 ** -14 * fraction);
}

function column(buffer, base, ref) {
  if (!ref) return null;
  const size = ref.shape.reduce((a, b) => a * b, 1), start = base + ref.at;
  if (ref.type === "text") return new TextDecoder().decode(new Uint8Array(buffer, start, size));
  if (ref.type === "f2") return Float32Array.from(new Uint16Array(buffer, start, size), half);
  const Typed = { f4: Float32Array, i4: Int32Array, i2: Int16Array, u1: Uint8Array }[ref.type];
  return new Typed(buffer, start, size);
}

async function decode(wire) {
  const buffer = await inflate(wire);
  const length = new DataView(buffer).getUint32(0, true), base = 4 + length;
  const scene = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const read = (ref) => column(buffer, base, ref);
  scene.narration = read(scene.narration).split("\n");
  scene.panels.forEach((panel) => {
    panel.values = read(panel.values);
    panel.kind = read(panel.kind) || new Uint8Array(panel.rows * panel.cols);
  });
  scene.tracks.forEach((track) => readTrack(track, scene, read));
  if (scene.source) scene.source.cells = read(scene.source.cells);
  scene.panelOf = (name) => scene.panels.find((panel) => panel.name === name);
  scene.trackOf = (name) => scene.tracks.find((track) => track.panel === name);
  return scene;
}

function readTrack(track, scene, read) {
  track.width = track.cells ? track.cells.shape[1] : 0;
  for (const name of ["cells", "weights", "chosen", "written", "added", "odds", "pointer"]) {
    track[name] = read(track[name]);
  }
  track.top = track.weights ? track.weights.reduce((a, w) => Math.max(a, Math.abs(w) || 0), 0) : 0;
}

// The lit cells of a track at step s: [{cell, weight, odds}], weight null where there is none.
function litAt(track, s) {
  const found = [], start = s * track.width;
  for (let i = start; i < start + track.width; i++) {
    if (track.cells[i] < 0) continue;
    found.push({
      cell: track.cells[i],
      weight: track.weights ? track.weights[i] : null,
      odds: track.odds ? track.odds[i] : null,
    });
  }
  return found;
}

const weighed = (lit) => lit.some((one) => one.weight);
const chosenAt = (track, s) => (track.chosen ? track.chosen[s] : -1);
const writtenAt = (track, s) => (track.written ? track.written[s] : -1);

// The cell that a step is about on this panel: the one it writes, or the one its links start from.
function subjectAt(scene, name, s) {
  if (scene.source && scene.source.panel === name) return scene.source.cells[s];
  const track = scene.trackOf(name);
  return track ? writtenAt(track, s) : -1;
}

function hasSubject(scene, name) {
  const track = scene.trackOf(name);
  return Boolean((scene.source && scene.source.panel === name) || (track && track.written));
}

// What a cell belongs to: its steps, and per panel the cells that light up with it.
function couple(scene, name, cell) {
  const subject = hasSubject(scene, name), steps = [], lit = new Map();
  const add = (panel, other) => {
    if (other < 0 || panel === name) return;
    if (!lit.has(panel)) lit.set(panel, new Set());
    lit.get(panel).add(other);
  };
  const track = scene.trackOf(name);
  for (let s = 0; s < scene.steps; s++) {
    const holds = subject
      ? subjectAt(scene, name, s) === cell
      : track && track.cells && rowHas(track, s, cell);
    if (!holds) continue;
    steps.push(s);
    for (const panel of scene.panels) {
      if (hasSubject(scene, panel.name)) add(panel.name, subjectAt(scene, panel.name, s));
      else if (subject && scene.trackOf(panel.name) && scene.trackOf(panel.name).cells) {
        litAt(scene.trackOf(panel.name), s).forEach((one) => add(panel.name, one.cell));
      }
    }
  }
  return { subject, steps, lit };
}

function rowHas(track, s, cell) {
  for (let i = s * track.width; i < (s + 1) * track.width; i++) {
    if (track.cells[i] === cell) return true;
  }
  return false;
}
