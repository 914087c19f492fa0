"""The invariants of docs/reliability.md, one file each: pure functions from a history to what violates it."""
