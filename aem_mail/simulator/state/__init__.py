"""What Cloud Manager holds: values, how they go on with the time, and their form as JSON."""
