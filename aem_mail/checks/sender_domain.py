"""Whether receivers will believe the domain of the from address: SPF, DKIM and DMARC, as a preflight saw them."""

from collections.abc import Iterator
from typing import Final

from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.network import DkimKey, SenderDomain
from aem_mail.checks.place import Place, PlaceKind
from aem_mail.presets import preset_for
from aem_mail.presets.providers import SmtpPreset

MOST_LOOKUPS: Final = 10
"""RFC 7208, 4.6.4."""
SHORTEST_RSA_KEY: Final = 1024
"""RFC 8301, 3.2."""


def domain_faults(sender: SenderDomain) -> Iterator[Fault]:
    """Yield what makes receivers refuse, or take for spam, what AEM hands over; none of it keeps AEM from handing it over."""
    if sender.exists is False:
        effect = f"AEM would send from a domain that is not there, which most receivers refuse: {sender.name} does not resolve."
        yield _warning(domain_place(sender.name), effect, "Set from.address to one of a domain of yours.")
        return
    yield from _spf(sender)
    yield from _dmarc(sender)
    for key in sender.dkim:
        yield from _dkim(sender, key)


def domain_place(domain: str) -> Place:
    return Place(PlaceKind.DOMAIN, (domain,))


def spf_place(domain: str) -> Place:
    return Place(PlaceKind.SPF, (domain,))


def dmarc_place(domain: str) -> Place:
    return Place(PlaceKind.DMARC, (domain,))


def dkim_place(selector: str, domain: str) -> Place:
    return Place(PlaceKind.DKIM, (selector, domain))


def sends_as_itself(smtp_host: str) -> bool:
    """Say whether the provider puts its own domain, or one set up with it, into the envelope, so that SPF is looked up there."""
    preset = preset_for(smtp_host)
    return preset.name != SmtpPreset.GENERIC and preset.spf is None


def _spf(sender: SenderDomain) -> Iterator[Fault]:
    place, preset = spf_place(sender.name), preset_for(sender.smtp_host)
    if sender.spf is None:
        return
    if len(sender.spf) > 1:
        effect = f"AEM's mail would have no SPF at all: receivers take {len(sender.spf)} records for an error."
        yield _warning(place, effect, "Merge them into one record.")
    elif sender.lookups > MOST_LOOKUPS:
        effect = (
            f"AEM's mail would have no SPF at all: the record takes {sender.lookups} look-ups, and receivers stop after {MOST_LOOKUPS}."
        )
        yield _warning(place, effect, "Remove includes that nothing sends by any more.")
    elif preset.spf is not None and preset.spf not in sender.included:
        effect = f"AEM's mail would come from servers of {preset.title} that the domain does not allow, and count as spam or be refused."
        yield _warning(place, effect, f"Add include:{preset.spf} to the domain's SPF record.")
    elif not sender.spf and not sends_as_itself(sender.smtp_host):
        effect = "AEM's mail would come from a domain that names no servers of its own, which receivers take for a sign of spam."
        yield _warning(place, effect, f"Publish an SPF record that allows the addresses that {sender.smtp_host} sends from.")


def _dmarc(sender: SenderDomain) -> Iterator[Fault]:
    place = dmarc_place(sender.name)
    if sender.dmarc is not None and not sender.dmarc:
        effect = "AEM's mail would come from a domain without a DMARC policy, which large receivers demand of whoever sends much."
        yield _warning(place, effect, f"Publish a TXT record at _dmarc.{sender.name}, such as v=DMARC1; p=none; rua=mailto:<your address>.")
    elif sender.dmarc is not None and len(sender.dmarc) > 1:
        effect = f"AEM's mail would have no DMARC policy: receivers take {len(sender.dmarc)} records for none."
        yield _warning(place, effect, f"Leave one TXT record at _dmarc.{sender.dmarc_domain}.")


def _dkim(sender: SenderDomain, key: DkimKey) -> Iterator[Fault]:
    place, signature = dkim_place(key.selector, sender.name), "signatures of this selector would count as broken"
    if key.record is None:
        fix = f"Publish the record that the provider names at {key.selector}._domainkey.{sender.name}, or ask for another selector."
        yield _warning(place, f"AEM's mail would go unproven: {signature}, since there is no key.", fix)
    elif key.revoked:
        yield _warning(place, f"AEM's mail would go unproven: {signature}, since the key is revoked (p= is empty).", "Publish a new key.")
    elif key.bits is None:
        yield _warning(place, f"AEM's mail would go unproven: {signature}, since the key cannot be read.", "Publish the key again.")
    elif key.algorithm == "rsa" and key.bits < SHORTEST_RSA_KEY:
        effect = f"AEM's mail would go unproven: {signature}, since a key of {key.bits} bits is too short."
        yield _warning(place, effect, f"Publish one of 2048 bits; receivers refuse less than {SHORTEST_RSA_KEY}.")


def _warning(place: Place, effect: str, fix: str) -> Fault:
    return Fault(place, effect, fix, Severity.WARNING)
