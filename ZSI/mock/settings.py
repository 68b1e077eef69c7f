"""How a mocked service behaves: one frozen value, each field with its default and its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.mock.errors import DefinitionError, listed, nearest
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
        pedantic: refuse what is only unusual.
        understand: further header blocks that count as understood.
        fallback: for operations whose stubs all miss: ``sample``, ``fault`` or a reply.
        prefix: of the envelope's elements in replies.
        seed: of samples and of chance.
    """

    requests: Check = "strict"
    pedantic: bool = False
    understand: frozenset[QName] = frozenset()
    fallback: Any = "fault"
    prefix: str = "soapenv"
    seed: int = 0
    limits: Limits = DEFAULT_LIMITS


def settings_of(given: Mapping[str, Any], others: Iterable[str] = ()) -> Settings:
    """Settings from keyword arguments.

    Args:
        given: the arguments.
        others: what else could have been given, for the message.

    Raises:
        DefinitionError: there is no such setting; names the nearest.

    >>> settings_of({"seeds": 1})
    Traceback (most recent call last):
    ...
    ZSI.mock.errors.DefinitionError: no option 'seeds'; expected ...; did you mean seed?
    """
    known = [*others, *(each.name for each in fields(Settings))]
    for name in given:
        if name not in known:
            raise DefinitionError(
                f"no option {name!r}", expected=listed(known), nearest=nearest(name, known)
            )
    made = Settings(**given)
    one_of("requests", made.requests, get_args(Check))
    return made


def one_of(name: str, value: Any, values: tuple[str, ...]) -> None:
    """Refuse a setting that is none of its values.

    Raises:
        DefinitionError: it is none.

    >>> one_of("requests", "warn", get_args(Check))
    """
    if value not in values:
        expected = f"{', '.join(values[:-1])} or {values[-1]}"
        raise DefinitionError(f"{name}: {value!r}", expected=expected)
