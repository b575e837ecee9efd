"""An independent referee of the public contract: slow, plain, and free of rotasi's own code.

`facts` reads a case (tables, policy, previous), `checker` judges a finished assignment, `mip`
finds the proven optimum with another solver, `instances` draws random cases.
"""
