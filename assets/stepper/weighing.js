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

// The row of step s: norm(scale q · k + bias) over the step's cells, kept until another is asked.
function rowOf(track, s) {
  if (track.row?.s === s) return track.row.weights;
  const { query, key, bias, scale, norm } = track.weighing, depth = key.width;
  const scores = Array.from({ length: track.width }, (_, j) => {
    const at = track.cells ? track.cells[s * track.width + j] : j;
    if (at < 0) return NaN;
    let dot = 0;
    for (let i = 0; i < depth; i++) dot += query[s * depth + i] * key[at * depth + i];
    return scale * dot + (bias ? bias[at] : 0);
  });
  track.row = { s, weights: normed(scores, norm) };
  return track.row.weights;
}
