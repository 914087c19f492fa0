"""Pipelines ready to copy; docs/pipelines.md says how."""
