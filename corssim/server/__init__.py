"""Servers to talk to without a network, and what is known of a server's CORS policy.

Read `cors_policy` (a policy, and how a server behaves by it), `mock` (a server by rules), then `infer` with `probes`
and `inferred_policy` (the policy of a server that answers) and `lint` with `look_alikes` (what is wrong with one).
May import fetch, and of browser the transports alone: a policy is inferred over them, without a page.
"""
