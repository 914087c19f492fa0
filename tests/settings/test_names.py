from dataclasses import fields

import pytest

import aem_mail
from aem_mail.settings.names import ARGUMENTS, CONFIGURED, camel, in_configuration, with_argument_names


@pytest.mark.parametrize("part", ["Smtp", "Former", "Egress", "Osgi", "OAuth"])
def test_every_field_of_an_object_can_be_configured_by_its_own_name(part: str) -> None:
    names = [field.name for field in fields(getattr(aem_mail, part))]

    assert with_argument_names({camel(name): name for name in names}) == {name: name for name in names}


def test_each_name_in_configuration_stands_for_one_argument() -> None:
    assert sorted(CONFIGURED.values()) == sorted(ARGUMENTS)
    assert in_configuration("smtp.port_orig is missing") == "smtp.portOrig is missing"
