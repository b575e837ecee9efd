"""Other solvers of the same instances, and the model that they are given."""
