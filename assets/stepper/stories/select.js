// Select: bars of the values; what is not chosen fades.
stories.select = {
  fades: true, quiet: true,
  paint: (g, scene, set) => set.known && paintValues(g, set),
};
