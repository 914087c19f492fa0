"""What is there, as Cloud Manager shows it: the model, the one reader, and what it proves."""
