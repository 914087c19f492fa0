"""The command line `aem-mail`, one file per command; each offers `add_parser` and `run`."""
