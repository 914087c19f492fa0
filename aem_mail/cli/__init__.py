"""The command line `aem-mail`, one file per command; each offers `configure`, which adds its options to a parser."""
