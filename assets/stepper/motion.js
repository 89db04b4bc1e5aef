// Motion: playing, the beats of a step that a person makes, and what is asked drawing the eye.

const GLIDE = 700; // milliseconds in which a step that a person makes is shown
const PULSE = 1400; // and those in which what is asked draws the eye
const BEATS_FROM = 160; // milliseconds a step: below it there is no time for three beats
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// The step is shown in its beats: the window moves, its cells are weighed, the output is written.
function glide(me, from) {
  if (me.playing) return;
  const beat = beatAt(0, from);
  Object.assign(me, { since: performance.now(), from, beat });
  draw(me);
  if (!me.gliding) requestAnimationFrame((now) => slide(me, now));
  me.gliding = true;
}

function slide(me, now) {
  const part = (now - me.since) / GLIDE;
  me.gliding = !me.playing && part < 1 && me.canvas.isConnected;
  if (me.playing) return;
  me.beat = me.gliding ? beatAt(max(part, 0) * WRITTEN, me.from) : DONE;
  draw(me);
  if (me.gliding) requestAnimationFrame((next) => slide(me, next));
  else tip(me);
}

// Whether the answer of a step is withheld.
function asks(scene, s) {
  const result = resultAt(scene, s), summed = (track) => s >= (track.withheld ?? Infinity);
  return scene.tracks.some(summed) || (result && kindOf(result.panel, result.cell) === SECRET);
}

// Playing ends at what is asked: it draws the eye, and the person is led to the question.
function leadToQuestion(me) {
  pause(me);
  const element = document.querySelector(".st-key-question");
  if (element) {
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  }
  if (calm.matches) return;
  const start = performance.now();
  const beat = (now) => {
    me.pulse = clamp((now - start) / PULSE, 0, 1);
    if (me.playing || !me.canvas.isConnected) me.pulse = 1;
    me.root.dataset.pulsing = me.pulse < 1;
    draw(me);
    if (me.pulse < 1) requestAnimationFrame(beat);
  };
  requestAnimationFrame(beat);
}

function drawPulse(g, scene, s, part) {
  const secret = (panel) => ({ cell }) => kindOf(panel, cell) === SECRET;
  const grown = sin(part * 3 * PI) ** 2;
  for (const panel of scene.panels) {
    const writing = panel.tracks.filter((track) => track.written);
    const written = writing.map((track) => ({ cell: track.written[s] }));
    const lit = panel.shown === "summed" ? litAt(panel, s) : written;
    for (const { cell } of lit.filter((one) => one.cell >= 0).filter(secret(panel))) {
      outline(g, shrunk(cellRect(panel, cell), -3 * grown), g.accent, 2 + 4 * grown);
    }
  }
}

function play(me) {
  if (!me.scene || (me.scene.steps < 2 && !me.scene.growing)) return;
  if (asks(me.scene, me.step)) return leadToQuestion(me);
  setPlaying(me, true);
  advance(me, performance.now());
  requestAnimationFrame((now) => tick(me, now));
}

function advance(me, now) {
  if (ends(me) && me.scene.growing) return; // the next step is still to come
  const from = me.step, step = (from + 1) % me.scene.steps;
  Object.assign(me, { step, from: step ? from : -1, since: now });
  show(me);
}

const ends = ({ step, scene, loop }) => step >= scene.steps - 1 && !loop;

// One display frame: the next step when this one has had its time, else its next beat.
function tick(me, now) {
  if (!me.playing || !me.canvas.isConnected) return;
  requestAnimationFrame((next) => tick(me, next));
  const long = 1000 / me.rate, over = now - me.since >= long - 4;
  const beats = !calm.matches && long >= BEATS_FROM;
  if (over && asks(me.scene, me.step)) return leadToQuestion(me);
  if (over && ends(me) && !me.scene.growing) return pause(me);
  if (over) advance(me, now);
  me.beat = beats ? beatAt((now - me.since) / long, me.from) : DONE;
  if (over || beats) draw(me);
}

const WRITTEN = 0.82; // of a step's time, when all of it is there

function beatAt(part, from) {
  const within = (start, end) => clamp((part - start) / (end - start), 0, 1);
  const frame = within(0, 0.22), weigh = within(0.22, 0.6);
  return { frame, weigh, write: within(0.6, WRITTEN), from };
}
