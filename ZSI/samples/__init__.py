"""Sample instances of a contract's types: minimal, full, and seeded ones.

A sample writes without an error and parses back to an equal value. It honours every facet, and
the same seed and path give the same value, whatever else the contract has.

>>> from ZSI.TC import Compound, element
>>> class Ping(Compound, element=("urn:doc", "Ping")):
...     email: str = element("email", ("http://www.w3.org/2001/XMLSchema", "string"))
>>> full(Ping)
Ping(email='ada.lovelace@example.com')
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import inf
from typing import Any, TypeVar

from ZSI.errors import Finding
from ZSI.samples.leaves import NOON, NoSample, Source, sample_value
from ZSI.samples.structure import MOST_ELEMENTS, Kind, Sampler, TooLarge
from ZSI.TC.compound import Compound
from ZSI.TC.resolve import AnyType, resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, UNSET

C = TypeVar("C", bound=Compound)

#: Depths of optional content that are tried until a sample is too large, where it has to end; the
#: shallow ones cost little.
_DEPTHS = (0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 16)


def minimal(
    cls: type[C],
    *,
    now: datetime = NOON,
    seed: int | str = 0,
    findings: list[Finding] | None = None,
) -> C:
    """The smallest instance: what is optional is absent, choices take the cheapest branch.

    Args:
        cls: the class of an element, type or message.
        now: dates lie near it.
        seed: another seed gives other values where chance may decide.
        findings: grows by what was left out because no value was found for it.

    Raises:
        NoSample: the type has no finite instance, or facets that nothing was found for.
    """
    return _sample(cls, "minimal", Source(seed, now), findings)


def full(
    cls: type[C],
    *,
    now: datetime = NOON,
    seed: int | str = 0,
    echo: Any = None,
    notes: dict[str, str] | None = None,
    findings: list[Finding] | None = None,
) -> C:
    """An instance with everything in it once: optional fields, one item a list, first branches.

    A type stands inside itself twice at most; where the whole would have more than 2,000
    elements, optional content ends at a depth at which it does not.

    Args:
        cls, now, seed, findings: as for `minimal`.
        echo: a request: its direct single fields are given back under the same name and type.
        notes: gets, by field, where a value came from if it was echoed.

    Raises:
        NoSample: as for `minimal`.
    """
    made = _sample(cls, "full", Source(seed, now), findings)
    if isinstance(echo, Compound):
        _echo(made, echo, notes if notes is not None else {})
    return made


def random(
    cls: type[C],
    *,
    seed: int | str,
    now: datetime = NOON,
    findings: list[Finding] | None = None,
) -> C:
    """An instance in which chance decides on structure and values; the same for the same seed.

    Raises:
        NoSample: as for `minimal`.
    """
    return _sample(cls, "random", Source(seed, now, chance=True), findings)


def of_type(
    type: Any,
    *,
    now: datetime = NOON,
    seed: int | str = 0,
    findings: list[Finding] | None = None,
) -> Any:
    """A value of a type alone, simple or complex, full where it is complex.

    Raises:
        NoSample: as for `minimal`.
    """
    source = Source(seed, now)
    return _made("full", source, lambda sampler: sampler.value(type), str(type), findings)


def _sample(cls: type[C], kind: Kind, source: Source, findings: list[Finding] | None) -> C:
    made: C = _made(kind, source, lambda sampler: sampler.message(cls), cls.__name__, findings)
    return made


def _made(
    kind: Kind,
    source: Source,
    make: Callable[[Sampler], Any],
    name: str,
    findings: list[Finding] | None,
) -> Any:
    """What a sampler makes, as deep as the number of elements lets it."""
    found: tuple[Any, Sampler] | None = None
    before = 0
    for depth in (inf, *_DEPTHS) if kind != "minimal" else (0,):
        sampler = Sampler(kind, source, depth)
        try:
            found = make(sampler), sampler
        except TooLarge:
            if depth != inf:
                break  # what is deeper is larger still
        else:
            if depth == inf or sampler.elements > max(MOST_ELEMENTS // 2, 2 * before):
                break  # one that grows as fast again would be too large
            before = sampler.elements
    if found is None:
        raise NoSample(f"every instance of {name} has too many elements")
    made, sampler = found
    if findings is not None:
        findings.extend(sampler.findings)
    return made


def echo_keys(request: Compound, sample: Compound) -> tuple[str, ...]:
    """The direct single fields that request and response have in common: one name, one type.

    Types that are simple, or anything.
    """
    asked, answered = request.complex_type(), sample.complex_type()
    found = []
    for key, use in answered.fields.items():
        source = asked.fields.get(key)
        if source is None or use.many or source.many or use.kind != source.kind:
            continue
        mine, its = resolve(use.type, answered.registry), resolve(source.type, asked.registry)
        if not isinstance(mine, SimpleType | AnyType) or mine is not its or use.fixed is not None:
            continue
        if sample.__dict__.get(key) is not None:
            found.append(key)
    return tuple(found)


def _echo(made: Compound, request: Compound, notes: dict[str, str]) -> None:
    """Give back the request's values of the fields in common."""
    for key in echo_keys(request, made):
        value = request.__dict__.get(key)
        if value is not None and value is not NIL and value is not UNSET:
            made.__dict__[key] = value
            notes[key] = "echo"


__all__ = [
    "NOON", "Finding", "NoSample", "Sampler", "Source", "echo_keys", "full", "minimal", "of_type",
    "random", "sample_value",
]  # fmt: skip
