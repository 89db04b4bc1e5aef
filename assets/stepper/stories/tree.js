// Tree: filters of the window at its leaves; gates mix them upwards, to the root that is written.
stories.tree = {
  quiet: true,
  paint(g, scene, set) {
    const { track, s, base, room, left, right, weigh } = set, wide = track.nodes?.width ?? 0;
    if (!set.known || !wide) return;
    const nodes = track.nodes.slice(s * wide, (s + 1) * wide), leaves = (wide + 2) / 3;
    const depth = Math.log2(leaves), gates = nodes.slice(2 * leaves - 1);
    const radius = min(15, room / (depth + 1) / 2.2, (right - left) / leaves / 2.1);
    const at = (i) => {
      const level = floor(Math.log2(i + 1)), count = 2 ** level, place = i + 1 - count;
      const x = left + ((right - left) * (place + 0.5)) / count;
      return [x, base - radius - ((depth - level) / depth) * (room - 2 * radius)];
    };
    // A level is there when those below it are.
    const shown = (i) => weigh >= (depth - floor(Math.log2(i + 1))) / (depth + 1);
    for (let i = 1; i < 2 * leaves - 1; i++) {
      const parent = (i - 1) >> 1, share = i % 2 ? gates[parent] : 1 - gates[parent];
      if (shown(parent)) lines(g, [at(i), at(parent)], 0.6 + 4 * share, g.ink);
    }
    for (let i = 0; i < 2 * leaves - 1; i++) if (shown(i)) paintNode(g, at(i), radius, nodes[i], !i);
  },
};

function paintNode(g, [x, y], radius, value, root) {
  disc(g, [x, y], radius, root ? 3 : 1.2, root ? g.write : g.ink, g.paper);
  const inside = [x - radius, y - radius, 2 * radius, 2 * radius];
  printFirst(g, [3, 2, 1].map((digits) => number(value, digits)), inside, 0.45, g.ink);
}
