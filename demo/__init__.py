"""The demo: `python -m demo`, from a bare checkout to an e-mail that arrived, on the simulator.

``story`` holds the chapters, each of which asserts what it tells; ``stage`` is the scratch folder that it all happens in; ``cast`` are
those who act besides Pulumi: Cloud Manager's simulator, and somebody else who uses its API. ``__main__`` tells the story in a process
session of its own, and clears it away however it ends.
"""
