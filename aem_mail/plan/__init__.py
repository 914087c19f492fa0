"""What `pulumi up` would change and what that costs, from a preview's events alone or from what Cloud Manager shows; pure."""
