"""The policy: its document, formats, clauses and schemes."""
