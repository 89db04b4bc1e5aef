// Power: bars of the weights; in the window the cells swell first, the larger the more.
stories.power = { swells: true, paint: (g, scene, set) => paintShares(g, set) };
