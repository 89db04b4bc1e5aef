// Mix: bars of the values; the largest and the mean as levels, and how far between them it comes.
stories.mix = {
  quiet: true,
  paint(g, scene, set) {
    const values = set.lit.map(({ value }) => value).filter((value) => value !== null);
    if (!set.known || !values.length) return;
    const { left, right, s, weigh } = set, scale = paintValues(g, set);
    const top = max(...values), mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const [high, low] = [top, mean].map((value) => levelOf(set, scale, value));
    for (const y of [high, low]) lines(g, [[left - 4, y], [right + 4, y]], 1.5, g.ink, [2, 3]);
    const value = resultAt(scene, s)?.value ?? NaN;
    if (isNaN(value)) return;
    const y = lerp((high + low) / 2, levelOf(set, scale, value), weigh);
    lines(g, [[right + 4, high], [right + 4, low]], 3, g.ink);
    paintLevel(g, set, y, weigh > 0.5 ? value : NaN);
  },
};
