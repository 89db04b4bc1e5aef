// State, controls and the loop. Streamlit calls the exported function again for new data or a new
// theme: state is kept by root element, and listeners are set once. It is given no way to end this:
// it would also call that of a call which newer data has overtaken. Off the page nothing plays.

const mounted = new WeakMap();
const DONE = { frame: 1, weigh: 1, write: 1, from: -1 };
const ICONS = {
  first: "M5 5h3v14H5zM20 5v14L9 12z", back: "M17 5v14L6 12z", play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z", next: "M7 5v14l11-7z", last: "M16 5h3v14h-3zM4 5v14l11-7z",
  loop: "M7 7h9V4l5 4.5-5 4.5v-3H8v4H5V9zM17 17H8v3l-5-4.5L8 11v3h8v-4h3v5z",
};

export default function stepper({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".stepper"), me = mounted.get(root) || connect(root);
  Object.assign(me, { data, labels: data.labels, theme: readTheme(root) });
  me.send = (at) => setStateValue("at", at);
  me.sendEdit = (edit) => setStateValue("edit", edit);
  if (me.ask !== data.ask) {
    Object.assign(me, { ask: data.ask, sent: data.step, playing: false, beat: DONE });
  }
  write(me);
  open(me, data);
}

// A scene takes the stage when it is decoded, unless a newer one has come meanwhile.
async function open(me, { id, scene: wire }) {
  const old = me.id === id;
  me.id = id;
  const scene = old ? me.scene : await decode(wire);
  await document.fonts.ready;
  if (me.id !== id || !scene) return;
  const { scene: before, step: from } = me, first = !before;
  if (!old) take(me, scene);
  const last = scene.steps - 1;
  me.step = min(me.sent ?? me.step, last); // it stays where it was, as far as the scene reaches
  me.sent = null;
  me.root.dataset.steps = last + 1;
  me.scrub.max = last;
  arrange(me);
  show(me);
  const told = !first && asks(before, min(from, before.steps - 1)) && !asks(scene, me.step);
  if (!first && !calm.matches && (me.step !== min(from, last) || told)) glide(me, me.step === from ? -1 : from);
  if (me.data.focus && !me.focused) me.root.focus({ preventScroll: true });
  me.focused = true;
}

// A longer scene of the same run goes on where the shorter one was; another begins anew.
function take(me, scene) {
  const { hover, pin, scene: before } = me;
  const goesOn = before && scene.run && scene.run === before.run && scene.steps >= before.steps;
  const again = (at) => {
    const panel = goesOn && at && scene.panels.find((one) => one.name === at.panel.name);
    return panel && at.cell < panel.size ? { panel, cell: at.cell } : null;
  };
  if (!goesOn) me.forget?.();
  Object.assign(me, { scene, hover: again(hover), pin: again(pin) });
}

const ease = (t) => (t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) ** 2);

function draw(me) {
  const { g, scene, labels, root } = me;
  const active = me.hover || me.pin, pair = active && couple(scene, active);
  if (!g) return;
  const peek = active?.panel.subject && !me.playing ? (pair.steps[0] ?? me.step) : me.step;
  const beat = peek === me.step ? me.beat : DONE, weigh = ease(beat.weigh);
  g.clearRect(0, 0, me.width, me.height);
  for (const panel of scene.panels) {
    const early = panel.frames && panel.shown === "always"; // such a frame is there from the start
    paintPanel(g, panel, early ? peek : me.beat.write < 1 ? me.step - 1 : me.step);
  }
  for (const panel of scene.panels) drawLit(g, panel, peek, beat, weigh, scene.story);
  for (const panel of scene.panels) {
    for (const overlay of panel.overlays) paintOverlay(g, panel, overlay, peek);
  }
  if (scene.bench?.shown) {
    drawJoints(g, scene, peek);
    paintBench(g, scene, peek, weigh, labels);
  }
  if (scene.home) drawLinks(g, scene, peek, weigh);
  for (const panel of scene.panels) paintNames(g, panel);
  if (beat.write > 0 && beat.write < 1) drawTravel(g, scene, peek, ease(beat.write));
  const lit = pair ? [...pair.lit] : [], told = ([panel, cells]) => `${panel.name}:${cells}`;
  for (const [panel, cells] of active ? [...lit, [active.panel, [active.cell]]] : []) {
    for (const cell of cells) outline(g, cellRect(panel, cell), g.accent, 3);
  }
  if (me.pulse < 1) drawPulse(g, scene, me.step, me.pulse);
  root.dataset.lit = lit.map(told).join(";");
  root.dataset.pinned = me.pin ? told([me.pin.panel, me.pin.cell]) : "";
}

function drawLit(g, panel, s, beat, weigh, story) {
  if (panel.subject?.[s] >= 0) outline(g, cellRect(panel, panel.subject[s]), g.write, 5);
  if (panel.subject) return;
  const swell = stories[story].swells ? sin(PI * weigh) / 2 : 0;
  const all = panel.tracks.map((track) => ({ track, lit: litOf(track, s) }));
  for (const { track, lit } of panel.shown === "always" && weigh ? all : []) {
    if (weighed(lit)) paintWeights(g, panel, track, lit, weigh, swell);
  }
  all.forEach(({ track, lit }, i) => {
    const before = beat.from >= 0 ? litOf(track, beat.from) : [], chosen = track.chosen?.[s] ?? -1;
    if (lit.length) paintWindow(g, panel, lit, before, ease(beat.frame), i);
    if (chosen >= 0 && weigh > 0.4) paintChosen(g, cellRect(panel, chosen), track.mark);
  });
}

// The value travels to the output cell: from the chosen cell, else from the bench.
function drawTravel(g, scene, s, part) {
  const { panels, bench } = scene, result = resultAt(scene, s);
  const from = panels.find((panel) => chosenAt(panel, s) >= 0);
  if (result?.value == null) return;
  const goal = cellRect(result.panel, result.cell), tone = shade(g, result.panel, result.value);
  const { x, y, width, height, shown } = bench || {};
  let start = shown ? [x + width / 2, y + height / 2, ...goal.slice(2)] : goal;
  if (from) start = cellRect(from, chosenAt(from, s));
  const rect = mix(start, goal, part);
  block(g, rect, tone.full);
  outline(g, rect, g.write, 5);
  printValue(g, result.value, rect, tone.digits);
}

// What stands around the picture and follows the step.
function show(me) {
  const { scene, step, labels, playing, find } = me, told = scene.narration[step];
  const place = fill(labels.place, { step: step + 1, steps: scene.steps });
  Object.assign(me.root.dataset, { step, playing });
  me.scrub.value = step;
  find("p").textContent = told;
  find("output").textContent = `${step + 1} / ${scene.steps}`;
  tip(me);
  if (playing) return;
  me.scrub.setAttribute("aria-valuetext", place);
  me.canvas.setAttribute("aria-label", `${labels.alt} ${place}. ${told}`);
  if (!find("details").open) return;
  find(".tables").replaceChildren();
  for (const panel of scene.panels) {
    dataTable(find(".tables"), after(panel, step), labels);
    for (const overlay of panel.overlays) {
      plainTable(find(".tables"), overlay.title, overlayRows(overlay, step, labels));
    }
  }
}

// The words of the controls and the legend.
function write(me) {
  const { labels, root, find, theme } = me;
  find("summary").textContent = labels.data;
  find("small").textContent = labels.keys;
  const select = find("select"), list = find("ul");
  select.replaceChildren();
  list.replaceChildren();
  for (const [value, text] of labels.rates) make(select, "option", text, { value });
  select.value = me.rate;
  for (const [className, text] of labels.legend) {
    make(list, "li", text).prepend(make(list, "i", "", { className }));
  }
  for (const mark of Object.keys(LIGHT.marks)) root.style.setProperty(`--${mark}`, theme[mark]);
  nameAll(me);
}

function nameAll({ root, find, labels, playing }) {
  find(".play").dataset.label = playing ? "pause" : "play";
  find("p").setAttribute("aria-live", playing ? "off" : "polite");
  for (const element of [root, ...root.querySelectorAll("[data-label]")]) {
    const { label } = element.dataset;
    element.setAttribute("aria-label", labels[label]);
    element.style.setProperty("--icon", `path("${ICONS[label]}")`);
  }
}

// Moving. What a person does is told to Python, but nothing while playing.
function go(me, step, still = false) {
  if (!me.scene) return;
  const from = me.step;
  setPlaying(me, false);
  me.step = clamp(step, 0, me.scene.steps - 1);
  show(me);
  if (me.step === from || still || calm.matches) draw(me);
  else glide(me, from);
  me.timer = setTimeout(() => tell(me), 250);
}

function setPlaying(me, playing) {
  clearTimeout(me.timer);
  Object.assign(me, { playing, beat: DONE });
  nameAll(me);
}

function tell(me) {
  clearTimeout(me.timer);
  const { panel, cell } = me.pin || { panel: { name: "" }, cell: -1 };
  const at = { step: me.step, panel: panel.name, cell }, told = JSON.stringify(at);
  if (told !== me.told) me.send({ ...at, n: Date.now() });
  me.told = told;
}

function pause(me) {
  go(me, me.step);
  tell(me);
}

function connect(root) {
  const find = (query) => root.querySelector(query), canvas = find("canvas"), scrub = find("[type=range]");
  const me = { root, find, canvas, scrub, step: 0, rate: 2, beat: DONE, pulse: 1 };
  Object.assign(me, { hover: null, pin: null });
  const acts = {
    first: () => go(me, 0),
    back: (held) => go(me, me.step - 1, held),
    play: () => (me.playing ? pause(me) : play(me)),
    next: (held) => go(me, me.step + 1, held),
    last: () => go(me, Infinity),
    loop: () => find("[aria-pressed]").setAttribute("aria-pressed", (me.loop = !me.loop)),
  };
  mounted.set(root, me);
  for (const button of root.querySelectorAll("button")) {
    button.className = button.dataset.label;
    button.onclick = () => acts[button.className](false);
  }
  scrub.oninput = () => {
    go(me, Number(scrub.value), true);
    clearTimeout(me.timer);
  };
  scrub.onchange = () => tell(me);
  find("select").onchange = (event) => { me.rate = Number(event.target.value); };
  find("details").ontoggle = () => me.scene && show(me);
  canvas.onpointermove = (event) => event.pointerType === "touch" || hover(me, under(me, event));
  canvas.onpointerleave = () => hover(me, null);
  canvas.onclick = (event) => click(me, event);
  canvas.onpointerdown = (event) => drag(me, event);
  root.onkeydown = (event) => keys(me, acts, event);
  new ResizeObserver(() => arrange(me)).observe(find(".stage"));
  addEventListener("resize", () => arrange(me)); // zoom
  onDensity(() => canvas.isConnected && arrange(me));
  addEventListener("keydown", (event) => {
    const free = event.target === document.body; // in presentation its keys need no click before
    if (me.data.focus && free && canvas.isConnected) keys(me, acts, event);
  });
  return me;
}

function keys(me, acts, event) {
  const { key, shiftKey, target: { tagName } } = event;
  if (/SELECT|DIV/.test(tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = { ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last" }[key];
  const free = !/BUTTON|SUMMARY/.test(tagName);
  if (shiftKey && key.startsWith("Arrow") && me.scene) walk(me, key);
  else if (act) acts[act](event.repeat);
  else if (key === " " && free) acts.play();
  else if (key === "Enter" && free && !me.hover && editable(me, me.pin)) type(me, me.pin);
  else if (key === "Enter" && free && me.hover) pin(me, me.hover);
  else if (key === "Escape") {
    hover(me, null);
    pin(me, null);
  } else return;
  event.preventDefault();
}
