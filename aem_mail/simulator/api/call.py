"""What a handler is given and what it gives back: both values, so that every handler is a pure function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aem_mail.simulator.api.problems import not_found
from aem_mail.simulator.state.values import Environment, Infrastructure, Pipeline, Program, SimulatorState


@dataclass(frozen=True)
class ApiCall:
    """One request to an operation, at a simulated time, in a state whose finished changes are settled.

    `fails` says that the change it starts, if any, is to end in failure.
    """

    state: SimulatorState
    now: float
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    page_size: int | None = None
    fails: bool = False

    @property
    def program(self) -> Program:
        program = self.state.programs.get(self.params["p"])
        if program is None:
            raise not_found(f"program {self.params['p']}")
        return program

    @property
    def environment(self) -> Environment:
        environment = self.program.environments.get(self.params["e"])
        if environment is None:
            raise not_found(f"environment {self.params['e']} of program {self.program.id}")
        return environment

    @property
    def infrastructure(self) -> Infrastructure:
        for infrastructure in self.program.infrastructures:
            if infrastructure.id == self.params["id"]:
                return infrastructure
        raise not_found(f"network infrastructure {self.params['id']} of program {self.program.id}")

    @property
    def pipeline(self) -> Pipeline:
        for pipeline in self.program.pipelines:
            if pipeline.id == self.params["pipeline"]:
                return pipeline
        raise not_found(f"pipeline {self.params['pipeline']} of program {self.program.id}")


@dataclass(frozen=True)
class ApiAnswer:
    """What an operation answers; `state` is the new one where it changed something, `doubts` what Cloud Manager may refuse of it."""

    status: int
    document: Any = None
    state: SimulatorState | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


Handler: TypeAlias = Callable[[ApiCall], ApiAnswer]
