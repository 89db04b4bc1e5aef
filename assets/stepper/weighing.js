// Weights of a row made from small factors, as poolviz/stage/weighing.py makes them.

// Weights of scores; NaN marks a key that is not allowed, which gets 0.
function normed(scores, norm) {
  const allowed = scores.filter((score) => !Number.isNaN(score)), count = allowed.length || 1;
  if (norm !== "softmax") {
    const least = norm === "relu" ? 0 : -Infinity;
    return scores.map((score) => (Number.isNaN(score) ? 0 : Math.max(score, least) / count));
  }
  const top = allowed.reduce((most, score) => Math.max(most, score), -Infinity);
  const raised = scores.map((score) => (Number.isNaN(score) ? 0 : Math.exp(score - top)));
  const total = raised.reduce((sum, value) => sum + value, 0) || 1;
  return raised.map((value) => value / total);
}

// Factors that are patches of a picture: key m is the patch around cell m, query s that of a key.
function cutOut(weighing) {
  const { picture, side, own } = weighing, rows = picture.shape[0] - side + 1;
  const cols = picture.width - side + 1, depth = side * side, shape = [rows * cols, depth];
  const key = new Float32Array(rows * cols * depth), query = new Float32Array(own.length * depth);
  for (let m = 0; m < rows * cols; m++) {
    const from = Math.floor(m / cols) * picture.width + (m % cols);
    for (let i = 0; i < depth; i++) {
      key[m * depth + i] = picture[from + Math.floor(i / side) * picture.width + (i % side)];
    }
  }
  own.forEach((m, s) => query.set(key.subarray(m * depth, (m + 1) * depth), s * depth));
  Object.assign(weighing, { key: Object.assign(key, { shape, width: depth }), query });
}

// The row of step s: norm(scale q · k + bias) over the step's cells, of patches
// norm(-scale/2 |q - k|²), kept until another is asked.
function rowOf(track, s) {
  if (track.row?.s === s) return track.row.weights;
  const { query, key, bias, scale, norm, picture } = track.weighing, depth = key.width;
  const scores = Array.from({ length: track.width }, (_, j) => {
    const at = track.cells ? track.cells[s * track.width + j] : j;
    if (at < 0) return NaN;
    let dot = 0;
    for (let i = 0; i < depth; i++) {
      const q = query[s * depth + i], k = key[at * depth + i];
      dot += picture ? -((q - k) ** 2) / 2 : q * k;
    }
    return scale * dot + (bias ? bias[at] : 0);
  });
  track.row = { s, weights: normed(scores, norm) };
  return track.row.weights;
}
