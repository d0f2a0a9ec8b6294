"""Console lines of browsers, read back: the text that somebody pasted becomes a reason, a browser and URLs.

Read `reading` (the value), then `read` (how a text becomes readings), which is: `prepare` (quotes, line ends), `scan`
(going through the text), `messages` (one message at one place), `meaning` (what it comes to, as its values decide) and
`unknown` (what is said of the rest). The sentences are those that `corssim.console` prints, and the `table` of others.
"""
