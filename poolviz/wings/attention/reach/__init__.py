"""/reach: who a cell hears of, one recurrence after the other, and what that saves."""
