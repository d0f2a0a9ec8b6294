"""The table of wordings: data alone."""
