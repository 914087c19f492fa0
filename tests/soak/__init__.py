"""Soak: schedules of faults against the real providers, and a checker that judges what each left behind."""
