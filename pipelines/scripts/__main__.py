"""`python -m pipelines.scripts`, for pipelines that were copied before the package had the steps."""

import sys

from aem_mail.pipelines.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
