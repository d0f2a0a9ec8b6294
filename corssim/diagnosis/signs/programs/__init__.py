"""Whose answer it was: signs of programs that answer in place of the server that was meant, or before it.

Read `sign` (what a sign is), then the tables: `interstitials`, `gateways`, `servers`; `recognise` asks them all.
"""
