"""Runs of scenarios as a terminal's lines, as JSON, as JUnit's XML, and side by side in several browsers."""
