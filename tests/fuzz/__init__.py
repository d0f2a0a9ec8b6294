"""What reads text of others, and what must be true of it whatever the text is.

A target is a check that takes any text of one kind. Hypothesis tries each in the suite (`test_targets.py`, from texts
that are read well, cut, repeated and mixed); `python -m tests.fuzz TARGET… --minutes 20` has atheris search for as long
as one likes, led by the lines that are reached (`pip install 'corssim[prove]'`). What was found stands in
`test_found.py`.
"""
