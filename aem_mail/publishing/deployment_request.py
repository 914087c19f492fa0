"""What the command that runs a pipeline is told, and its JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from aem_mail.errors import InvalidInput, Problem

PUBLIC_KEYS: Final = ("baseUrl", "imsUrl", "orgId", "clientId")
"""What may be recorded of the connection; the client secret or token comes from the command's environment."""


@dataclass(frozen=True, slots=True)
class DeploymentRequest:
    """A commit that a pipeline (id or name) shall deploy.

    ``connection`` has settings by their configuration keys, ``timeout`` is in seconds.
    """

    program_id: str
    pipeline: str
    commit: str
    connection: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "DeploymentRequest":
        """Read what `to_json` wrote; raises InvalidInput for anything else."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise InvalidInput("Standard input", [Problem("", f"holds no request to run a pipeline ({error})")]) from None
