// Share: bars of the values, and the level to which they even out.
stories.share = {
  paint(g, scene, set) {
    if (!set.known) return;
    const { left, right, base, room, s, weigh } = set, { unit, zero } = paintValues(g, set);
    const value = weigh > 0.5 ? (resultAt(scene, s)?.value ?? NaN) : NaN;
    if (isNaN(value)) return;
    const y = clamp(zero - value * unit, base - room - 4, base);
    const level = [[left - 8, y], [right + 8, y]];
    lines(g, level, 5, g.paper);
    lines(g, level, 3, g.write, [9, 4]);
    print(g, number(value), right + 8, y - 11, 14, g.write, 700, "right");
  },
};
