"""A stand-in for `pulumi-resource-command`, Pulumi's plugin of pulumi-command, for machines that cannot download the real one.

It runs `local.Command` as the real one does (create, update, delete, previous output, triggers, secrets, logging, cancel), and refuses
by name what it does not do: `remote.*`, `local.run`, assets and archives. Nothing of the product depends on it. It is copied as it
is into the user's cache (tools/engine/command_stand_in.py) and needs nothing but the `pulumi` package.
"""
