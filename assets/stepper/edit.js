// Numbers changed in the picture: a double click, a double tap or Enter on a pinned cell types one,
// dragging with a mouse up or down moves it. Python is told the scene and all its edits.
const STEP = 7, SURE = 6, WAIT = 260; // pixels a unit, pixels until it is a drag, ms for a second click

function editable({ data, scene }, at) {
  const kind = at?.panel.kind?.[at.cell] ?? 0;
  return Boolean(scene && at && data.edits?.includes(at.panel.name) && kind === 0);
}

// A box over the cell, with its number; Enter and leaving it take it, Escape does not. Where nothing
// was typed it goes with its scene.
function type(me, at) {
  const box = me.find(".edit"), rect = cellRect(at.panel, at.cell).map((one) => one * me.scale);
  const [x, y, side] = rect, width = max(side, 56), before = textOf(at.panel, at.cell);
  Object.assign(box, { hidden: false, value: before });
  box.setAttribute("aria-label", cellName(at.panel, at.cell, me.labels));
  Object.assign(box.style, {
    left: `${x + (side - width) / 2}px`, top: `${y}px`, width: `${width}px`, height: `${side}px`,
  });
  const end = (take) => {
    box.onblur = box.onkeydown = null;
    box.hidden = true;
    const text = box.value.trim();
    if (take && text && text !== before) change(me, at, text);
  };
  me.forget = () => box.hidden || box.value !== before || end(false);
  box.onblur = () => end(true);
  box.onkeydown = (event) => {
    event.stopPropagation();
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    end(event.key === "Enter");
    me.root.focus({ preventScroll: true });
  };
  box.focus();
  box.select();
}

function change(me, { panel, cell }, text) {
  if (me.edited !== me.id) Object.assign(me, { edited: me.id, edits: [] });
  me.edits.push([panel.name, cell, text]);
  me.sendEdit({ id: me.id, cells: me.edits, n: Date.now() });
}

// Up is more: by ones where the panel holds whole numbers, else by tenths.
function drag(me, event) {
  const at = under(me, event);
  if (event.pointerType !== "mouse" || event.button || !editable(me, at)) return;
  const { canvas } = me, { values } = at.panel, from = values[at.cell], began = event.clientY;
  const unit = [...values].every((each) => !isFinite(each) || each === round(each)) ? 1 : 0.1;
  let now = from, moving = false;
  canvas.onpointermove = (move) => {
    moving ||= abs(move.clientY - began) > SURE;
    if (!moving || !isFinite(from)) return;
    canvas.setPointerCapture(move.pointerId);
    now = Number((from + round((began - move.clientY) / STEP) * unit).toFixed(6));
    values[at.cell] = now;
    draw(me);
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    canvas.onpointerup = canvas.onpointercancel = null;
    canvas.onpointermove = (over) => over.pointerType === "touch" || hover(me, under(me, over));
    me.dragged = moving;
    values[at.cell] = from;
    if (moving && now !== from) change(me, at, String(now));
    else if (moving) draw(me);
  };
}

// A click pins at once where nothing can be typed; else it waits whether it is the first of two.
function click(me, event) {
  const at = under(me, event), twice = me.waits;
  clearTimeout(me.waits);
  me.waits = null;
  if (me.dragged) me.dragged = false;
  else if (!editable(me, at)) pin(me, at);
  else if (twice) type(me, at);
  else me.waits = setTimeout(() => { me.waits = null; pin(me, at); }, WAIT);
}
