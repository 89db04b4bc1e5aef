// Rank: the cells line up by value, the weights stand over the ranks.
stories.rank = { sorts: true, paint: (g, scene, set) => paintShares(g, set, 1) };
