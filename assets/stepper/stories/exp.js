// Exp: bars of the exponential weights, normalised.
stories.exp = { paint: (g, scene, set) => paintShares(g, set) };
