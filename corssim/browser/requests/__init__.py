"""Requests as each of a page's APIs makes them: one file an API; `given` has what all of them check of their arguments.

A page imports all but fetch where they are used: most scripts use no other.
"""
