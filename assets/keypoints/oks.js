// The similarity itself: the same numbers as poolviz/pose/metrics/oks.py, checked by the same vectors.

const TINY_AREA = Number.EPSILON;

// From what a joint is measured to, to the detected joint: the true joint, or, where nothing is
// labelled, the box enlarged by its own size on every side.
function awayFrom({ gt, pred, bbox }, i, bare) {
  const beyond = (p, low, size) => Math.min(p - low + size, 0) + Math.max(p - low - 2 * size, 0);
  if (bare) return [0, 1].map((axis) => beyond(pred[i][axis], bbox[axis], bbox[axis + 2]));
  return [pred[i][0] - gt[i][0], pred[i][1] - gt[i][1]];
}

// ks_i = exp(-d_i^2 / (2 s^2 k_i^2)), k_i = 2 sigma_i; null where a joint does not count. OKS is
// their mean; `pull` is its gradient, the way in which each detected joint gains most.
function similarityOf(pose) {
  const { sigmas, area, visibility } = pose, s2 = area + TINY_AREA;
  const bare = !visibility.some((v) => v > 0), counts = (i) => bare || visibility[i] > 0;
  const n = sigmas.filter((_, i) => counts(i)).length, ks = [], pull = [], d = [];
  sigmas.forEach((sigma, i) => {
    const [dx, dy] = awayFrom(pose, i, bare), k2 = (2 * sigma) ** 2;
    const value = Math.exp(-(dx * dx + dy * dy) / k2 / s2 / 2), slope = -value / n / k2 / s2;
    d.push(Math.hypot(dx, dy));
    ks.push(counts(i) ? value : null);
    pull.push(counts(i) && slope ? [dx * slope, dy * slope] : [0, 0]);
  });
  return { ks, d, pull, oks: ks.reduce((sum, value) => sum + (value ?? 0), 0) / n };
}

// Where the similarity of a joint is t: r = k s sqrt(2 ln(1 / t)).
const radiusAt = (t, sigma, area) => 2 * sigma * Math.sqrt(area) * Math.sqrt(2 * Math.log(1 / t));
