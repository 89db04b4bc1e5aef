// Detail: bars of the values, the mean as a level, and how far each cell stands out from it.
stories.detail = {
  paint(g, scene, set) {
    const values = set.lit.map(({ value }) => value).filter((value) => value !== null);
    if (!set.known || !values.length) return;
    const { lit, left, right, pitch, s, weigh } = set, scale = paintValues(g, set);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const middle = levelOf(set, scale, mean), value = resultAt(scene, s)?.value ?? NaN;
    lines(g, [[left - 4, middle], [right + 4, middle]], 1.5, g.ink, [2, 3]);
    for (const one of lit.filter((each) => each.value !== null)) {
      const x = one.x + pitch / 2, y = lerp(middle, levelOf(set, scale, one.value), weigh);
      lines(g, [[x, middle], [x, y]], 5, g.paper);
      lines(g, [[x, middle], [x, y]], 3, g.ring);
    }
    if (weigh > 0.5 && !isNaN(value)) paintLevel(g, set, levelOf(set, scale, value), value);
  },
};
