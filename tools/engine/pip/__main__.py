"""`python -m pip list --format json`, and nothing else of pip."""

import json
import sys
from importlib.metadata import distributions


def main() -> None:
    """Print each installed distribution with its name, version and location, as `pip list -v --format json` does."""
    if sys.argv[1:2] != ["list"]:
        sys.exit("pip is not installed in this virtual environment. Install packages with the tool that made it.")
    packages = [{"name": found.name, "version": found.version, "location": str(found.locate_file(""))} for found in distributions()]
    print(json.dumps(packages))


main()
