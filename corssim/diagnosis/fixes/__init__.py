"""What to change so that a fetch is allowed, proven by replay.

Read `search` first: it tries the changes that `changes_of_the_server` and `changes_of_the_page` offer, has `replay` run
the fetch again under each, lets `worth` compare what was found, and returns a `fix` or, where there is none, what
`no_fix` says of it. `changes` has the words for a change, `server_settings` the settings that a server is given.
Nothing here prints, and nothing imports the reports.
"""
