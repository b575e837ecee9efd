"""How fast rotasi is, phase by phase and beside other solvers: ``python -m benchmarks``."""
