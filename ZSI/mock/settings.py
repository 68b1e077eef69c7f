"""How a mocked service behaves: one frozen value, each field with its default and its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.names import DS, WSA_ALL, WSSE, WSU, QName

Check = Literal["strict", "warn", "off"]

#: Namespaces whose header blocks count as understood, unverified: WCF, WSS4J and ONVIF clients
#: always send them with mustUnderstand.
ASSUMED_UNDERSTOOD = frozenset((WSSE, WSU, DS, *WSA_ALL))


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one mocked service.

    Attributes:
        requests: what becomes of a request that breaks the schema: ``strict``: a fault that
            says where; ``warn``: a finding; ``off``: nothing.
        replies: the same for replies; raw ones are exempt.
        pedantic: refuse what is only unusual.
        understand: further header blocks that count as understood.
        fallback: for operations whose stubs all miss: ``sample``, ``fault`` or a fault's
            definition; ``fallbacks`` by operation.
        prefix: of the envelope's elements in replies.
        seed: of samples and of chance.
    """

    requests: Check = "strict"
    replies: Check = "strict"
    pedantic: bool = False
    understand: frozenset[QName] = frozenset()
    fallback: Any = "fault"
    fallbacks: Mapping[str, Any] = field(default_factory=dict)
    prefix: str = "soapenv"
    seed: int = 0
    limits: Limits = DEFAULT_LIMITS
