// State, controls and the loop. One state object a root element; Streamlit calls the exported
// function again for new data or a new theme, so listeners are properties and are set once.

const states = new WeakMap();
const SPEEDS = [0.5, 1, 2, 5, 10, 20, Infinity];
const BEATS_FROM = 0.16; // seconds a step: below it there is no time for three beats
const DONE = { frame: 1, weigh: 1, write: 1 };

function newState(root) {
  const find = (query) => root.querySelector(query);
  return {
    root, find,
    canvas: find("canvas"), tip: find(".tip"), scrub: find(".scrub"), narration: find(".narration"),
    step: 0, beat: DONE, playing: false, loop: false, speed: 2, since: 0,
    hover: null, pin: null, scene: null, want: null, asked: null, jump: null, sent: "", timer: 0, count: 0,
  };
}

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".stepper");
  let state = states.get(root);
  if (!state) {
    state = newState(root);
    states.set(root, state);
    connect(state);
  }
  state.send = (value) => setStateValue("at", value);
  state.labels = data.labels;
  state.most = data.height;
  state.theme = readTheme(root);
  if (state.asked !== data.ask) {
    state.asked = data.ask;
    state.jump = data.step;
    stop(state);
  }
  write(state);
  if (state.want === data.id) return settle(state);
  state.want = data.id;
  decode(data.scene).then((scene) => {
    if (state.want === data.id) open(state, scene);
  });
  return () => stop(state);
}

// A decoded scene takes the stage; the step stays where it was, as far as the scene reaches.
function open(state, scene) {
  state.scene = scene;
  state.ledgers = new Map(scene.panels.map((panel) => [panel.name, newLedger(scene, panel)]));
  state.hover = state.pin = null;
  state.root.setAttribute("aria-label", scene.title);
  state.root.dataset.steps = scene.steps;
  state.scrub.max = Math.max(scene.steps - 1, 0);
  settle(state);
  document.fonts.ready.then(() => settle(state));
}

function settle(state) {
  if (!state.scene) return;
  const wanted = state.jump ?? state.step;
  state.jump = null;
  state.step = Math.min(Math.max(wanted, 0), Math.max(state.scene.steps - 1, 0));
  legend(state);
  arrange(state);
  show(state);
}

// Room and resolution: the canvas has as many pixels as the screen, whatever the zoom.
function arrange(state) {
  if (!state.scene) return;
  const { canvas, scene, theme } = state, ratio = window.devicePixelRatio || 1;
  const width = Math.floor(state.find(".stage").clientWidth);
  if (width < 40) return;
  const ctx = canvas.getContext("2d");
  const most = state.most || Math.min(Math.max(window.innerHeight * 0.58, 360), width < 640 ? 540 : 520);
  const view = layout(ctx, theme, scene, width, most);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(view.height * ratio);
  canvas.style.height = `${view.height}px`;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const box of view.panels) {
    box.layer = newLayer(box, ratio);
    box.layer.ratio = ratio;
  }
  Object.assign(state, { view, ctx, ratio });
  draw(state);
}

function draw(state) {
  const { ctx, view, scene, theme, ledgers, beat, labels } = state;
  if (!view || !scene.steps) return;
  const active = state.hover || state.pin, pair = active && couple(scene, active.panel, active.cell);
  const peek = !state.playing && pair && pair.subject && pair.steps.length ? pair.steps[0] : state.step;
  const shown = beat.write >= 1 ? state.step : state.step - 1;
  ctx.clearRect(0, 0, view.width, view.height);
  for (const box of view.panels) {
    refresh(box.layer, theme, ledgers.get(box.panel.name), box, shown);
    paintPanel(ctx, theme, box, box.layer, labels);
  }
  const around = { view, scene, theme, ledgers, ctx, s: peek, beat: peek === state.step ? beat : DONE };
  for (const box of view.panels) drawTrack(around, box);
  if (view.bench) paintBench(ctx, theme, view.bench, scene, ledgers, peek, around.beat, labels);
  if (scene.source) drawLinks(around);
  if (around.beat.write < 1 && around.beat.write > 0) drawTravel(around);
  if (pair) drawCoupled(around, active, pair);
  markLit(state, pair);
}

function drawTrack({ ctx, theme, scene, ledgers, s, beat }, box) {
  const track = scene.trackOf(box.panel.name);
  if (!track) return;
  const lit = track.cells ? litAt(track, s) : [], written = writtenAt(track, s), chosen = chosenAt(track, s);
  if (written < 0 && lit.length) {
    const before = s > 0 ? litAt(track, s - 1) : null, still = box.panel.shown === "always";
    if (still && weighed(lit)) {
      paintWeights(ctx, theme, box, ledgers.get(track.panel), lit, ease(beat.weigh), track.top);
    }
    paintWindow(ctx, theme, box, lit, before, ease(beat.frame));
  }
  if (chosen >= 0 && beat.weigh > 0.4) paintChosen(ctx, theme, cellRect(box, chosen), track.mark);
  if (written >= 0) paintWritten(ctx, theme, cellRect(box, written));
}

function drawLinks({ ctx, theme, scene, view, s, beat }) {
  const { panel, cells } = scene.source, home = view.panels.find((box) => box.panel.name === panel);
  if (!home || cells[s] < 0) return;
  const from = cellRect(home, cells[s]);
  for (const box of view.panels) {
    const track = scene.trackOf(box.panel.name);
    if (box === home || !track || !track.cells) continue;
    const lit = litAt(track, s).map((one, i) => ({ ...one, weight: one.weight ?? addedAt(track, s, i) }));
    const top = track.top || Math.max(...lit.map((one) => Math.abs(one.weight)), 1e-12);
    for (const { cell, weight } of lit) {
      if (!weight) continue;
      paintLink(ctx, theme, from, cellRect(box, cell), {
        weight, share: Math.min(Math.abs(weight) / top, 1), open: scene.flow === "backward",
        grown: ease(beat.weigh), signed: lit.length <= 16,
      });
    }
  }
  paintWritten(ctx, theme, from);
}

const addedAt = (track, s, i) => (track.added ? track.added[s * track.width + i] : 1);

// The value travels to the output cell: from the chosen cell, else from the bench or the window.
function drawTravel({ ctx, theme, scene, view, s, beat }) {
  const result = resultAt(scene, s);
  if (!result || result.value === null) return;
  const to = view.panels.find((box) => box.panel === result.panel), goal = cellRect(to, result.cell);
  const at = between(travelStart(scene, view, s, goal), goal, ease(beat.write));
  const tone = shade(theme, result.panel, result.value);
  ctx.fillStyle = tone ? tone.full : theme.paper;
  ctx.fillRect(at.x, at.y, at.w, at.h);
  frame(ctx, at, 0, 3, theme.write);
  centred(ctx, theme, at, result.value, tone ? tone.digits : theme.ink);
}

function travelStart(scene, view, s, goal) {
  for (const box of view.panels) {
    const track = scene.trackOf(box.panel.name);
    if (!track || track.written || !track.cells) continue;
    if (chosenAt(track, s) >= 0) return cellRect(box, chosenAt(track, s));
    const { bench } = view, lit = litAt(track, s);
    if (bench) {
      const x = bench.x + (bench.width - goal.w) / 2, y = bench.y + (bench.height - goal.h) / 2;
      return { ...goal, x, y };
    }
    if (lit.length) return blockOf(box, lit).rect;
  }
  return goal;
}

function drawCoupled({ ctx, theme, view }, active, pair) {
  const outline = (name, cell) => {
    const box = view.panels.find((one) => one.panel.name === name);
    const rect = cellRect(box, cell), t = Math.max(1.5, Math.min(3, box.cell / 10));
    frame(ctx, rect, -t / 2, t + 2, theme.paper);
    frame(ctx, rect, -t / 2, t, theme.accent);
  };
  for (const [name, cells] of pair.lit) for (const cell of cells) outline(name, cell);
  outline(active.panel, active.cell);
}

function markLit(state, pair) {
  const parts = pair ? [...pair.lit].map(([name, cells]) => `${name}:${[...cells].sort((a, b) => a - b)}`) : [];
  state.root.dataset.lit = parts.join(";");
  state.root.dataset.pinned = state.pin ? `${state.pin.panel}:${state.pin.cell}` : "";
}

// Everything around the picture that follows the step.
function show(state) {
  const { scene, step, root, labels } = state;
  root.dataset.step = step;
  root.dataset.playing = state.playing;
  state.scrub.value = step;
  state.narration.textContent = scene.narration[step] ?? "";
  state.find(".count").textContent = `${Math.min(step + 1, scene.steps)} / ${scene.steps}`;
  if (state.playing) return;
  state.scrub.setAttribute("aria-valuetext", fill(labels.place, { step: step + 1, steps: scene.steps }));
  state.canvas.setAttribute("aria-label", scene.steps ? altText(scene, step, labels) : scene.title);
  for (const name of ["first", "back"]) state.find(`[data-act=${name}]`).disabled = step <= 0;
  for (const name of ["next", "last"]) state.find(`[data-act=${name}]`).disabled = step >= scene.steps - 1;
  tables(state);
}

function tables(state) {
  const details = state.find(".data");
  if (!details.open || !state.scene) return;
  for (const ledger of state.ledgers.values()) bring(ledger, state.step);
  for (const box of state.view ? state.view.panels : []) box.layer.fresh = true;
  const made = [...state.ledgers.values()].map((ledger) => dataTable(ledger, state.labels));
  state.find(".tables").replaceChildren(...made);
}

// All words come from Python, in the reader's language.
function write(state) {
  const { find, labels, theme, root } = state;
  for (const name of ["first", "back", "next", "last", "loop"]) {
    const button = find(`[data-act=${name}]`);
    button.title = labels[name];
    button.setAttribute("aria-label", labels[name]);
  }
  namePlay(state);
  state.scrub.setAttribute("aria-label", labels.step);
  find(".speed span").textContent = labels.speed;
  find("summary").textContent = labels.data;
  const select = find("select");
  select.replaceChildren(
    ...SPEEDS.map((speed) => {
      const text = speed === Infinity ? labels.fastest : fill(labels.rate, { rate: number(speed) });
      return new Option(text, String(speed), false, speed === state.speed);
    }),
  );
  for (const name of ["ring", "write", "plus", "minus"]) root.style.setProperty(`--${name}`, theme[name]);
}

function namePlay(state) {
  const button = state.find(".play"), name = state.playing ? state.labels.pause : state.labels.play;
  button.title = name;
  button.setAttribute("aria-label", name);
  state.narration.setAttribute("aria-live", state.playing ? "off" : "polite");
}

function legend(state) {
  const { scene, labels } = state, has = (name) => scene.tracks.some((track) => track[name]);
  const kinds = (kind) => scene.panels.some((panel) => panel.kind.includes(kind));
  const linked = Boolean(scene.source);
  const negative = scene.tracks.some((track) => (track.weights || track.added || []).some((w) => w < 0));
  const shown = {
    window: scene.tracks.some((track) => track.cells && !track.written),
    chosen: has("chosen"),
    weight: !linked && has("weights") && scene.story !== "select",
    written: has("written") || linked,
    plus: linked,
    minus: linked && negative,
    zero: scene.panels.some((panel) => panel.shown === "summed"),
    padding: kinds(PADDING),
    outside: kinds(OUTSIDE),
  };
  const items = Object.keys(shown).filter((name) => shown[name]).map((name) => {
    const item = document.createElement("li"), sign = document.createElement("i");
    sign.className = name;
    item.append(sign, labels.legend[name]);
    return item;
  });
  state.find(".legend").replaceChildren(...items);
}

// Moving. What a person does is told to Python, but nothing while playing.
function go(state, step) {
  if (!state.scene) return;
  stop(state);
  state.step = Math.min(Math.max(step, 0), Math.max(state.scene.steps - 1, 0));
  state.beat = DONE;
  draw(state);
  show(state);
  tellSoon(state);
}

function tellSoon(state) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => tell(state), 250);
}

function tell(state) {
  clearTimeout(state.timer);
  if (state.playing || !state.scene) return;
  const pick = state.pin || { panel: "", cell: -1 };
  const at = { step: state.step, panel: pick.panel, cell: pick.cell };
  const text = JSON.stringify(at);
  if (text === state.sent) return;
  state.sent = text;
  state.count = Math.max(state.count + 1, Date.now());
  state.send({ ...at, n: state.count });
}

function play(state) {
  if (!state.scene || state.scene.steps < 2 || state.playing) return;
  clearTimeout(state.timer);
  state.playing = true;
  state.since = 0;
  if (state.step >= state.scene.steps - 1) state.step = -1;
  namePlay(state);
  for (const name of ["first", "back", "next", "last"]) state.find(`[data-act=${name}]`).disabled = false;
  requestAnimationFrame((now) => tick(state, now));
}

function stop(state) {
  if (!state.playing) return;
  state.playing = false;
  state.beat = DONE;
  state.step = Math.max(state.step, 0);
  namePlay(state);
}

function pause(state) {
  stop(state);
  draw(state);
  show(state);
  tell(state);
}

// One display frame: the next step when this one has had its time, else its next beat.
function tick(state, now) {
  if (!state.playing || !state.canvas.isConnected) return;
  const long = 1 / state.speed;
  if (!state.since || now - state.since >= long * 1000 - 4) {
    if (state.step >= state.scene.steps - 1) {
      if (!state.loop) return pause(state);
      state.step = -1;
    }
    state.step += 1;
    state.since = now;
    show(state);
  } else if (!beats(state)) {
    requestAnimationFrame((next) => tick(state, next));
    return;
  }
  state.beat = beats(state) ? beatAt((now - state.since) / (long * 1000)) : DONE;
  draw(state);
  requestAnimationFrame((next) => tick(state, next));
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const beats = (state) => !calm.matches && 1 / state.speed >= BEATS_FROM;

function beatAt(part) {
  const within = (from, to) => Math.min(Math.max((part - from) / (to - from), 0), 1);
  return { frame: within(0, 0.22), weigh: within(0.22, 0.6), write: within(0.6, 0.82) };
}

// Pointers: a mouse hovers, a click or a tap pins.
function cellUnder(state, event) {
  const box = state.canvas.getBoundingClientRect();
  return state.view ? cellAt(state.view, event.clientX - box.left, event.clientY - box.top) : null;
}

const same = (a, b) => (a && b ? a.panel === b.panel && a.cell === b.cell : a === b);

function hover(state, found) {
  if (same(found, state.hover)) return;
  state.hover = found;
  state.canvas.className = found ? "over" : "";
  if (!state.playing) draw(state);
  tip(state);
}

function pick(state, found) {
  if (!found) return unpin(state);
  if (state.playing) stop(state);
  const off = same(found, state.pin), { subject, steps } = couple(state.scene, found.panel, found.cell);
  state.pin = off ? null : found;
  if (off) state.hover = null;
  else if (subject && steps.length) state.step = steps[0];
  draw(state);
  show(state);
  tip(state);
  return tell(state);
}

function unpin(state) {
  if (!state.pin && !state.hover) return;
  const told = Boolean(state.pin);
  state.pin = state.hover = null;
  draw(state);
  tip(state);
  if (told) tellSoon(state);
}

function tip(state) {
  const { tip: element, view, ledgers, labels, scene } = state, active = state.hover || state.pin;
  element.hidden = !active;
  if (!active) return;
  const box = view.panels.find((one) => one.panel.name === active.panel), rect = cellRect(box, active.cell);
  const name = cellName(box.panel, active.cell, labels);
  const value = textOf(ledgers.get(active.panel), active.cell);
  const track = scene.trackOf(active.panel);
  const lit = track && track.cells && !track.written && litAt(track, state.step).find((one) => one.cell === active.cell);
  const weight = lit && lit.weight !== null && weighed(litAt(track, state.step))
    ? " · " + fill(labels.weight, { weight: number(lit.weight, 3) }) : "";
  element.textContent = (value ? fill(labels.value, { cell: name, value }) : name) + weight;
  const x = Math.min(rect.x + rect.w / 2, view.width - element.offsetWidth - 2);
  element.style.left = `${Math.max(0, x)}px`;
  element.style.top = `${rect.y > 34 ? rect.y - 32 : rect.y + rect.h + 6}px`;
}

function connect(state) {
  const { root, canvas, scrub, find } = state;
  const acts = {
    first: () => go(state, 0),
    back: () => go(state, state.step - 1),
    play: () => (state.playing ? pause(state) : play(state)),
    next: () => go(state, state.step + 1),
    last: () => go(state, Infinity),
    loop: () => {
      state.loop = !state.loop;
      find("[data-act=loop]").setAttribute("aria-pressed", state.loop);
    },
  };
  for (const [name, act] of Object.entries(acts)) find(`[data-act=${name}]`).onclick = act;
  scrub.oninput = () => {
    go(state, Number(scrub.value));
    clearTimeout(state.timer);
  };
  scrub.onchange = () => tell(state);
  find("select").onchange = (event) => { state.speed = Number(event.target.value); };
  find(".data").ontoggle = () => tables(state);
  canvas.onpointermove = (event) => {
    if (event.pointerType !== "touch") hover(state, cellUnder(state, event));
  };
  canvas.onpointerleave = () => hover(state, null);
  canvas.onclick = (event) => pick(state, cellUnder(state, event));
  root.onkeydown = (event) => keys(state, acts, event);
  new ResizeObserver(() => arrange(state)).observe(find(".stage"));
  watchZoom(state);
}

function keys(state, acts, event) {
  const tag = event.target.tagName;
  if (tag === "SELECT" || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = { ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last" }[event.key];
  if (act) acts[act]();
  else if (event.key === " " && tag !== "BUTTON" && tag !== "SUMMARY") acts.play();
  else if (event.key === "Escape") unpin(state);
  else return;
  event.preventDefault();
}

function watchZoom(state) {
  const query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
  query.onchange = () => {
    arrange(state);
    watchZoom(state);
  };
}
