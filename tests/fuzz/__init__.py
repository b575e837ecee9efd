"""A campaign of random instances against the oracle and against themselves: docs/fuzzing.md.

`drawing` draws instances, `relations` says what must hold of each, `campaign` runs them on
processes, `shrinking` makes a failing one smaller before `saved` keeps it.
"""
