"""The narrow waist: facts, constraints, problems and rosters as arrays."""
