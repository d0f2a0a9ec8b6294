"""Is every line of corssim/fetch held by a test? `python -m tests.mutation` changes one thing at a time, and sees."""
