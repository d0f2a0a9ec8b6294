"""Console lines of browsers, read back: the text that somebody pasted becomes a reason, a browser and URLs.

Read `reading` (the value), then `read` (how a text becomes readings), `topics` (what is said where no sentence is
known) and `script_errors` (what script was told). The sentences themselves live in `corssim.console`.
"""
