"""The command line, one file a command: `main` finds it, `arguments` and `fetch_flags` have the flags they share.

Start-up is measured: what a command does not need is imported where it is used, httpx and rich before all. Exit status:
0 readable, 1 not readable, 2 usage, 3 the network failed (`environment`).
"""
