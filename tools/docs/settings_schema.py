"""The JSON Schema of `Pulumi.<stack>.yaml`, of which editors complete and judge the keys of this package."""

import json
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from typing import Any, Final

from pulumi.provider.experimental.analyzer import Analyzer

import aem_mail
from aem_mail.kinds import published_configuration
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.environment_variable import ENVIRONMENT_VARIABLE
from aem_mail.kinds.hosts import ANY_HOST
from aem_mail.kinds.mail_egress import MAIL_EGRESS
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE, VPN_FIELDS, VPN_REQUIRED
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.kinds.shapes import Field, Schema, object_schema, schema_of, whole
from aem_mail.model import EgressMode, Kind, VariableType
from aem_mail.presets import presets
from aem_mail.settings.connection import ORGANIZATION
from aem_mail.settings.keys import ALL, PREFIX, is_secret
from aem_mail.settings.names import CONFIGURED, camel, in_configuration
from aem_mail.settings.program import NEVER_PLAIN
from aem_mail.settings.provider import GATHERING
from aem_mail.settings.publishing import FROM_THE_PROGRAM
from tools.docs.settings import meanings

ENCRYPTED: Final = {"$ref": "#/definitions/encrypted"}
NAMING: Final = frozenset({"properties", "dependencies"})
"""The keywords of which the names are those of fields."""
IDENTIFIERS: Final = ("programId", "environmentId")
CLASSES: Final[Mapping[str, Any]] = {
    "smtp": aem_mail.Smtp,
    "smtp.former": aem_mail.Former,
    "egress": aem_mail.Egress,
    "osgi": aem_mail.Osgi,
    "osgi.publish": aem_mail.PublishedConfigurationArgs,
    "oauth": aem_mail.OAuth,
    "networkInfrastructures": aem_mail.NetworkInfrastructureArgs,
    "advancedNetworking": aem_mail.AdvancedNetworkingArgs,
    "portForwards": aem_mail.PortForwardArgs,
    "variables": aem_mail.SecretEnvVarArgs,
}
"""The classes of which the docstrings tell what the fields of an object mean, by the object's path."""
ANALYSER: Final = Analyzer("aem")


def page() -> str:
    """Return it as JSON."""
    keys = {f"{PREFIX}{key}": _key(key) for key in ALL}
    config = {"type": "object", "properties": keys, "patternProperties": {f"^(?!{PREFIX})": True}, "additionalProperties": False}
    document = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Configuration of a stack with aem-mail",
        "definitions": {"encrypted": object_schema({"secure": {"type": "string"}}, ["secure"])},
        "type": "object",
        "properties": {"config": config},
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


def _key(key: str) -> Schema:
    if key in NEVER_PLAIN:
        return {**ENCRYPTED, "description": meanings()[key]}
    return {"anyOf": [_configured(_value(key), key), ENCRYPTED], "description": meanings()[key]}


def _value(key: str) -> Schema:
    """Return what a key may have as the rules know it, under the names of arguments."""
    if key in IDENTIFIERS:
        return {**schema_of(MAIL_EGRESS.fields[CONFIGURED[key]].check), "type": ["string", "integer"], "minimum": 0}
    special = _SPECIAL.get(key)
    if special is not None:
        return special
    return schema_of(MAIL_EGRESS.fields[CONFIGURED.get(key, key)].check)


def _fields(fields: Mapping[str, Field], *without: str) -> Schema:
    kept = {name: field for name, field in fields.items() if name not in without}
    required = [name for name, field in kept.items() if field.required]
    return object_schema({name: schema_of(field.check) for name, field in kept.items()}, required)


def _configured(schema: Schema, path: str) -> Schema:
    """Return a schema under the names of the configuration, in which a value may be encrypted, and flags may be texts."""
    changed = _renamed(schema)
    if schema.get("type") == "boolean":
        changed = {"enum": [True, False, "true", "false"]}
    if "properties" in changed:
        changed["properties"] = {name: _property(one, f"{path}.{name}") for name, one in changed["properties"].items()}
    if "patternProperties" in changed:
        changed["patternProperties"] = {name: _configured(one, path) for name, one in changed["patternProperties"].items()}
    if isinstance(changed.get("additionalProperties"), Mapping):
        changed["additionalProperties"] = _configured(changed["additionalProperties"], path)
    if "items" in changed:
        changed["items"] = _configured(changed["items"], f"{path}[]")
    if "anyOf" in changed:
        changed["anyOf"] = [_configured(one, path) for one in changed["anyOf"]]
    return {**changed, "allOf": list(map(_renamed, _CONDITIONS[path]))} if path in _CONDITIONS and "properties" in changed else changed


def _renamed(schema: Any) -> Any:
    """Return a schema with the names of its fields as configuration has them."""
    if isinstance(schema, Mapping):
        named = {keyword: _names(value) if keyword in NAMING else _renamed(value) for keyword, value in schema.items()}
        return {**named, "required": list(map(camel, schema["required"]))} if "required" in schema else named
    return list(map(_renamed, schema)) if isinstance(schema, list) else schema


def _names(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands for each field: its schema, or the names of others."""
    return {camel(name): list(map(camel, value)) if isinstance(value, list) else _renamed(value) for name, value in fields.items()}


def _property(schema: Schema, path: str) -> Schema:
    holder, _, name = path.rpartition(".")
    if is_secret(path) or schema == ENCRYPTED:
        return {**ENCRYPTED, **_docstring(holder, name)}
    return {"anyOf": [_configured(schema, path), ENCRYPTED], **_docstring(holder, name)}


def _docstring(holder: str, name: str) -> Mapping[str, str]:
    cls = CLASSES.get(holder.removesuffix("[]"))
    docstring = None if cls is None else ANALYSER.get_docstring(cls, CONFIGURED.get(name, name))
    return {} if docstring is None else {"description": in_configuration(cleandoc(docstring).replace("``", "`"))}


def _when(values: Mapping[str, Any], then: Schema) -> Schema:
    """Return a condition on fields, each with its schema."""
    return {"if": {"required": list(values), "properties": dict(values)}, "then": then}


def _none_of(*names: str) -> Schema:
    return {"not": {"anyOf": [{"required": [name]} for name in names]}}


def _exclusive(*names: str) -> Schema:
    return {"not": {"required": list(names)}}


def _of_kind(name: str = "kind") -> Sequence[Schema]:
    others = [str(kind) for kind in Kind if kind is not Kind.VPN]
    return _when({name: {"const": str(Kind.VPN)}}, {"required": list(VPN_REQUIRED)}), _when({name: {"enum": others}}, _none_of(*VPN_FIELDS))


def _no_hosts(name: str) -> Schema:
    return _when({name: {"const": str(Kind.FLEXIBLE_PORT_EGRESS)}}, {"properties": {"non_proxy_hosts": {"maxItems": 0}}})


def _entry(fields: Mapping[str, Field], type_: VariableType) -> Schema:
    """Return the object that declares a variable of a type."""
    schema = _fields(fields, "program_id", "environment_id", "name", "timeout")
    return {**schema, "properties": {**schema["properties"], "type": {"enum": [str(type_)]}}}


def _secret_entry() -> Schema:
    schema = _entry(SECRET_VARIABLE.fields, VariableType.SECRET_STRING)
    sources = [{"required": ["type"]}, {"required": ["value_from"]}]
    return {**schema, "properties": {**schema["properties"], "value": ENCRYPTED}, "anyOf": sources, **_exclusive("value", "value_from")}


def _osgi() -> Schema:
    osgi = schema_of(MAIL_EGRESS.fields["osgi"].check)
    publish = _without(schema_of(published_configuration.FIELDS), FROM_THE_PROGRAM)
    pipeline = {**publish["properties"]["pipeline"], "type": ["string", "integer"]}
    return {
        **osgi,
        "properties": {**osgi["properties"], "publish": {**publish, "properties": {**publish["properties"], "pipeline": pipeline}}},
    }


def _without(schema: Schema, names: Sequence[str]) -> Schema:
    properties = {name: one for name, one in schema["properties"].items() if name not in names}
    return object_schema(properties, [name for name in schema["required"] if name not in names])


PORT: Final = "(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
NAME: Final = schema_of(ENVIRONMENT_VARIABLE.fields["name"].check)
LENGTH: Final = f"^(?=[^@]{{{NAME['minLength']},{NAME['maxLength']}}}(?:@|$))"
SERVICES: Final = "|".join(schema_of(ENVIRONMENT_VARIABLE.fields["service"].check)["enum"])
_SPECIAL: Final[Mapping[str, Schema]] = {
    "baseUrl": {"type": "string", "pattern": r"^https?://[^/?#\s@]+/?$"},
    "imsUrl": {"type": "string", "pattern": r"^https?://[^/?#\s@]+/?$"},
    "orgId": {"type": "string", "pattern": f"^[!-~]+{ORGANIZATION}$"},
    "clientId": {"type": "string", "pattern": "^[!-~]+$"},
    "osgi": _osgi(),
    "gathering": schema_of(GATHERING),
    "networkInfrastructures": {
        "type": "array",
        "items": _fields(NETWORK_INFRASTRUCTURE.fields, "program_id"),
    },
    "advancedNetworking": _fields(ADVANCED_NETWORKING.fields, "program_id", "environment_id"),
    "portForwards": {
        "type": "object",
        "patternProperties": {
            "^30[0-9]{3}$": {
                "anyOf": [
                    {"type": "string", "pattern": whole(f"{ANY_HOST}:{PORT}")},
                    _fields(PORT_FORWARD.fields, "program_id", "environment_id", "port_orig", "timeout"),
                ]
            }
        },
        "additionalProperties": False,
    },
    "variables": {
        "type": "object",
        "propertyNames": {"pattern": LENGTH + NAME["pattern"].replace(")$", f")(?:@(?:{SERVICES}))?$").removeprefix("^")},
        "additionalProperties": {
            "anyOf": [
                schema_of(ENVIRONMENT_VARIABLE.fields["value"].check),
                _entry(ENVIRONMENT_VARIABLE.fields, VariableType.STRING),
                _secret_entry(),
            ]
        },
    },
    "variablesFile": {"type": "string", "minLength": 1},
}
"""The keys that are no argument of a MailEgress, or more than one."""

MANAGED: Final = {"mode": {"const": str(EgressMode.MANAGED)}}
FAR_PORT: Final = _when({"port": {"minimum": 1000}}, {"required": ["port_orig"]})
NO: Final = {"enum": [False, "false"]}
TOKENS: Final = {name: one.oauth for name, one in presets().items() if one.oauth is not None}
_CONDITIONS: Final[Mapping[str, Sequence[Schema]]] = {
    "smtp": [
        {"anyOf": [{"required": ["preset"]}, {"required": ["host", "port"]}]},
        _when({"preset": {"enum": [str(name) for name, one in presets().items() if one.host is None]}}, {"required": ["host"]}),
        FAR_PORT,
    ],
    "smtp.former": [
        {"minProperties": 1, "dependencies": {"host": ["port"], "port": ["host"], "port_orig": ["host", "port"]}},
        FAR_PORT,
    ],
    "egress": [
        _when(MANAGED, {"required": ["kind", "region"], "allOf": list(_of_kind())}),
        _when(
            {"mode": {"const": str(EgressMode.EXISTING)}},
            {**_none_of(*VPN_FIELDS), "properties": {"allow_replace": NO, "is_primary_region": NO}},
        ),
        _no_hosts("kind"),
    ],
    "oauth": [
        _exclusive("client_secret", "client_secret_from"),
        _exclusive("refresh_token", "refresh_token_from"),
        {"properties": {"provider": {"enum": list(map(str, TOKENS))}}},
        _when(
            {"provider": {"enum": [str(name) for name, one in TOKENS.items() if one.needs_tenant]}},
            {"anyOf": [{"required": ["tenant"]}, {"required": ["auth_url", "token_url"]}]},
        ),
        _when({"provider": {"enum": [str(name) for name, one in TOKENS.items() if not one.needs_tenant]}}, _none_of("tenant")),
    ],
    "networkInfrastructures[]": _of_kind(),
    "advancedNetworking": [_no_hosts("infrastructure_kind")],
    "osgi.publish": [
        {"dependencies": {"username": ["password_from"], "pipeline_timeout": ["pipeline"]}},
        _when({"password_from": {}}, {"properties": {"repository": {"pattern": "^https?://"}}}),
        _when({"password_from": {}, "repository": {"not": {"pattern": "^https?://[^/]*@"}}}, {"required": ["username"]}),
    ],
}
"""What the fields of an object demand of each other, by its path."""
