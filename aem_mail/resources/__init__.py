"""The Pulumi resources: one noun, one file, each with its args, its resource and its provider."""
