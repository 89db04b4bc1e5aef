// Filter: bars of the weights that the places have, whatever lies there.
stories.filter = { paint: (g, scene, set) => paintShares(g, set) };
