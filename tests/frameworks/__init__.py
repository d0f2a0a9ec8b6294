"""What the CORS packages of Python's web frameworks really do, seen from a page."""
