// Pointing: a mouse hovers; a click or a tap pins, and on an output cell goes to its step.
const same = (a, b) => a?.panel === b?.panel && a?.cell === b?.cell;
const under = ({ scene, g, scale }, at) =>
  scene && g ? cellAt(scene, at.offsetX / scale, at.offsetY / scale) : null;

function hover(me, found) {
  if (same(found, me.hover)) return;
  me.hover = found;
  me.canvas.style.cursor = found ? "pointer" : "";
  draw(me);
  tip(me);
}

function pin(me, found) {
  if (!found && !me.pin) return;
  Object.assign(me, { hover: null, pin: same(found, me.pin) ? null : found });
  go(me, (me.pin?.panel.subject && couple(me.scene, found).steps[0]) ?? me.step);
  tip(me);
  tell(me);
}

function tip({ find, hover: over, pin: pinned, labels, step, width, scale }) {
  const active = over || pinned, element = find(".tip");
  element.hidden = !active;
  if (!active) return;
  const { panel, cell } = active, value = textOf(panel, cell);
  const [x, y, side] = cellRect(panel, cell).map((at) => at * scale);
  const named = cellName(panel, cell, labels), tracks = panel.subject ? [] : panel.tracks;
  element.textContent = value ? fill(labels.value, { cell: named, value }) : named;
  for (const track of tracks) {
    const lit = litOf(track, step), here = weighed(lit) && lit.find((one) => one.cell === cell);
    const weight = here && fill(labels.weight, { weight: number(here.weight, 3) });
    if (here) element.append(" · ", track.title ? `${track.title}: ${weight}` : weight);
  }
  for (const point of pointsIn(panel, cell, step, labels)) element.append(" · ", point);
  element.style.left = `${clamp(x, 0, width * scale - element.offsetWidth)}px`;
  element.style.top = `${y > 34 ? y - 32 : y + side + 6}px`;
}

// A key points as a mouse does, from cell to cell, past the end of a panel into the next.
function walk(me, key) {
  const { panels } = me.scene, size = ({ rows, cols }) => rows * cols;
  const { panel, cell } = me.hover || me.pin || { panel: panels.at(-1), cell: Infinity };
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -panel.cols, ArrowDown: panel.cols }[key];
  const to = cell + by, out = to < 0 ? -1 : Number(to >= size(panel));
  const goal = panels.at((panels.indexOf(panel) + out) % panels.length);
  hover(me, { panel: goal, cell: out ? (out > 0 ? 0 : size(goal) - 1) : to });
}
