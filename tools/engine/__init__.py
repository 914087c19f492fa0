"""The Pulumi engine: found on this machine, or installed into the user's cache. See README.md beside this file."""

from tools.engine.errors import EngineError
from tools.engine.installation import Engine, environment, install_engine

__all__ = ["Engine", "EngineError", "environment", "install_engine"]
