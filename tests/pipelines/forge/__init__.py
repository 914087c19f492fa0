"""A stand-in for the few REST calls of GitHub and GitLab that the pipelines make: a real HTTP server that keeps what it is told.

Routes, status codes, field names and paging are those of the two APIs' documentation; the real services were not reachable.
"""

from tests.pipelines.forge.server import running_forge
from tests.pipelines.forge.state import ForgeState, Token

__all__ = ["ForgeState", "Token", "running_forge"]
