// Draw: a strip cut in the proportions of the odds, on which a pointer lands.
stories.draw = {
  paint(g, scene, set) {
    if (set.lit.some((one) => one.odds)) paintStrip(g, set);
    else paintShares(g, set);
  },
};

function paintStrip(g, { track, lit, panel, left, right, base, room, s, weigh }) {
  const total = lit.reduce((sum, one) => sum + one.odds, 0), h = min(40, room / 2), y = base - h - 8;
  let x = left;
  for (const one of lit) {
    const rect = [x, y, (one.odds / total) * (right - left), h];
    x += rect[2];
    block(g, rect, one.tone.full);
    frame(g, rect, -0.5, 1, g.ink);
    printValue(g, one.value, rect, one.tone.digits);
  }
  if (chosenAt(panel, s) < 0) return;
  // The pointer swings over the strip and back to where the draw fell.
  const swing = (weigh * (2 + (track.pointer?.[s] ?? 0))) % 2;
  const at = lerp(left, right, min(swing, 2 - swing));
  lines(g, [[at, y - 8], [at, y + h * 0.25]], 2.5, g.ring);
  paintMark(g, "down", at, y - 12, 7);
}
