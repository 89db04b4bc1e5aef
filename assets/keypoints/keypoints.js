// The pose editor. `me` is the state of one mounted component. What a person does is computed here
// at once, and told to Python when a joint is let go: never while it moves.

const mounted = new WeakMap();
const WAIT = 350, SMALL = 1, TAP = 3, LARGE = 10;
const WAYS = { ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowRight: [1, 0] };
const words = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function make(parent, tag, className, text = "") {
  const made = Object.assign(document.createElement(tag), { className, textContent: text });
  parent.append(made);
  return made;
}

// The pose in hand: the detected one, or the truth while a person sets that.
const hand = ({ pose }) => (pose.move === "truth" ? pose.gt : pose.pred);

// Lists of joints and rows, made anew for another skeleton only.
function build(me) {
  const { svg, find, pose, labels } = me, { names } = pose, rows = find(".rows");
  svg.replaceChildren();
  rows.replaceChildren();
  me.ground = shape(svg, "g", "ground", { "aria-hidden": "true" });
  me.joints = names.map((name, i) => {
    const group = shape(svg, "g", "joint", { tabindex: "0", role: "slider", "data-joint": i });
    shape(group, "circle", "hit", { r: 15 });
    shape(group, "circle", "dot", { r: names.length > 30 ? 4 : 6.5 });
    group.onpointerdown = (event) => grab(me, i, event);
    group.onpointermove = (event) => me.drag === i && drag(me, event);
    group.onpointerup = group.onpointercancel = () => drop(me);
    group.onkeydown = (event) => key(me, i, event);
    group.onfocus = () => choose(me, i);
    return group;
  });
  me.rows = names.map((name, i) => {
    const row = make(rows, "li", "row"), chosen = make(row, "button", "name", name);
    const flag = make(row, "button", "flag"), bar = make(row, "div", "bar");
    const fill = make(bar, "b", "");
    for (const [t] of RINGS) make(bar, "u", "").style.left = `${t * 100}%`;
    chosen.title = name;
    chosen.onclick = () => { choose(me, i); tell(me); };
    flag.onclick = () => toggle(me, i);
    return { row, flag, fill, chosen, value: make(row, "span", "value") };
  });
  const head = find(".head");
  head.replaceChildren();
  for (const text of labels.head) make(head, "span", "", text);
}

function legend(me) {
  const list = me.find(".legend");
  list.replaceChildren();
  for (const [sign, text] of me.labels.legend) {
    const item = make(list, "li", "");
    make(item, "i", sign);
    item.append(text);
  }
  const pad = me.find(".pad"), ways = Object.keys(WAYS); // for who taps and does not drag
  for (const way of pad.children.length ? [] : ways) {
    make(pad, "button", "", "←↑↓→"[ways.indexOf(way)]).onclick = () => push(me, me.joint, way, TAP);
  }
  [...pad.children].forEach((button, i) => {
    button.setAttribute("aria-label", me.labels.ways[i]);
    button.disabled = Boolean(me.pose.still);
  });
  me.find(".zoom").textContent = me.labels.zoom;
  me.find(".zoom").onclick = () => zoom(me);
  me.svg.setAttribute("aria-label", me.labels.alt);
  me.root.setAttribute("aria-label", me.labels.title);
  me.find("svg").classList.toggle("locked", Boolean(me.pose.still));
}

// Numbers and picture after any change.
function show(me) {
  const { pose, labels, joint, root } = me, result = (me.result = similarityOf(pose));
  const secret = pose.hidden, name = pose.names[joint];
  root.dataset.joint = joint;
  if (secret) delete root.dataset.oks;
  else root.dataset.oks = String(result.oks);
  me.find(".oks").textContent = words(labels.oks, { value: secret ? "?" : decimals(result.oks, 4) });
  const counts = result.ks[joint] !== null;
  const value = counts ? decimals(result.ks[joint], 3) : "", d = result.d[joint].toFixed(1);
  const told = secret ? labels.secret : counts ? labels.told : labels.free;
  me.find(".status").textContent = words(told, { name, value, d });
  me.rows.forEach(({ row, flag, fill, value: cell }, i) => {
    const ks = secret ? null : result.ks[i], v = pose.visibility[i];
    row.className = i === joint ? "row chosen" : "row";
    fill.style.width = `${(ks ?? 0) * 100}%`;
    cell.textContent = secret ? "?" : ks === null ? "–" : decimals(ks, 3);
    flag.dataset.v = v;
    flag.textContent = `v ${v}`;
    flag.title = labels.flags[v];
    flag.disabled = Boolean(secret);
    flag.setAttribute("aria-label", words(labels.flag, { name: pose.names[i], flag: labels.flags[v] }));
  });
  me.joints.forEach((group, i) => {
    const [x, y] = hand(me)[i].map((part) => part.toFixed(1)), ks = result.ks[i];
    const similarity = secret || ks === null ? "–" : decimals(ks, 3);
    group.setAttribute("aria-label", pose.names[i]);
    group.setAttribute("aria-valuenow", secret || ks === null ? 0 : ks);
    group.setAttribute("aria-valuemin", 0);
    group.setAttribute("aria-valuemax", 1);
    group.setAttribute("aria-valuetext", words(labels.value, { x, y, similarity }));
  });
  paint(me);
}

function choose(me, i) {
  if (me.joint === i) return;
  me.joint = i;
  if (me.zoom && me.drag === null) refit(me);
  show(me);
  later(me);
}

function zoom(me) {
  Object.assign(me, { zoom: !me.zoom, view: null });
  me.find(".zoom").setAttribute("aria-pressed", me.zoom);
  refit(me);
  show(me);
}

function toggle(me, i) {
  me.joint = i;
  me.pose.visibility[i] = (me.pose.visibility[i] + 2) % 3; // 2, 1, 0, 2
  show(me);
  tell(me);
}

// Dragging. The offset between finger and joint stays, so that nothing jumps at the first touch.
function local(me, event) {
  const { left, top, width } = me.svg.getBoundingClientRect(), zoom = width / me.svg.clientWidth || 1;
  return [(event.clientX - left) / zoom, (event.clientY - top) / zoom];
}

function grab(me, i, event) {
  if (event.button) return;
  event.preventDefault();
  if (!me.pose.still) me.drag = i; // before the focus: the view stays while a joint is held
  me.joints[i].focus();
  me.joint = i;
  if (me.drag === i) {
    me.joints[i].setPointerCapture(event.pointerId);
    const [x, y] = local(me, event), [px, py] = onScreen(me, hand(me)[i]);
    Object.assign(me, { offset: [px - x, py - y] });
    clearTimeout(me.timer);
  }
  show(me);
}

function drag(me, event) {
  const [x, y] = local(me, event), [dx, dy] = me.offset, [x0, y0, x1, y1] = me.view;
  const at = [(x + dx - me.left) / me.scale, (y + dy - me.top) / me.scale];
  hand(me)[me.drag] = [tenth(clamp(at[0], x0, x1)), tenth(clamp(at[1], y0, y1))];
  show(me);
}

function drop(me) {
  if (me.drag === null) return;
  me.drag = null;
  tell(me);
}

const tenth = (value) => Math.round(value * 10) / 10;
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function key(me, i, event) {
  if (!WAYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  push(me, i, event.key, event.shiftKey ? LARGE : SMALL);
}

function push(me, i, way, step) {
  if (me.pose.still) return;
  const [dx, dy] = WAYS[way].map((part) => part * step), [x, y] = hand(me)[i];
  hand(me)[i] = [tenth(clamp(x + dx, -LIMIT, LIMIT)), tenth(clamp(y + dy, -LIMIT, LIMIT))];
  me.joint = i;
  refit(me);
  show(me);
  later(me);
}

const LIMIT = 99999;

// Keys come in rows: told when they rest.
function later(me) {
  clearTimeout(me.timer);
  me.pending = true;
  me.timer = setTimeout(() => tell(me), WAIT);
}

function tell(me) {
  clearTimeout(me.timer);
  me.pending = false;
  const { pred, gt, visibility } = me.pose, at = { pred, gt, visibility, joint: me.joint };
  const told = JSON.stringify(at);
  if (told === me.told) return;
  me.told = told;
  me.n = Date.now();
  me.send({ ...JSON.parse(told), id: me.id, n: me.n });
}

function refit(me) {
  if (me.zoom) me.view = near(me.pose, me.joint);
  else if (!me.view || !holds(me.view, extent(me.pose))) me.view = fit(me.pose);
  place(me);
}

// What Python sent. The pose that a person is moving stays in their hand: Python's pose is taken
// when it belongs to another person, or when Python has already heard the last of this one.
function take(me, data) {
  const same = data.id === me.id, mine = same && (me.drag !== null || me.pending || data.n < me.n);
  const { pred, gt, visibility } = mine ? me.pose : data, copy = (points) => points.map((p) => [...p]);
  const built = me.pose?.names.join("\n") === data.names.join("\n");
  me.pose = { ...data, image: withPicture(me, data.image), pred: copy(pred), gt: copy(gt), visibility: [...visibility] };
  if (!mine) me.joint = data.joint;
  if (!same) Object.assign(me, { id: data.id, view: null, drag: null, pending: false });
  me.labels = data.labels;
  if (!mine) me.told = JSON.stringify({ pred, gt, visibility, joint: me.joint });
  if (!built) build(me);
  legend(me);
  if (me.drag === null) refit(me);
  show(me);
}

// The last picture that came, by its name: it is sent once. Python is asked where it is missing.
const pictures = new Map();

function withPicture(me, image) {
  if (!image) return image;
  if (image.href) {
    pictures.clear();
    pictures.set(image.name, image.href);
  } else if (!pictures.has(image.name)) me.want(image.name);
  return { ...image, href: pictures.get(image.name) ?? "" };
}

function isDark(element) {
  const paper = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = paper;
  probe.fillRect(0, 0, 1, 1);
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
  return 0.3 * r + 0.6 * g + 0.1 * b < 110;
}

export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".keypoints");
  let me = mounted.get(root);
  if (!me) {
    const find = (query) => root.querySelector(query);
    me = { root, find, svg: find("svg"), joint: 0, drag: null, n: 0, pending: false };
    mounted.set(root, me);
    new ResizeObserver(() => { if (me.pose && me.drag === null) { place(me); paint(me); } }).observe(find(".stage"));
  }
  me.send = (at) => setStateValue("at", at);
  me.want = (name) => setTriggerValue("want", name);
  root.classList.toggle("dark", isDark(root));
  take(me, data);
}
