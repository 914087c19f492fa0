"""The name by which scripts have the engine: `import engine`, `python -m engine env`. It is in tools/engine; see README.md there."""

from tools.engine import Engine, EngineError, environment, install_engine

__all__ = ["Engine", "EngineError", "environment", "install_engine"]
