"""What Pulumi knows of a project and its stacks, each read and checked in one place; only `command` runs Pulumi."""
