"""How changes reach an environment: claim, gather, merge, apply one at a time, verify."""
