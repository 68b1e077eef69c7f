"""What templates may call: functions, filters and tests, each bounded in what it costs.

Everything takes the `Run` first, which counts steps and characters; there is nothing else that
a template could call.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from ZSI.errors import quote
from ZSI.mock.errors import RenderError
from ZSI.mock.values import lexical
from ZSI.mock.world import World
from ZSI.samples.fake import FAKE
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.values import NIL


@dataclass(frozen=True, slots=True)
class TemplateLimits:
    """What a template may cost; each an inclusive maximum."""

    #: Characters of a template: a whole envelope in a file; the largest reply known has 2 MB.
    source_chars: int = 4_000_000
    #: Nested expressions and tags: people write five.
    depth: int = 40
    #: Items looped over or handled by filters, all together: a list of 10,000, ten times.
    steps: int = 100_000
    #: Items of one list; what is compared or sorted stays small.
    items: int = 10_000
    #: Characters produced, all together: replies of several MB, never the memory's end.
    chars: int = 16_000_000
    #: Bits of a whole number: far more than any schema type asks for.
    bits: int = 16_384
    #: Seconds: a template that needs more holds up every other client.
    seconds: float = 1.0


DEFAULT_TEMPLATE_LIMITS = TemplateLimits()


class Absent:
    """What is not there: false, empty as text and as a list, and absent in all its parts."""

    __slots__ = ("what",)

    def __init__(self, what: str) -> None:
        self.what = what

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Absent) or other is None

    __hash__ = None  # type: ignore[assignment]  # a marker, never a key

    def __repr__(self) -> str:
        return f"{self.what} (absent)"


class Run:
    """One rendering: its world, its variables, and what is left of its limits."""

    __slots__ = ("_deadline", "chars", "limits", "names", "steps", "world")

    def __init__(self, world: World, limits: TemplateLimits = DEFAULT_TEMPLATE_LIMITS) -> None:
        self.world = world
        self.limits = limits
        self.names: Mapping[str, Any] = world.variables
        self.steps = limits.steps
        self.chars = limits.chars
        self._deadline = time.monotonic() + limits.seconds

    def step(self, number: int = 1) -> None:
        """Count steps.

        Raises:
            RenderError: there were too many, or they took too long.
        """
        self.steps -= number
        if self.steps < 0:
            raise RenderError(f"the template takes more than {self.limits.steps} steps")
        if time.monotonic() > self._deadline:
            raise RenderError(f"the template takes more than {self.limits.seconds:g} s")

    def room(self, length: int) -> None:
        """Count characters that are about to be made.

        Raises:
            RenderError: there are too many.
        """
        self.chars -= length
        if self.chars < 0:
            raise RenderError(f"the template makes more than {self.limits.chars} characters")

    def items(self, value: Any) -> list[Any]:
        """A value as a list: nothing for what is absent, one item for what is no list.

        Raises:
            RenderError: there are too many.
        """
        if isinstance(value, Absent) or value is None or value is NIL:
            return []
        if isinstance(value, dict):
            value = value.items()
        elif not isinstance(value, list | tuple | range) or hasattr(value, "_fields"):
            return [value]
        if len(value) > self.limits.items:
            raise RenderError(f"the template makes a list of more than {self.limits.items} items")
        self.step(len(value))
        return list(value)

    def text(self, value: Any) -> str:
        """The text of a value, counted.

        Raises:
            RenderError: it is a mapping, or there are too many characters.
        """
        if isinstance(value, str):
            self.room(len(value))
            return value
        if isinstance(value, Absent):
            return ""
        if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
            return " ".join(self.text(item) for item in self.items(value))
        if isinstance(value, dict):
            raise RenderError("a mapping is no text")
        made = lexical(value)
        self.room(len(made))
        return made


# --------------------------------------------------------------------------- functions


def _uuid(run: Run) -> str:
    return str(UUID(int=run.world.random.getrandbits(128), version=4))


def _range(run: Run, *bounds: int) -> list[int]:
    made = range(*map(int, bounds))
    return run.items(made)


def _random_int(run: Run, low: int, high: int) -> int:
    return run.world.random.randint(int(low), int(high))


def _random_decimal(run: Run, low: Any, high: Any, places: int = 2) -> Decimal:
    unit = Decimal(1).scaleb(-min(max(int(places), 0), 18))
    least, most = (int(Decimal(lexical(side)) / unit) for side in (low, high))
    return run.world.random.randint(least, most) * unit


def _random_choice(run: Run, *values: Any) -> Any:
    every = run.items(values[0]) if len(values) == 1 else list(values)
    if not every:
        raise RenderError("random.choice of nothing")
    return run.world.random.choice(every)


def _drawn(alphabet: str) -> Callable[[Run, int], str]:
    def draw(run: Run, length: int) -> str:
        run.room(int(length))
        run.step(int(length))
        return "".join(run.world.random.choices(alphabet, k=max(int(length), 0)))

    return draw


def _delta(unit: str) -> Callable[[Run, Any], timedelta]:
    return lambda run, number: timedelta(**{unit: float(number)})


def _fake(make: Callable[[Any], str]) -> Callable[[Run], str]:
    return lambda run: make(run.world.random)


#: Called by their name: ``hours(1)``.
FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "uuid": _uuid,
    "range": _range,
    **{unit: _delta(unit) for unit in ("seconds", "minutes", "hours", "days", "weeks")},
}
#: Called as a part of a name: ``random.int(1, 6)``; those that take nothing also without ().
MODULES: Final[dict[str, dict[str, Callable[..., Any]]]] = {
    "random": {
        "int": _random_int,
        "decimal": _random_decimal,
        "choice": _random_choice,
        "uuid": _uuid,
        "hex": _drawn("0123456789abcdef"),
        "digits": _drawn("0123456789"),
        "letters": _drawn("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    },
    "fake": {name: _fake(make) for name, make in FAKE.items()},
    "mock": {
        "url": lambda run, port="": run.world.url(run.text(port)),
        "number": lambda run: run.world.number,
        "session": lambda run: run.world.call.session if run.world.call else "",
    },
    "http": {
        "header": lambda run, name: _or_absent(_http(run).header(run.text(name)), "the header"),
        "method": lambda run: _http(run).method,
        "path": lambda run: _http(run).path,
        "uri": lambda run: _http(run).uri,
    },
}


def _http(run: Run) -> Any:
    if run.world.call is None:
        raise RenderError("there is no HTTP request")
    return run.world.call.http


def _or_absent(value: Any, what: str) -> Any:
    return Absent(what) if value is None else value


# --------------------------------------------------------------------------- filters


def _replace(run: Run, value: Any, old: Any, new: Any) -> str:
    text, before, after = run.text(value), run.text(old), run.text(new)
    run.room(text.count(before) * len(after))
    return text.replace(before, after)


def _split(run: Run, value: Any, separator: str | None = None) -> list[str]:
    return run.items(run.text(value).split(separator, run.limits.items))


def _join(run: Run, value: Any, separator: Any = "") -> str:
    return run.text(separator).join(run.text(item) for item in run.items(value))


def _default(run: Run, value: Any, other: Any = "", falsy: bool = False) -> Any:
    missing = isinstance(value, Absent) or value is None or value is NIL
    return other if missing or (falsy and not value) else value


def _int(run: Run, value: Any) -> int:
    if not isinstance(value, int | float | Decimal):
        value = BUILTIN["decimal"].parse(run.text(value))
    if abs(value) >= 1 << run.limits.bits:
        raise RenderError(f"the template makes a number of more than {run.limits.bits} bits")
    return int(value)


def _decimal(run: Run, value: Any) -> Decimal:
    made: Decimal = BUILTIN["decimal"].parse(run.text(value))
    return made


def _round(run: Run, value: Any, places: int = 0) -> Decimal:
    unit = Decimal(1).scaleb(-min(max(int(places), 0), 18))
    return Decimal(lexical(value)).quantize(unit)


def _pad(run: Run, value: Any, width: int, fill: str = "0") -> str:
    run.room(int(width))
    return run.text(value).rjust(int(width), (fill or " ")[0])


def _cut(run: Run, value: Any, length: int) -> str:
    return run.text(value)[: max(int(length), 0)]


_DIRECTIVES = re.compile(r"%(?:[aAbBdHIjmMpSfyYzZ%])|[^%]")


def _strftime(run: Run, value: Any, form: str) -> str:
    """Only the plain directives: a width would ask the C library for any amount of memory."""
    if not isinstance(value, date | clock_time):
        raise RenderError(f"strftime of {quote(value)}: expected a date or a time")
    if len(form) > 100 or not re.fullmatch(f"(?:{_DIRECTIVES.pattern})*", form, re.S):
        raise RenderError(f"strftime with {quote(form)}: expected directives like %d.%m.%Y")
    return value.strftime(form)


def _date(run: Run, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    made: date = BUILTIN["date"].parse(run.text(value))
    return made


def _length(run: Run, value: Any) -> int:
    return len(value) if isinstance(value, str) else len(run.items(value))


def _at(run: Run, value: Any, index: int) -> Any:
    items = value if isinstance(value, str) else run.items(value)
    return items[index] if items else Absent("the item")


def _sorted(run: Run, value: Any, reverse: bool = False) -> list[Any]:
    return sorted(run.items(value), reverse=bool(reverse))


def _unique(run: Run, value: Any) -> list[Any]:
    found: list[Any] = []
    for item in run.items(value):
        run.step(len(found))
        if item not in found:
            found.append(item)
    return found


def _sum(run: Run, value: Any) -> Any:
    total: Any = 0
    for item in run.items(value):
        total = total + (Decimal(repr(item)) if isinstance(item, float) else item)
    return total


def _texts(change: Callable[[str], str]) -> Callable[[Run, Any], str]:
    return lambda run, value: change(run.text(value))


def _lists(change: Callable[[Iterable[Any]], Any]) -> Callable[[Run, Any], Any]:
    return lambda run, value: change(run.items(value))


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "upper": _texts(str.upper),
    "lower": _texts(str.lower),
    "title": _texts(str.title),
    "capitalize": _texts(str.capitalize),
    "trim": _texts(str.strip),
    "string": _texts(str),
    "replace": _replace,
    "split": _split,
    "join": _join,
    "default": _default,
    "d": _default,
    "int": _int,
    "decimal": _decimal,
    "round": _round,
    "abs": lambda run, value: abs(value),
    "pad": _pad,
    "cut": _cut,
    "strftime": _strftime,
    "date": _date,
    "length": _length,
    "count": _length,
    "first": lambda run, value: _at(run, value, 0),
    "last": lambda run, value: _at(run, value, -1),
    "list": _lists(list),
    "reverse": lambda run, value: run.items(value)[::-1],
    "sort": _sorted,
    "unique": _unique,
    "sum": _sum,
    "min": _lists(min),
    "max": _lists(max),
}

# --------------------------------------------------------------------------- tests

TESTS: Final[dict[str, Callable[..., bool]]] = {
    "defined": lambda run, value: not isinstance(value, Absent) and value is not None,
    "undefined": lambda run, value: isinstance(value, Absent) or value is None,
    "none": lambda run, value: value is None or isinstance(value, Absent),
    "nil": lambda run, value: value is NIL,
    "string": lambda run, value: isinstance(value, str),
    "number": lambda run, value: isinstance(value, int | float | Decimal),
    "odd": lambda run, value: value % 2 == 1,
    "even": lambda run, value: value % 2 == 0,
    "divisibleby": lambda run, value, number: value % number == 0,
    "in": lambda run, value, many: value in many,
}
