// Drawing: everything in pixels of the screen, from a view that says where a place of the image is.

const NS = "http://www.w3.org/2000/svg", RINGS = [[0.85, "a", 150], [0.75, "b", 30], [0.5, "c", -90]];

function shape(parent, tag, className, attributes = {}) {
  const made = document.createElementNS(NS, tag);
  made.setAttribute("class", className);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}

const known = ({ visibility }, i) => visibility[i] > 0;
const bareOf = ({ visibility }) => !visibility.some((v) => v > 0);

// What has to be in sight: the truth, the box and the detected pose.
function extent(pose) {
  const points = [...pose.pred, ...(pose.move === "truth" ? pose.gt : []), ...pose.gt.filter((_, i) => known(pose, i))];
  if (bareOf(pose)) {
    const [x, y, w, h] = pose.bbox;
    points.push([x - w, y - h], [x + 2 * w, y + 2 * h]);
  }
  if (pose.image) points.push([0, 0], [pose.image.width, pose.image.height]);
  const xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

// A view: the part of the image in sight, a little more than the extent.
function fit(pose) {
  const [x0, y0, x1, y1] = extent(pose), pad = 0.08 * Math.max(x1 - x0, y1 - y0, 1);
  return [x0 - pad, y0 - pad, x1 + pad, y1 + pad];
}

// The view with one joint large: its rings, and where it was detected.
function near({ gt, pred, sigmas, area }, i) {
  const [x, y] = gt[i], d = Math.max(Math.abs(pred[i][0] - x), Math.abs(pred[i][1] - y));
  const half = Math.max(1.6 * radiusAt(0.5, sigmas[i], area), 1.3 * d, 1);
  return [x - half, y - half, x + half, y + half];
}

const holds = ([a, b, c, d], [x0, y0, x1, y1]) => a <= x0 && b <= y0 && c >= x1 && d >= y1;

function place(me) {
  const [x0, y0, x1, y1] = me.view, width = me.find(".stage").clientWidth || 600;
  const height = width < 520 ? Math.min(width * 1.15, 440) : Math.min(580, width * 0.95);
  const scale = Math.min(width / (x1 - x0), height / (y1 - y0));
  const left = (width - scale * (x1 - x0)) / 2 - scale * x0;
  const top = (height - scale * (y1 - y0)) / 2 - scale * y0;
  Object.assign(me, { scale, left, top });
  me.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  me.svg.style.height = `${height}px`;
  me.svg.style.touchAction = "pan-y";
}

const onScreen = (me, [x, y]) => [x * me.scale + me.left, y * me.scale + me.top];

function line(me, parent, className, from, to) {
  const [x1, y1] = onScreen(me, from), [x2, y2] = onScreen(me, to);
  shape(parent, "line", className, { x1, y1, x2, y2 });
}

// Everything but the joints, which stay the same elements so that a finger keeps hold of one.
function paint(me) {
  const { pose, ground, joint } = me, { gt, pred, edges } = pose, bare = bareOf(pose);
  const both = (a, b) => known(pose, a) && known(pose, b);
  ground.replaceChildren();
  if (pose.image) {
    const [x, y] = onScreen(me, [0, 0]), { href, width, height } = pose.image;
    shape(ground, "image", "", { x, y, width: width * me.scale, height: height * me.scale, href });
  }
  if (bare) {
    const [x, y, w, h] = pose.bbox;
    box(me, [x, y, w, h]);
    box(me, [x - w, y - h, 3 * w, 3 * h]);
  } else if (!bare) rings(me, joint);
  for (const [a, b] of edges) if (both(a, b)) line(me, ground, "truth limb", gt[a], gt[b]);
  for (const [a, b] of edges) line(me, ground, "found limb", pred[a], pred[b]);
  gt.forEach((point, i) => {
    if (known(pose, i)) line(me, ground, "error", point, pred[i]);
    const [x, y] = onScreen(me, point), r = i === joint ? 7 : 5;
    if (known(pose, i) || (i === joint && !bare)) {
      const off = known(pose, i) ? "" : " off";
      shape(ground, "rect", `truth mark${off}`, { x: x - r, y: y - r, width: 2 * r, height: 2 * r });
    }
  });
  if (pose.move === "truth") for (const point of pred) {
    const [cx, cy] = onScreen(me, point);
    shape(ground, "circle", "found mark", { cx, cy, r: 5 });
  }
  if (pose.arrows && !pose.hidden) arrows(me);
  me.joints.forEach((group, i) => {
    const [x, y] = onScreen(me, hand(me)[i]), free = !known(pose, i) && !bare;
    const signs = { chosen: i === joint, free, true: pose.move === "truth" };
    group.setAttribute("transform", `translate(${x} ${y})`);
    group.setAttribute("class", ["joint", ...Object.keys(signs).filter((name) => signs[name])].join(" "));
  });
}

function box(me, [x, y, w, h]) {
  const [left, top] = onScreen(me, [x, y]);
  const size = { x: left, y: top, width: w * me.scale, height: h * me.scale };
  shape(me.ground, "rect", "box", size);
}

function rings(me, i) {
  const { pose, ground } = me, [cx, cy] = onScreen(me, pose.gt[i]);
  for (const [t, className, degrees] of RINGS) {
    const angle = (degrees * Math.PI) / 180;
    const r = radiusAt(t, pose.sigmas[i], pose.area) * me.scale;
    shape(ground, "circle", `ring ${className}`, { cx, cy, r });
    if (r < 12) continue;
    const at = { x: cx + r * Math.cos(angle), y: cy + r * Math.sin(angle) + 4 };
    shape(ground, "text", "ringtext", at).textContent = decimals(t, 2);
  }
}

// The gradient as arrows; the longest is 46 pixels long.
function arrows(me) {
  const { pull } = me.result, most = Math.max(...pull.map(([x, y]) => Math.hypot(x, y)));
  pull.forEach(([x, y], i) => {
    const length = (46 * Math.hypot(x, y)) / most, angle = Math.atan2(y, x);
    if (!(length > 3)) return;
    const [px, py] = onScreen(me, me.pose.pred[i]), turn = (angle * 180) / Math.PI;
    const group = shape(me.ground, "g", "arrow", { transform: `translate(${px} ${py}) rotate(${turn})` });
    shape(group, "line", "", { x1: 0, y1: 0, x2: length + 6, y2: 0 });
    shape(group, "path", "", { d: `M${length + 12} 0l-9 -5v10z`, "stroke-width": 0 });
  });
}

const decimals = (value, digits) => value.toFixed(digits).replace(/^0\./, ".");
