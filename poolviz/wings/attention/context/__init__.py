"""Context: one map for all queries, or one for each; and gates, which ask nobody."""
