"""Questions to DNS, each with an answer that is a value: what is there, that nothing is there, or why there was no answer."""

from dataclasses import dataclass
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdata
import dns.rdtypes.txtbase
import dns.resolver

from aem_mail.preflight.deadline import Deadline

MOST_RECORDS: Final = 50


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one name and type; ``exists`` is false where there is no such name at all.

    ``fault`` says why there was no answer, "" where there was one; ``alias`` is the name behind a CNAME.
    """

    values: tuple[str, ...] = ()
    exists: bool = True
    fault: str = ""
    timed_out: bool = False
    alias: str | None = None

    @property
    def answered(self) -> bool:
        return not self.fault


class Names:
    """Asks the resolver at an address and port, or without one those of this machine; search domains are left out."""

    def __init__(self, resolver: tuple[str, int] | None, deadline: Deadline) -> None:
        self._deadline = deadline
        self._fault = ""
        try:
            self._resolver = dns.asyncresolver.Resolver(configure=resolver is None)
        except dns.exception.DNSException as error:
            self._resolver = dns.asyncresolver.Resolver(configure=False)
            self._fault = f"this machine has no resolver ({error})"
        if resolver is not None:
            self._resolver.nameservers = [resolver[0]]
            self._resolver.port = resolver[1]

    async def ask(self, name: str, record_type: str) -> Records:
        """Return the records; never raises for what DNS can answer, or fail to."""
        if self._fault:
            return Records(fault=self._fault)
        try:
            async with self._deadline.step():
                return await self._asked(dns.name.from_text(name), record_type)
        except (TimeoutError, dns.exception.Timeout):
            return Records(fault=self._deadline.patience, timed_out=True)
        except dns.resolver.NXDOMAIN:
            return Records(exists=False)
        except dns.resolver.NoNameservers:
            return Records(fault="the name server refused or failed (such as SERVFAIL)")
        except (dns.exception.DNSException, UnicodeError, OSError) as error:
            return Records(fault=f"the question could not be asked or the answer not be read ({error or type(error).__name__})")

    async def _asked(self, name: dns.name.Name, record_type: str) -> Records:
        # The deadline's own time-out ends it; the resolver's own patience is there for name servers that are tried one after the other.
        answer = await self._resolver.resolve(name, record_type, search=False, raise_on_no_answer=False, lifetime=3600)
        alias = answer.canonical_name.to_text(omit_final_dot=True)
        values = sorted(map(_text, answer.rrset or ()))[:MOST_RECORDS]
        return Records(tuple(values), alias=None if answer.canonical_name == name else alias)


def _text(record: dns.rdata.Rdata) -> str:
    """Return a TXT record as one text, as SPF, DKIM and DMARC read it; any other record as it is written."""
    if isinstance(record, dns.rdtypes.txtbase.TXTBase):
        return b"".join(record.strings).decode("utf-8", "replace")
    return record.to_text()
