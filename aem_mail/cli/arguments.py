"""Arguments that more than a word is demanded of; each raises argparse.ArgumentTypeError, which is wrong usage."""

from __future__ import annotations

import argparse
import math

from aem_mail.rules.hosts import host_fault
from aem_mail.rules.vpn import address_of


def endpoint(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.strip("[]").lower().rstrip(".")
    fault = None if address_of(host) is not None else host_fault(host)
    if fault is not None or not port.isascii() or not port.isdigit() or not 1 <= int(port[:6]) <= 65535:
        raise argparse.ArgumentTypeError(f"a mail server is HOST:PORT, such as smtp.example.com:587, not {text!r}")
    return host, int(port)


def resolver(text: str) -> tuple[str, int]:
    if address_of(text.strip("[]")) is not None:
        return text.strip("[]"), 53
    try:
        host, port = endpoint(text)
    except argparse.ArgumentTypeError:
        host, port = "", 0
    if address_of(host) is None:
        raise argparse.ArgumentTypeError(
            f"a resolver is an IP address with or without a port, such as 9.9.9.9 or 127.0.0.1:5353, not {text!r}"
        )
    return host, port


def domain(text: str) -> str:
    local_part, _, name = text.rpartition("@")
    if not local_part or host_fault(name.lower()) is not None:
        raise argparse.ArgumentTypeError(f"a sender is a plain address such as noreply@example.com, not {text!r}")
    return name.lower()


def selector(text: str) -> str:
    if host_fault(text.lower()) is not None:
        raise argparse.ArgumentTypeError(f"a DKIM selector is a name such as s1 or 20230601, not {text!r}")
    return text.lower()


def seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise argparse.ArgumentTypeError(f"seconds are more than 0, not {text!r}")
    return seconds
