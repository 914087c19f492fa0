"""Variables of an environment: list, and change many at once."""

from __future__ import annotations

import re
from typing import Any

from aem_mail.simulator.api.call import ApiAnswer, ApiCall
from aem_mail.simulator.api.fields import FieldProblems, Fields, parse_json
from aem_mail.simulator.api.hal import collection
from aem_mail.simulator.doubts import long_secrets
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.transitions import changed_variables, visible_variables
from aem_mail.simulator.state.values import SERVICES, SET_BY_AEM, Environment, Identity, Variable

NAME = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]{1,99}")
LONGEST_VALUE = 2048
MOST_VARIABLES = 400
_TYPES = ("string", "secretString")
_IGNORED = ("INTERNAL_", "ADOBE_", "CONST_")


def list_variables(call: ApiCall) -> ApiAnswer:
    program, environment = call.program, call.environment
    items = [_representation(each) for each in visible_variables(environment)]
    path = f"/api/program/{program.id}"
    return ApiAnswer(200, collection(call, "variables", items, environment=f"{path}/environment/{environment.id}", program=path))


def change_variables(call: ApiCall) -> ApiAnswer:
    """Set and delete in one update of the environment: an empty value deletes, and names the variable's own type."""
    environment = call.environment
    findings = FieldProblems()
    changes = _read(parse_json(call.body), environment, findings)
    findings.check()
    variables = _merged(environment, changes, failed=call.fails)
    if len(variables) > MOST_VARIABLES:
        findings.refuse("variables", f"an environment has at most {MOST_VARIABLES} variables, this would make {len(variables)}")
        findings.check()
    changed = changed_variables(environment, variables, frozenset(each.identity for each in changes), call.now)
    return ApiAnswer(204, state=call.state.with_program(call.program.with_environment(changed)), doubts=long_secrets(changes))


def _representation(variable: Variable) -> dict[str, Any]:
    document = {"name": variable.name, "type": variable.type, "status": variable.status}
    if not isinstance(variable.value, Secret):
        document["value"] = variable.value
    return document if variable.service is None else {**document, "service": variable.service}


def _read(body: Any, environment: Environment, findings: FieldProblems) -> tuple[Variable, ...]:
    if not isinstance(body, list):
        findings.refuse("body", "must be a list of variables")
        return ()
    present = {variable.identity: variable for variable in environment.variables}
    changes: dict[Identity, Variable] = {}
    for index, item in enumerate(body):
        fields = Fields(item, f"[{index}]", findings)
        change = _read_one(fields)
        if change.identity in changes:
            fields.refuse("name", f"is there twice for {change.service or 'all services'}", change.name)
        if change.identity in present and present[change.identity].type != change.type:
            fields.refuse("type", f"{change.name} is a {present[change.identity].type}; to change its type, delete it and create it again")
        changes[change.identity] = change
    return tuple(each for each in changes.values() if not each.name.startswith(_IGNORED))


def _read_one(fields: Fields) -> Variable:
    name = fields.text("name", pattern=NAME)
    type_ = fields.optional_text("type", choices=_TYPES) or "string"
    value = fields.text("value", shown=False)
    service = fields.optional_text("service", choices=SERVICES)
    if len(value) > LONGEST_VALUE:
        fields.refuse("value", f"must have at most {LONGEST_VALUE} characters, not {len(value)}")
    if SET_BY_AEM.fullmatch(name):
        fields.refuse("name", "is set by AEM itself", name)
    fields.done()
    return Variable(name, Secret.of(value) if type_ == "secretString" else value, service)


def _merged(environment: Environment, changes: tuple[Variable, ...], *, failed: bool) -> tuple[Variable, ...]:
    status = "failed" if failed else "ready"
    merged = {variable.identity: variable for variable in environment.variables}
    for change in changes:
        if _is_empty(change):
            merged.pop(change.identity, None)
        else:
            merged[change.identity] = Variable(change.name, change.value, change.service, status)
    return tuple(merged.values())


def _is_empty(variable: Variable) -> bool:
    return (variable.value.value if isinstance(variable.value, Secret) else variable.value) == ""
