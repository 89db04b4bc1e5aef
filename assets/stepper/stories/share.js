// Share: bars of the values, and the level to which they even out.
stories.share = {
  paint(g, scene, set) {
    if (!set.known) return;
    const scale = paintValues(g, set);
    const value = set.weigh > 0.5 ? (resultAt(scene, set.s)?.value ?? NaN) : NaN;
    if (!isNaN(value)) paintLevel(g, set, levelOf(set, scale, value), value);
  },
};

// How high on the bench a value stands.
const levelOf = ({ base, room }, { unit, zero }, value) =>
  clamp(zero - value * unit, base - room - 4, base);

// The level of what is written, with its number.
function paintLevel(g, { left, right, lit }, y, value) {
  const level = [[left - 6, y], [right + 6, y]];
  lines(g, level, 5, g.paper);
  lines(g, level, 3, g.write, [9, 4]);
  if (isNaN(value)) return;
  const rises = (lit[0].value ?? 0) < (lit.at(-1).value ?? 0); // over the lower of the outer bars
  const [x, align] = rises ? [left - 4, "left"] : [right + 4, "right"];
  print(g, number(value), x, y - 11, 14, g.write, 700, align);
}
