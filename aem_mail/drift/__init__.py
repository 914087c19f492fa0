"""What the stacks of a fleet recorded, compared with what is live: findings, what their fix costs, and how it is done; pure."""
