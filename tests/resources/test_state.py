"""What states refer to stays where it is: the providers' module paths, and nothing but a reference to them."""

import base64
import importlib
import pickletools

import pytest
from pulumi.dynamic.dynamic import serialize_provider

PROVIDERS = {
    "aem_mail.resources.advanced_networking": "AdvancedNetworkingProvider",
    "aem_mail.resources.environment_variable": "EnvVarProvider SecretEnvVarProvider",
    "aem_mail.resources.environment_variables": "EnvVarsProvider",
    "aem_mail.resources.network_infrastructure": "NetworkInfrastructureProvider",
    "aem_mail.resources.osgi_config": "OsgiConfigProvider",
    "aem_mail.resources.port_forward": "PortForwardProvider",
    "aem_mail.resources.port_forwards": "PortForwardsProvider",
}


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in PROVIDERS.items() for name in names.split()])
def test_a_provider_is_recorded_as_a_reference_to_its_class(module: str, name: str) -> None:
    provider = getattr(importlib.import_module(module), name)()

    pickled = base64.b64decode(serialize_provider(provider))

    strings = [argument for _, argument, _ in pickletools.genops(pickled) if isinstance(argument, str)]
    assert strings == [module, name]
    assert len(pickled) < 120
    assert provider.serialize_as_secret_always is False
