"""One request to the API or the token endpoint, from its headers to its answer. No HTTP library: values in, values out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aem_mail.simulator.api.call import ApiAnswer, ApiCall
from aem_mail.simulator.api.problems import Problem, bad_request, forbidden
from aem_mail.simulator.api.routes import Route, match
from aem_mail.simulator.control.faults import Fault
from aem_mail.simulator.handlers.advanced_networking import accepts_networking
from aem_mail.simulator.state.executions import current_execution
from aem_mail.simulator.state.transitions import changed_networking
from aem_mail.simulator.world import SimulatedWorld

TOKEN_PATH = "/ims/token/v3"  # noqa: S105 - a path, not a token
LARGEST_BODY = 1024 * 1024
_MUTATIONS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Incoming:
    """A request; header names in lower case."""

    method: str
    path: str
    query_string: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Outgoing:
    """An answer; `status` None means that the connection is to be closed without one."""

    status: int | None
    document: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    doubts: tuple[str, ...] = ()


def serve(world: SimulatedWorld, incoming: Incoming, faults: Sequence[Fault] = ()) -> Outgoing:
    """Answer a request, let it take effect and record it; `faults` are those of action `answer` that happen to it."""
    request_id = secrets.token_hex(16)
    drop = next((fault.drop for fault in faults if fault.drop), None)
    status = next((fault.status for fault in faults if fault.status), None)
    is_applied = drop == "after" or (drop is None and status is None)
    with world.lock:
        answer = _answer(world, incoming) if is_applied else Outgoing(None)
        applied = is_applied and incoming.path.startswith("/api/") and incoming.method in _MUTATIONS and (answer.status or 500) < 400
        if status is not None:
            answer = _problem_answer(Problem(status, "Simulated fault"))
        elif drop is not None:
            answer = Outgoing(None)
        world.record(
            method=incoming.method,
            path=incoming.path,
            query=incoming.query_string,
            status=answer.status,
            applied=applied,
            request_id=request_id,
            doubts=answer.doubts,
        )
    extra = {name: value for fault in faults for name, value in fault.headers.items()}
    return Outgoing(answer.status, answer.document, {**answer.headers, **extra, "x-request-id": request_id}, answer.media_type)


def _answer(world: SimulatedWorld, incoming: Incoming) -> Outgoing:
    try:
        if len(incoming.body) > LARGEST_BODY:
            raise Problem(413, "Body too large", errors=(f"a body has at most {LARGEST_BODY} bytes",))
        if incoming.path == TOKEN_PATH:
            return Outgoing(200, _token(world, incoming), {"Cache-Control": "no-store"})
        answer = _operate(world, incoming)
    except Problem as problem:
        return _problem_answer(problem)
    return Outgoing(answer.status, answer.document, answer.headers, doubts=answer.doubts)


def _token(world: SimulatedWorld, incoming: Incoming) -> dict[str, Any]:
    if incoming.method != "POST":
        raise Problem(405, "Method not allowed", errors=(f"{TOKEN_PATH} takes POST",), headers={"Allow": "POST"})
    return world.tokens.answer(incoming.headers.get("content-type", ""), incoming.body, world.token_now)


def _operate(world: SimulatedWorld, incoming: Incoming) -> ApiAnswer:
    _authorize(world, incoming.headers)
    operation, params = match(incoming.method, incoming.path)
    _require_profile(world, operation)
    _require_json(incoming)
    if incoming.method == "PUT":
        _let_second_writer_in(world, incoming.path, params)
    _refuse_unexplained(world, incoming, params)
    fails = incoming.method in _MUTATIONS and bool(world.faults.fired("fail", incoming.method, incoming.path))
    call = ApiCall(
        state=world.state,
        now=world.now,
        path=incoming.path,
        params=params,
        query=incoming.query,
        body=incoming.body,
        page_size=world.page_size,
        fails=fails,
    )
    answer = operation.handler(call)
    if answer.state is not None:
        world.commit(answer.state)
    return answer


def _authorize(world: SimulatedWorld, headers: Mapping[str, str]) -> None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not world.tokens.is_good(token.strip(), world.token_now):
        reason = "the access token is missing, unknown, expired or revoked"
        raise Problem(401, "Unauthorized", errors=(reason,), headers={"WWW-Authenticate": "Bearer"})
    if headers.get("x-api-key") != world.credential.client_id:
        raise forbidden("the header x-api-key is missing or is not the client id that the token was issued to")
    if headers.get("x-gw-ims-org-id") != world.credential.org_id:
        raise forbidden("the header x-gw-ims-org-id is missing or is not an organization that the token is good for")


def _require_profile(world: SimulatedWorld, operation: Route) -> None:
    if operation.profiles and not set(operation.profiles).intersection(world.state.profiles):
        raise forbidden(f"the credential needs the product profile {' or '.join(operation.profiles)}")


def _require_json(incoming: Incoming) -> None:
    media_type = incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
    if incoming.method in {"POST", "PUT", "PATCH"} and incoming.body and media_type != "application/json":
        raise bad_request("the header Content-Type must be application/json")


def _let_second_writer_in(world: SimulatedWorld, path: str, params: Mapping[str, str]) -> None:
    """Let somebody else's change of an environment's networking be accepted just before this one, if that was asked for."""
    program = world.state.programs.get(params["p"])
    environment = program.environments.get(params.get("e", "")) if program else None
    if program is None or environment is None or not accepts_networking(program, environment):
        return
    for fault in world.faults.fired("second-writer", "PUT", path)[:1]:
        networking = fault.networking_after(environment.networking)
        unnoticed = replace(environment, networking=networking)
        changed = unnoticed if fault.silent else changed_networking(environment, networking, world.now)
        world.commit(world.state.with_program(program.with_environment(changed)))


def _refuse_unexplained(world: SimulatedWorld, incoming: Incoming, params: Mapping[str, str]) -> None:
    program = world.state.programs.get(params.get("p", ""))
    environment = program.environments.get(params.get("e", "")) if program else None
    if program is None or environment is None or incoming.method not in _MUTATIONS:
        return
    building = (one for one in program.pipelines if one.environment_id == environment.id and current_execution(one, world.now))
    is_busy = environment.change is not None or any(building)
    if is_busy and world.faults.fired("unexplained", incoming.method, incoming.path):
        raise Problem(400, "The request could not be processed")


def _problem_answer(problem: Problem) -> Outgoing:
    return Outgoing(problem.status, problem.document(), problem.headers, "application/problem+json")
