"""A problem made smaller, and the solution of the smaller one taken back: exactly."""
