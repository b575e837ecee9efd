"""CP-SAT, asked in this process or in one of its own."""
