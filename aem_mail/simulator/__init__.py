"""A simulator of Cloud Manager on loopback: the API, the token endpoint, a control plane and a mail path that really sends.

It imports nothing of the client it is there to judge. What it does and does not simulate: docs/simulator.md.
"""
