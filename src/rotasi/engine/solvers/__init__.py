"""What decides a program: a min-cost flow, a linear program, CP-SAT."""
