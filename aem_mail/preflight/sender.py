"""What DNS says of the domain that mail is from: SPF, DMARC and, for selectors that are named, DKIM. `aem_mail.checks` judges it."""

import base64
import binascii
import re
from dataclasses import replace
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from aem_mail.checks.network import DkimKey, SenderDomain
from aem_mail.checks.sender_domain import dkim_place, dmarc_place, domain_place, sends_as_itself, spf_place
from aem_mail.preflight.hosts import unanswered
from aem_mail.preflight.names import Names, Records
from aem_mail.preflight.step import Step, StepVerdict, shown
from aem_mail.presets import preset_for

CHECKS: Final = ("M17",)
SPF: Final = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
DMARC: Final = re.compile(r"v=DMARC1\s*(?:;|$)", re.IGNORECASE)
LOOKUP: Final = re.compile(r"[-+~?]?(?P<mechanism>include|redirect|exists|ptr|mx|a)(?:[:=](?P<domain>[^/]+))?(?:/.*)?", re.IGNORECASE)
FOLLOWED: Final = ("include", "redirect")
MOST_FOLLOWED: Final = 20
MOST_PARENTS: Final = 5
ED25519_BYTES: Final = 32


class SenderQuestions:
    """The questions about one domain, and the steps that they make."""

    def __init__(self, domain: str, smtp_host: str, names: Names) -> None:
        self._names = names
        self.steps: list[Step] = []
        self.sender = SenderDomain(domain, smtp_host)

    async def ask(self, selectors: tuple[str, ...]) -> None:
        """Ask everything; ``sender`` and ``steps`` are complete then."""
        records = await self._names.ask(self.sender.name, "TXT")
        if records.answered:
            self._note(exists=records.exists)
        if not records.exists:
            self.steps.append(Step(domain_place(self.sender.name), "there is no such name", StepVerdict.OK, CHECKS))
            return
        await self._spf(records)
        await self._dmarc()
        for selector in selectors:
            await self._dkim(selector)

    async def _spf(self, records: Records) -> None:
        place = spf_place(self.sender.name)
        policy = tuple(text for text in records.values if SPF.match(text))
        walk = SpfWalk(self._names)
        for text in policy[:1]:
            await walk.follow(text)
        silent = records if not records.answered else walk.silent
        if silent is not None:
            self.steps.append(unanswered(place, silent, CHECKS))
            return
        self._note(spf=policy, included=frozenset(walk.included), lookups=walk.lookups)
        answer = f"{shown('; '.join(policy))} ({walk.lookups} look-ups)" if policy else "none"
        if sends_as_itself(self.sender.smtp_host):
            provider = preset_for(self.sender.smtp_host).title
            answer += f"; {provider} puts a domain of its own, or one set up with it, into the envelope, and SPF is looked up there"
        self.steps.append(Step(place, answer, StepVerdict.OK if policy else StepVerdict.INFO, CHECKS))

    async def _dmarc(self) -> None:
        """Look at the domain and, where it has no policy, at those above it, whose policy then counts."""
        place, labels = dmarc_place(self.sender.name), self.sender.name.split(".")
        for depth in range(min(len(labels) - 1, MOST_PARENTS)):
            domain = ".".join(labels[depth:])
            records = await self._names.ask(f"_dmarc.{domain}", "TXT")
            if not records.answered:
                self.steps.append(unanswered(place, records, CHECKS))
                return
            policies = tuple(text for text in records.values if DMARC.match(text))
            if policies:
                self._note(dmarc=policies, dmarc_domain=domain)
                inherited = f" (of {domain})" if depth else ""
                self.steps.append(Step(place, shown("; ".join(policies)) + inherited, StepVerdict.OK, CHECKS))
                return
        self._note(dmarc=())
        self.steps.append(Step(place, "none", StepVerdict.OK, CHECKS))

    async def _dkim(self, selector: str) -> None:
        place = dkim_place(selector, self.sender.name)
        records = await self._names.ask(f"{selector}._domainkey.{self.sender.name}", "TXT")
        if not records.answered:
            self.steps.append(unanswered(place, records, CHECKS))
            return
        text = next((text for text in records.values if "p" in tags(text)), None)
        key = dkim_key(selector, text)
        self._note(dkim=(*self.sender.dkim, key))
        size = f" ({key.algorithm}, {key.bits} bits)" if key.bits is not None else ""
        self.steps.append(Step(place, "none" if text is None else shown(text) + size, StepVerdict.OK, CHECKS))

    def _note(self, **found: object) -> None:
        self.sender = replace(self.sender, **found)  # type: ignore[arg-type]  # each caller names fields of its own


class SpfWalk:
    """Follows the includes and redirects of an SPF record, and counts the look-ups that RFC 7208 limits. No address is judged."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.included: set[str] = set()
        self.lookups = 0
        self.silent: Records | None = None

    async def follow(self, record: str) -> None:
        """Follow one record; ``silent`` is the first look-up without an answer, after which nothing is known."""
        for term in record.split()[1:]:
            found = LOOKUP.fullmatch(term)
            if found is None or self.silent is not None or self.lookups > MOST_FOLLOWED:
                continue
            self.lookups += 1
            domain = (found["domain"] or "").lower().rstrip(".")
            if found["mechanism"].lower() in FOLLOWED and domain and "%" not in domain:
                await self._include(domain)

    async def _include(self, domain: str) -> None:
        self.included.add(domain)
        records = await self._names.ask(domain, "TXT")
        if not records.answered:
            self.silent = records
        for text in [text for text in records.values if SPF.match(text)][:1]:
            await self.follow(text)


def tags(record: str) -> dict[str, str]:
    """Return the tags of a DKIM record, without the spaces that may stand anywhere in a key."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip(): "".join(value.split()) for name, equals, value in pairs if equals}


def dkim_key(selector: str, record: str | None) -> DkimKey:
    """Read the key of a DKIM record; None is no record."""
    if record is None:
        return DkimKey(selector, None)
    found = tags(record)
    algorithm = found.get("k", "rsa").lower()
    if not found["p"]:
        return DkimKey(selector, record, revoked=True, algorithm=algorithm)
    return DkimKey(selector, record, bits=_bits(found["p"], algorithm), algorithm=algorithm)


def _bits(encoded: str, algorithm: str) -> int | None:
    try:
        raw = base64.b64decode(encoded, validate=True)
        if algorithm == "ed25519":
            return len(raw) * 8 if len(raw) == ED25519_BYTES else None
        key = load_der_public_key(raw)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None
