// The room of the picture: it fits into the window, and keeps its height while values change.

const ROOMY = 1.5; // times the height that is needed, at most
const HIGHEST = 0.36; // of the window, at most so much is taken to stand above the picture

// The canvas has as many pixels as the screen, whatever the zoom; for a projector all is larger.
function arrange(me) {
  const { scene, root, canvas, theme, find } = me, stage = find(".stage");
  const scale = innerWidth < 900 ? 1 : me.data.scale || 1;
  const ratio = devicePixelRatio * zoomOf(root), grain = ratio * scale;
  const wide = floor(stage.clientWidth * ratio) / ratio, width = wide / scale;
  if (!scene || width < 40) return;
  reserve(me, wide);
  const most = min(me.data.height || Infinity, clamp(roomFor(me), 200, 720)) / scale;
  const needed = layout(sized(canvas, 1, 1, theme, grain), scene, width, most, grain, READABLE / scale);
  const height = ceil(kept(me, needed, `${wide} ${scale} ${me.window}`) * grain);
  canvas.style.width = `${wide}px`;
  canvas.style.height = `${height / ratio}px`;
  const g = sized(canvas, width, height / grain, theme, grain);
  Object.assign(me, { g, width, height: height / grain, scale });
  const places = {}; // where tests may point
  for (const panel of scene.panels) {
    Object.assign(panel, { theme, layer: null });
    const [x, y, w, h] = cellRect(panel, 0).map((at) => at * scale);
    places[panel.name] = { x, y, w, h };
  }
  root.dataset.places = JSON.stringify(places);
  const { x, y, width: w, height: h, shown } = scene.bench || {};
  root.dataset.bench = JSON.stringify(shown ? [x, y, w, h].map((at) => at * scale) : null);
  draw(me);
}

// How much larger a style of the page shows an element; whole pixels of a width are no zoom.
function zoomOf(element) {
  const zoom = element.getBoundingClientRect().width / element.offsetWidth || 1;
  return abs(zoom - 1) < 0.01 ? 1 : zoom;
}

// The height of the picture: a smaller scene stands in the middle of the room that a larger one
// had, so that a change of the controls moves nothing; only where much would be empty it shrinks.
function kept(me, needed, of) {
  const { panels, bench } = me.scene, before = me.room?.of === of ? me.room.tall : 0;
  const tall = max(needed, min(before, needed * ROOMY)), lower = (tall - needed) / 2;
  me.room = { of, tall };
  for (const box of bench ? [...panels, bench] : panels) {
    box.y += lower;
    box.under += lower;
  }
  return tall;
}

// What the window leaves to the picture, where the page is scrolled to its top. Asked once for a
// window, so that what comes above it later, as an answer, does not change its size.
function roomFor(me) {
  const { root, find } = me, [wide, high] = me.window || [];
  const touch = matchMedia("(pointer: coarse)").matches;
  const bars = touch && abs(innerHeight - high) < 130; // those of a phone come and go
  if (wide !== innerWidth || (high !== innerHeight && !bars)) {
    Object.assign(me, { window: [innerWidth, innerHeight], above: heightAbove(root) });
  }
  const tables = find("details").open ? find(".tables").offsetHeight : 0;
  const around = root.offsetHeight - find(".stage").offsetHeight - tables;
  return me.window[1] - min(me.above, me.window[1] * HIGHEST) - around - 4;
}

function heightAbove(root) {
  let above = root.getBoundingClientRect().top;
  for (let up = root; up; up = up.parentElement || up.getRootNode().host) above += up.scrollTop;
  return above;
}

// Room for the longest sentence, so that nothing below moves with the step.
function reserve(me, wide) {
  const { scene, find } = me, told = find("p");
  if (me.reserved?.scene === scene && me.reserved.wide === wide) return;
  const before = me.reserved?.wide === wide ? me.reserved.most : 0;
  const probe = told.cloneNode();
  for (const name of ["id", "aria-live"]) probe.removeAttribute(name);
  Object.assign(probe.style, { position: "absolute", visibility: "hidden", minHeight: 0 });
  probe.style.width = `${wide}px`;
  told.after(probe);
  const longest = [...scene.narration].sort((a, b) => b.length - a.length).slice(0, 4);
  const heights = longest.map((text) => {
    probe.textContent = text;
    return probe.offsetHeight;
  });
  probe.remove();
  const most = max(before, ...heights);
  told.style.minHeight = `max(2.8em, ${most}px)`;
  me.reserved = { scene, wide, most };
}

// Another screen may have other pixels, without any change of size.
function onDensity(act) {
  const now = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  const changed = () => {
    act();
    onDensity(act);
  };
  now.addEventListener("change", changed, { once: true });
}
