"""What the resources have in common: the shape of a provider, its run, and the process that it runs in."""
