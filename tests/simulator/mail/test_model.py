import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aem_mail.simulator.mail import AcceptedMail, SendRequest, SendResult, SmtpServer
from aem_mail.simulator.oauth_client import Grant, OAuthClient

CONFIGURATIONS = st.dictionaries(st.text(), st.dictionaries(st.text(), st.text() | st.booleans() | st.integers()))
VALUES = (
    st.builds(SendRequest, configuration=CONFIGURATIONS, to=st.text(min_size=1), subject=st.text(min_size=1)),
    st.builds(SendResult),
    st.builds(AcceptedMail, time=st.floats(allow_nan=False), rcpt_to=st.lists(st.text()).map(tuple)),
)


@given(st.one_of(VALUES))
def test_what_is_written_as_json_reads_back_equal(value: Any) -> None:
    document = json.loads(json.dumps(value.to_json()))

    assert type(value).from_json(document).to_json() == document


def test_a_request_needs_neither_recipient_nor_subject() -> None:
    request = SendRequest.from_json({"configuration": {}, "tier": "author"})

    assert (request.to, request.subject, request.networking, request.variables) == ("recipient@example.com", "A message from AEM", None, ())


def test_secrets_are_not_in_the_representation() -> None:
    oauth = OAuthClient("google", "an-id", "hunter2", grants={"apikey": Grant("hunter2", ())})
    server = SmtpServer("smtp.example.com", 465, "implicit", {"apikey": "hunter2"}, oauth=oauth)
    variables = [{"name": "P", "type": "secretString", "value": "hunter2"}]
    request = SendRequest.from_json({"configuration": {}, "tier": "author", "variables": variables})

    assert "hunter2" not in repr((server, request))
