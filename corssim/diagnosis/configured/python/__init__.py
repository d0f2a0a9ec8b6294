"""Programs in Python, followed from their first statement to the answer to one request. Nothing of them is run."""
