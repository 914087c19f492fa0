"""`python -m engine`, as scripts call it."""

import sys

from tools.engine.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
