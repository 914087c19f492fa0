"""No text of a provider holds what was declared as a secret, nor what is live in its place, whatever goes wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from aem_mail.errors import AemMailError
from aem_mail.kinds import decide
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.requests import Enable, PutRule, RemoveRule, RemoveVariable, SetVariable
from aem_mail.model import (
    UNKNOWN,
    AdvancedNetworking,
    EnvironmentId,
    NetworkInfrastructure,
    PortForward,
    Variable,
    VariableKey,
    port_forward_entry,
)
from aem_mail.osgi import render_configuration
from aem_mail.resources.base.plugin import Run, current_run
from aem_mail.resources.base.secret_inputs import checked
from aem_mail.resources.osgi_config import OsgiConfigProvider
from aem_mail.rollout import networking, networking_answers
from aem_mail.rollout import variables as rollout_variables
from aem_mail.rollout.wanted_infrastructure import WantedInfrastructure
from aem_mail.text.confidential import MASK
from tests import vpn
from tests.cloud_manager.spellings import SPELLINGS, shown_of
from tests.resources.engine import Engine, in_the_clear
from tests.resources.programs import Resource, infrastructure, rule, secret, variable, variables
from tests.resources.programs import networking as enablement
from tests.rollout.harness import Bench
from tests.strategies import valid_with_kind

DECLARED, LIVE = "declared-s3cr3t-value", "live-s3cr3t-value"
HERE = EnvironmentId("10001", "20001")
KEY = VariableKey(None, "MAIL_NOTE")
VALUE: dict[str, Any] = {"secret_inputs": [[["value"]], None]}
NAME: dict[str, Any] = {"secret_inputs": [[["name"]], None]}


def refusals(resource: Resource) -> str:
    provider, inputs = resource
    return " ".join(failure.reason for failure in provider.check({}, {**inputs, "logical_name": "it"}).failures)


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (rule(host=f"{DECLARED}_x", **NAME), "is no host name"),
        (rule(host=f"{DECLARED}$[env:X]", **NAME), "holds a placeholder"),
        (rule(host=f"{DECLARED}." * 20, **NAME), "has 439 characters"),
        (rule(host=f"{DECLARED}.bücher.example", **NAME), "xn-- form: [secret]"),
        (rule(on_conflict=DECLARED, secret_inputs=[[["on_conflict"]], None]), "must be 'error' or 'replace'"),
        (variable(DECLARED, **NAME), "must consist of a-z"),
        (variable(program_id=DECLARED, secret_inputs=[[["program_id"]], None]), "the program's number as digits"),
        (secret(expires_at=DECLARED, secret_inputs=[[["expires_at"]], None]), "must be a date"),
        (enablement(non_proxy_hosts=["example.com", f"{DECLARED}*"], secret_inputs=[[["non_proxy_hosts"]], None]), "the wildcard"),
        (enablement(non_proxy_hosts=[f"*.{DECLARED}_"], secret_inputs=[[["non_proxy_hosts"]], None]), "'[secret]' is no host name"),
        (
            infrastructure("vpn", address_space=["10.99.98.97/26"], secret_inputs=[[["address_space"]], None]),
            "not '[secret]'; write [secret]",
        ),
        (infrastructure(region=f"{DECLARED}_", secret_inputs=[[["region"]], None]), "a region's lower-case name"),
        (infrastructure("vpn", dns={"resolvers": [DECLARED]}, secret_inputs=[[["dns", "resolvers"]], None]), "must be an IP address"),
    ],
)
def test_a_problem_of_a_secret_input_does_not_quote_it(resource: Resource, words: str) -> None:
    told = refusals(resource)

    assert words in told
    assert DECLARED not in told


def test_what_is_no_secret_is_quoted_as_ever() -> None:
    assert "'smtp_example' is no host name" in refusals(rule(host="smtp_example"))


def test_a_secret_that_is_known_is_hidden_while_others_are_yet_to_come() -> None:
    assert DECLARED not in refusals(rule(host=f"{DECLARED}_", port_orig=UNKNOWN, secret_inputs=[[["name"]], UNKNOWN]))  # type: ignore[arg-type]


@pytest.mark.parametrize("before", [5, 20, 30, 45])
@pytest.mark.parametrize("wrong", [list, lambda texts: {"a": texts[0], "b": texts[1]}, lambda texts: [{"a": texts}]])
def test_a_wrong_value_that_is_cut_within_a_secret_shows_nothing_of_it(before: int, wrong: Callable[[list[str]], Any]) -> None:
    value = wrong(["k" * before, f"{DECLARED}-that-is-long"])
    several = (
        rule(host=value, **NAME),
        variable(value, **NAME),
        enablement(non_proxy_hosts=[value], secret_inputs=[[["non_proxy_hosts"]], None]),
    )

    told = " ".join(map(refusals, several))

    assert shown_of(f"{DECLARED}-that-is-long", told) == []
    assert "must be a host name or an IPv4 address" in told


@pytest.mark.parametrize("declared", ["smtp-internal.relay.example.com", 'pa"ss<w>&rd/plus+\u00e9 x\\y'])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_a_server_repeats_of_a_declared_secret_is_not_told_in_any_form(spelling: str, declared: str, run: Run) -> None:
    run.veil.add([declared])

    told = run.told(AemMailError(f"Could not change the rules: name: {SPELLINGS[spelling](declared)} is refused."))

    assert shown_of(declared, told) == []
    assert told.startswith("Could not change the rules: name: ")


def test_the_words_of_a_secret_configuration_file_are_not_hidden_from_errors(run: Run) -> None:
    run.veil.add([f'{{"smtp.host": "$[env:AEM_PROXY_HOST;default=proxy.tunnel]", "note": "{"x" * 200}"}}'])

    assert run.told(AemMailError("AEM_PROXY_HOST is not set.")) == "AEM_PROXY_HOST is not set."


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (None, None),
        ([[], None], None),
        ([[["value"]], None], None),
        ([[["name"], ["value"]], None], [["name"]]),
        ([[["name"]], UNKNOWN], UNKNOWN),
        (UNKNOWN, None),
        ("nonsense", None),
    ],
)
def test_the_state_keeps_what_is_no_secret_by_itself(told: Any, kept: Any) -> None:
    places, recorded = checked(told, frozenset({("value",)}))

    assert recorded == kept
    assert ("value",) in map(tuple, places)


def marked(resource: Resource, recorded: Mapping[str, Any] | None = None) -> dict[str, Any]:
    provider, inputs = resource
    checked = provider.check(dict(recorded or {}), {**inputs, "logical_name": "it"})
    assert checked.failures == []
    return {name: value for name, value in checked.inputs.items() if value != in_the_clear(value)}


@pytest.mark.parametrize(
    ("resource", "names"),
    [
        (secret(value=DECLARED), {"value"}),
        (variables(secrets={"TOKEN": DECLARED}, values={"PLAIN": "a"}), {"secrets"}),
        (infrastructure("vpn", address_space=["10.88.87.0/26"], dns=vpn.DNS, connections=[vpn.connection()]), {"connections"}),
        (enablement(non_proxy_hosts=["example.com"], secret_inputs=[[["non_proxy_hosts"]], None]), {"non_proxy_hosts"}),
        (variable(value=DECLARED), set()),
    ],
)
def test_what_is_secret_by_itself_or_in_a_list_goes_back_as_a_secret(resource: Resource, names: set[str]) -> None:
    assert set(marked(resource)) == names


def test_a_secret_that_ignored_changes_keep_stays_one_whatever_the_program_says_now() -> None:
    recorded = {**variable(value=DECLARED)[1], "secret_inputs": [["value"]]}

    assert set(marked(variable(value=DECLARED), recorded)) == {"value"}
    assert marked(variable(value="another"), recorded) == {}


def file(properties: dict[str, Any], **more: Any) -> Resource:
    text = render_configuration({"token": "as the program gives it"})
    return OsgiConfigProvider(), {"directory": "osgiconfig", "pid": "com.example.Api", "properties": properties, "content": text, **more}


def test_a_file_is_a_secret_where_nobody_tells_whether_its_properties_are() -> None:
    plain, hidden = {**file({"token": "kept"})[1]}, {**file({"token": DECLARED})[1], "secret_inputs": [["properties", "token"]]}

    assert set(marked(file({"token": DECLARED}))) == {"content"}
    assert marked(file({"token": "kept"}), plain) == {}
    assert set(marked(file({"token": DECLARED}), hidden)) == {"content", "properties"}
    assert marked(file({"token": "as the program gives it"})) == {}


@given(valid_with_kind)
def test_which_inputs_are_secret_is_no_difference(given_: tuple[str, Mapping[str, Any]]) -> None:
    kind, properties = given_

    assert not decide(kind, properties, {**properties, "secret_inputs": [["name"]]}).changes
    assert not decide(kind, {**properties, "secret_inputs": [["name"]]}, properties).changes


def texts_of_variables() -> Iterator[str]:
    there = [Variable(KEY, "string", "ready", LIVE)]
    plain = SetVariable("v", KEY, "string", DECLARED, secret=True)
    encrypted = SetVariable("s", KEY, "secretString", DECLARED, on_conflict="error")
    for request in (plain, encrypted, SetVariable("v", KEY, "string", DECLARED, "replace", secret=True)):
        yield from map(str, rollout_variables.merge(HERE, there, [request]).answers)
        yield rollout_variables.difference(request, there)
    yield from map(str, rollout_variables.merge(HERE, there, [plain, SetVariable("w", KEY, "string", "other", secret=True)]).answers)
    for removal in (RemoveVariable(KEY, "string", secret=True), RemoveVariable(KEY, "secretString")):
        yield rollout_variables.difference(removal, there)


def texts_of_networking() -> Iterator[str]:
    entry = port_forward_entry(PortForward(LIVE, 465, 30465))
    there = AdvancedNetworking(enabled=True, non_proxy_hosts=(LIVE,), port_forwards=(entry,))
    name = frozenset({"name"})
    wanted, other = PortForward(DECLARED, 465, 30465), PortForward(f"{DECLARED}.x", 465, 30465)
    for policy in ("error", "replace"):
        yield from map(str, networking.merge(HERE, there, [PutRule("r", wanted, policy, secret=name)]).answers)
    yield from map(str, networking.merge(HERE, there, [PutRule("r", wanted, secret=name), PutRule("q", other, secret=name)]).answers)
    twice = AdvancedNetworking(enabled=True, port_forwards=(entry, port_forward_entry(PortForward(f"{LIVE}.x", 465, 30465))))
    for request in (PutRule("r", wanted, secret=name), RemoveRule(30465, name)):
        yield from map(str, networking.merge(HERE, twice, [request]).answers)
    yield str(PORT_FORWARD.live_values({"port_orig": 30465, "secret_inputs": [["name"]]}, twice))
    yield from map(str, networking.merge(HERE, AdvancedNetworking(enabled=False), [PutRule("r", wanted, secret=name)]).answers)
    hosts = Enable("n", (DECLARED,), secret=True)
    yield from map(str, networking.merge(HERE, there, [hosts]).answers)
    yield networking_answers.difference(hosts, AdvancedNetworking(enabled=True, non_proxy_hosts=(LIVE,)))
    yield networking_answers.difference(PutRule("r", wanted, secret=name), there)
    yield networking_answers.difference(RemoveRule(30465, name), there)


def texts_of_infrastructure() -> Iterator[str]:
    wanted = WantedInfrastructure("10001", "vpn", "va7", address_space=(DECLARED,), secret=frozenset({"address_space"}))
    try:
        wanted.refuse_another([NetworkInfrastructure("30001", "vpn", "va7", "ready", address_space=(LIVE,))])
    except Exception as error:
        yield str(error)
    connections = replace(wanted, connections=({"name": DECLARED},), secret=frozenset({"connections"}))
    for there in (({"name": LIVE, "bgp": LIVE}, {"name": "office"}), ({"name": DECLARED},)):
        try:
            connections.refuse_loss(NetworkInfrastructure("30001", "vpn", "va7", "ready", connections=there))
        except Exception as error:
            yield str(error)
    space = {"secret_inputs": [[["address_space"]], None]}
    provider, before = infrastructure("vpn", address_space=["10.99.98.0/26"], connections=[vpn.connection()], logical_name="i")
    _, after = infrastructure("vpn", address_space=["10.88.87.0/26"], connections=[vpn.connection()], logical_name="i", **space)
    told = " ".join(failure.reason for failure in provider.check(before, after).failures)
    assert "Cloud Manager cannot change address_space in place" in told
    yield told.replace("10.99.98.0", LIVE).replace("10.88.87.0", DECLARED)


@pytest.mark.parametrize("texts", [texts_of_variables, texts_of_networking, texts_of_infrastructure])
def test_neither_side_of_a_difference_is_shown(texts: Callable[[], Iterator[str]]) -> None:
    told = list(texts())

    assert any(MASK in text or "in place" in text for text in told)
    assert not [text for text in told if DECLARED in text or LIVE in text]


def test_an_error_of_the_plugin_and_what_it_says_hide_every_secret_of_this_run(
    bench: Bench, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    bench.fault(method="PATCH", path="*/variables", status=400, times=9)
    engine.up({"v": variable(value=DECLARED, **VALUE), "s": secret(value=f"{DECLARED}-2")})
    run = current_run()
    run.say(f"{DECLARED} and {DECLARED}-2")

    told = [run.told(error) for error in (*engine.errors.values(), ValueError(f"bad {DECLARED}"))]

    assert len(told) == 3
    assert DECLARED not in " ".join([*told, caplog.text])


def test_a_file_in_the_way_is_named_by_its_properties_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "osgiconfig/config").mkdir(parents=True)
    (tmp_path / "osgiconfig/config/com.example.Api.cfg.json").write_text(f'{{"token": "{LIVE}"}}')
    inputs = {
        "directory": "osgiconfig",
        "pid": "com.example.Api",
        "properties": {"token": DECLARED},
        "content": f'{{"token": "{DECLARED}"}}',
    }
    provider = OsgiConfigProvider()

    with pytest.raises(Exception, match="it differs in token") as caught:
        provider.create(
            in_the_clear(provider.check({}, {**inputs, "logical_name": "o", "secret_inputs": [[["properties", "token"]], None]}).inputs)
        )

    assert LIVE not in str(caught.value)
    assert DECLARED not in str(caught.value)
