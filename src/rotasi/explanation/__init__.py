"""Why there is no schedule, why a day is not remote, and what would help."""
