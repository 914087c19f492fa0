"""The demo: `python -m tools.demo`, from a bare checkout to an e-mail that arrived, on the simulator.

``story`` holds the chapters, each of which asserts what it tells; ``play`` is what they share, ``stage`` the scratch folder that it all
happens in, ``simulator`` and ``somebody`` those who act besides Pulumi. ``__main__`` tells the story in a process session of its own,
and clears it away however it ends.
"""
