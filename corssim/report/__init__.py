"""Outcomes told, for a terminal, as JSON and as HTML: folds over the trace. A report never decides anything again.

Read `timeline` and `sentences` (what is said), then `terminal`, `json_report` and `html` (where it is said). What a
server or a page sent is masked and freed of control characters before it is shown. May import all but testing and cli.
"""
