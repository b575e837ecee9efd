"""From a problem in arrays to its proven optimum. It knows no rule, table or policy."""
