"""How long a reply is held: a fixed time, or one drawn from a distribution.

>>> parse_delay("300ms").describe(), parse_delay({"uniform": ["100ms", "1.5s"]}).describe()
('300ms', 'uniform 100ms to 1.5s')
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from ZSI.errors import Where, quote
from ZSI.mock.errors import DefinitionError, listed, nearest

#: Seconds: a longer delay is a mistake in its unit; clients and proxies give up long before.
LONGEST = 3_600.0
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3_600.0}
_TIME = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(us|ms|s|m|h)\s*")


@dataclass(frozen=True, slots=True)
class _Distribution:
    """Names of the two parameters, how a time is drawn, and how it is said."""

    parameters: tuple[str, str]
    draw: Callable[[Random, float, float], float]
    shown: str


#: normal: mean and standard deviation; lognormal: median, and sigma of the logarithm.
_DISTRIBUTIONS = {
    "fixed": _Distribution(("seconds", ""), lambda random, a, b: a, "{0}"),
    "uniform": _Distribution(
        ("least", "most"), lambda random, a, b: random.uniform(a, b), "uniform {0} to {1}"
    ),
    "normal": _Distribution(
        ("mean", "deviation"), lambda random, a, b: random.gauss(a, b), "normal {0} ± {1}"
    ),
    "lognormal": _Distribution(
        ("median", "sigma"),
        lambda random, a, b: a * random.lognormvariate(0.0, b),
        "lognormal, median {0}, sigma {2}",
    ),
}


@dataclass(frozen=True, slots=True)
class Delay:
    """A delay: ``kind`` names the distribution, ``first`` and ``second`` are its parameters.

    All are in seconds, but for the sigma of ``lognormal``.
    """

    kind: str
    first: float
    second: float = 0.0

    def seconds(self, random: Random) -> float:
        """How long to hold this reply; never negative, never over an hour."""
        drawn = _DISTRIBUTIONS[self.kind].draw(random, self.first, self.second)
        return min(max(drawn, 0.0), LONGEST)

    def describe(self) -> str:
        """The delay in words."""
        shown = _DISTRIBUTIONS[self.kind].shown
        return shown.format(_said(self.first), _said(self.second), f"{self.second:g}")


def _said(seconds: float) -> str:
    return f"{seconds * 1_000:.10g}ms" if seconds < 1 else f"{seconds:.10g}s"


def parse_seconds(given: Any, where: Where | None = None) -> float:
    """A time as a definition says it: text with a unit, a timedelta, or a number of seconds.

    Args:
        given: ``"300ms"``, ``"1.5s"``, ``"2m"``, ``"1h"``, a timedelta, an int or float.
        where: the place of the definition.

    Raises:
        DefinitionError: it is none of these, or out of bounds.
    """
    seconds: float | None = None
    if isinstance(given, timedelta):
        seconds = given.total_seconds()
    elif isinstance(given, int | float) and not isinstance(given, bool):
        seconds = float(given)
    elif isinstance(given, str) and (found := _TIME.fullmatch(given)):
        seconds = float(found[1]) * _UNITS[found[2]]
    if seconds is None:
        raise DefinitionError(
            f"{quote(given)} is no time", where=where, expected="a number with ms, s, m or h"
        )
    if not 0 <= seconds <= LONGEST:
        raise DefinitionError(
            f"{quote(given)} is out of bounds", where=where, expected="a time from 0 to 1h"
        )
    return seconds


def parse_delay(given: Any, where: Where | None = None) -> Delay:
    """A delay as a definition says it.

    Args:
        given: a time (see `parse_seconds`), or one of ``{"uniform": [least, most]}``,
            ``{"normal": [mean, deviation]}``, ``{"lognormal": [median, sigma]}``; the parameters
            may be given by name as well.

    Raises:
        DefinitionError: it is none of these.
    """
    if isinstance(given, Delay):
        return given
    if not isinstance(given, Mapping):
        return Delay("fixed", parse_seconds(given, where))
    if len(given) != 1:
        raise DefinitionError(
            f"a delay has one distribution, not {len(given)}",
            where=where,
            expected=listed(_DISTRIBUTIONS),
        )
    ((kind, parameters),) = given.items()
    known = _DISTRIBUTIONS.get(kind)
    if known is None:
        raise DefinitionError(
            f"no distribution {quote(kind)}",
            where=where,
            expected=listed(_DISTRIBUTIONS),
            nearest=nearest(str(kind), _DISTRIBUTIONS),
        )
    if kind == "fixed":
        return Delay("fixed", parse_seconds(parameters, where))
    first, second = _two(kind, known.parameters, parameters, where)
    if kind == "lognormal":
        return Delay(kind, parse_seconds(first, where), _sigma(second, where))
    low, high = parse_seconds(first, where), parse_seconds(second, where)
    if kind == "uniform" and low > high:
        raise DefinitionError(
            f"uniform from {_said(low)} to {_said(high)}", where=where, expected="least before most"
        )
    return Delay(kind, low, high)


def _two(kind: str, names: tuple[str, str], given: Any, where: Where | None) -> tuple[Any, Any]:
    if isinstance(given, Mapping) and set(given) == set(names):
        return given[names[0]], given[names[1]]
    if isinstance(given, list | tuple) and len(given) == 2:
        return given[0], given[1]
    raise DefinitionError(
        f"{kind} with {quote(given)}", where=where, expected=f"[{names[0]}, {names[1]}]"
    )


def _sigma(given: Any, where: Where | None) -> float:
    """The spread of a lognormal; 3 already spreads over four orders of magnitude."""
    try:
        sigma = float(given)
    except (TypeError, ValueError):
        sigma = -1.0
    if not 0 <= sigma <= 3:
        raise DefinitionError(f"sigma {quote(given)}", where=where, expected="a number from 0 to 3")
    return sigma
