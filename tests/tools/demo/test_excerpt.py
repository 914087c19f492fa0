from hypothesis import given
from hypothesis import strategies as st

from tools.demo.excerpt import excerpt

UP = """\
Updating (local):

@ updating....
 +  aem:mail:MailEgress mail creating (0s)
 +  pulumi-python:dynamic/aem:PortForward mail-port-forward creating (0s)
    pulumi:pulumi:Stack aem-mail-local running updating, 0 s, usually 10 minutes: program 10001, environment 20001: advanced networking
 +  pulumi-python:dynamic/aem:PortForward mail-port-forward created (1s)
 +  pulumi:pulumi:Stack aem-mail-local created (2s) 1 message
Diagnostics:
  pulumi:pulumi:Stack (aem-mail-local):
    PortForward was there already.

Outputs:
  + proxyPort: 30002

Resources:
    + 2 created
    1 unchanged

Duration: 2s
"""

REFRESH = """\
Previewing update (local):
~ pulumi:pulumi:Stack: (refresh)
    [urn=urn:pulumi:local::aem-mail::pulumi:pulumi:Stack::aem-mail-local]
        ~ pulumi-python:dynamic/aem:PortForward: (refresh)
            [id=10001/20001/30002]
            --outputs:--
          ~ port_dest     : 465 => 587
Resources:
    ~ 1 to update
"""

UP_REFRESH = """\
Updating (local):
 ~  pulumi-python:dynamic/aem:SecretEnvVar mail-password refreshing (0s)
 ~  pulumi-python:dynamic/aem:SecretEnvVar mail-password refresh (1s)
 ~  pulumi-python:dynamic/aem:PortForward mail-port-forward refresh (0.94s) [diff: ~port_dest]
 ~  pulumi-python:dynamic/aem:PortForward mail-port-forward updating (0s) [diff: ~port_dest]
 ~  pulumi-python:dynamic/aem:PortForward mail-port-forward updated (1s) [diff: ~port_dest]
"""


def test_finished_steps_messages_and_totals_are_shown_progress_outputs_and_the_stack_s_own_row_are_not() -> None:
    assert list(excerpt(UP.splitlines())) == [
        " +  pulumi-python:dynamic/aem:PortForward mail-port-forward created (1s)",
        "PortForward was there already.",
        "+ 2 created",
        "1 unchanged",
    ]


def test_a_refresh_is_shown_with_the_properties_that_differ() -> None:
    assert list(excerpt(REFRESH.splitlines())) == [
        "        ~ pulumi-python:dynamic/aem:PortForward: (refresh)",
        "          ~ port_dest     : 465 => 587",
        "~ 1 to update",
    ]


def test_a_refresh_that_found_nothing_is_not_shown() -> None:
    assert list(excerpt(UP_REFRESH.splitlines())) == [
        " ~  pulumi-python:dynamic/aem:PortForward mail-port-forward refresh (0.94s) [diff: ~port_dest]",
        " ~  pulumi-python:dynamic/aem:PortForward mail-port-forward updated (1s) [diff: ~port_dest]",
    ]


@given(st.lists(st.text() | st.sampled_from(UP.splitlines())))
def test_nothing_is_shown_that_was_not_printed(lines: list[str]) -> None:
    printed = {line.strip() for line in lines}

    assert {line.strip() for line in excerpt(lines)} <= printed
