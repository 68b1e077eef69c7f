"""Values of simple types: candidates in the order of their plausibility, the first that fits.

The type itself judges: a candidate counts if it can be written and reads back as the same value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from ZSI.errors import ZSIException
from ZSI.names import QName
from ZSI.samples.dice import Dice
from ZSI.samples.fake import WORDS
from ZSI.samples.patterns import NoText, generate, read_pattern
from ZSI.samples.plausible import (
    days_from_now,
    likely_range,
    likely_text,
    plain_number,
    plain_text,
    words_of,
)
from ZSI.TC.compare import value_key
from ZSI.TC.simple import SimpleType
from ZSI.TC.times import Duration, GDay, GMonth, GMonthDay, GYear, GYearMonth

#: Texts drawn from the patterns of a type before giving up.
PATTERN_TRIES = 120
#: Longest text or list made because a facet asks for one.
LONGEST = 100_000

#: Types whose values differ from path to path.
_IDENTIFIERS = frozenset(("ID", "IDREF", "ENTITY"))

#: Dates of samples lie near this moment unless a clock is given.
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


class NoSample(ZSIException):
    """No value could be found that honours all facets; names the type, the place and the facets."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from: a seed, a moment, and whether chance decides.

    Attributes:
        seed: the same seed and path give the same value.
        now: dates lie near it.
        chance: values vary; false: the plainest value.
        plain: plain values that have been made, by type and name; they do not depend on paths.
    """

    seed: int | str = 0
    now: datetime = NOON
    chance: bool = False
    plain: dict[tuple[SimpleType, str], Any] = field(
        default_factory=dict, compare=False, repr=False
    )

    def dice(self, path: str, use: str = "") -> Dice:
        """The chance of one path."""
        return Dice(self.seed, path, use)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value will stand: its type, the field's name and path, and what chance there is."""

    simple: SimpleType
    name: str
    path: str
    source: Source
    dice: Dice

    @property
    def lengths(self) -> tuple[int, int | None]:
        """The least and the greatest length that facets admit."""
        facets = self.simple.facets
        if facets.length is not None:
            return facets.length, facets.length
        return facets.min_length or 0, facets.max_length

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The lower and the upper bound, inclusive or not."""
        facets = self.simple.facets
        low = facets.min_inclusive if facets.min_inclusive is not None else facets.min_exclusive
        high = facets.max_inclusive if facets.max_inclusive is not None else facets.max_exclusive
        return low, high

    def fitted(self, text: str) -> str:
        """A text cut or filled to the length that facets ask for."""
        least, most = self.lengths
        if most is not None:
            text = text[:most].rstrip() or text[:most]
        if len(text) < least:
            text += "abcdefghij"[: min(least - len(text), 10)]
            text += "x" * (min(least, LONGEST) - len(text))
        return text


def sample_value(
    simple: SimpleType, name: str, path: str, source: Source, *, solid: bool = False
) -> Any:
    """A value of a simple type.

    Args:
        simple: the type.
        name: of the field, for plausibility. path: of the field, for stability.
        source: seed, clock and chance.
        solid: its text must have no white space in it, nor be empty (items of lists).

    Raises:
        NoSample: none was found that honours all facets.

    >>> from ZSI.TC.builtin import BUILTIN
    >>> sample_value(BUILTIN["string"], "email", "/email", Source())
    'ada.lovelace@example.com'
    >>> sample_value(BUILTIN["int"].restrict(minInclusive=7, maxInclusive=9), "n", "/n", Source())
    7
    """
    if source.chance or simple.facets.patterns or simple.variety != "atomic" or solid:
        return _first_fitting(simple, name, path, source, solid)
    if simple.builtin in _IDENTIFIERS:
        return _first_fitting(simple, name, path, source, solid)
    known = source.plain.get((simple, name))
    if known is None:
        known = _first_fitting(simple, name, path, source, solid)
        source.plain[simple, name] = known
    return known


def _first_fitting(simple: SimpleType, name: str, path: str, source: Source, solid: bool) -> Any:
    place = Place(simple, name, path, source, source.dice(path))
    for candidate in _candidates(place):
        if solid and isinstance(candidate, str):
            candidate = "".join(candidate.split()) or "x"
        if _fits(simple, candidate):
            return candidate
    shown = simple.name.clark if simple.name is not None else str(simple)
    facets = ", ".join(
        f"pattern {pattern!r}" for group in simple.facets.patterns for pattern in group[:3]
    )
    raise NoSample(f"no value of {shown} was found for {path}" + (f" ({facets})" if facets else ""))


def _fits(simple: SimpleType, value: Any) -> bool:
    """Whether the value can be written, and reads back as it is."""
    used: dict[str | None, str] = {}

    def prefix_for(namespace: str) -> str:  # as writers make them up: a pattern may see it
        used["n1"] = namespace
        return "n1"

    try:
        text = simple.format(value, prefix_for)
        return bool(value_key(simple.parse(text, used)) == value_key(value))
    except (ZSIException, TypeError, ValueError, ArithmeticError):
        return False


def _candidates(place: Place) -> Iterator[Any]:
    simple, dice, chance = place.simple, place.dice, place.source.chance
    if simple.facets.enumeration_values is not None:
        values = list(simple.facets.enumeration_values)
        if chance:
            dice.random.shuffle(values)
        yield from values
    elif simple.variety == "union":
        members = list(simple.members)
        if chance:
            dice.random.shuffle(members)
        for member in members:
            yield from _of_member(member, place)
        if simple.facets.patterns:
            yield from _from_patterns(place)
    elif simple.variety == "list":
        yield from _lists(place)
    else:
        plain = _MAKERS.get(simple.primitive or "string", _strings)
        if not simple.facets.patterns:
            yield from plain(place)
        else:
            # a plausible value first, if the pattern takes one; then what the pattern makes
            yield from _few(plain(place), 4)
            yield from _from_patterns(place)
            yield from plain(place)


def _few(items: Iterator[Any], most: int) -> Iterator[Any]:
    for _, item in zip(range(most), items, strict=False):
        yield item


def _of_member(member: SimpleType, place: Place) -> Iterator[Any]:
    try:
        yield sample_value(member, place.name, place.path, place.source)
    except NoSample:
        return


def _lists(place: Place) -> Iterator[list[Any]]:
    """Lists of the shortest length that is not 0, or of another within the bounds."""
    least, most = place.lengths
    item = place.simple.item
    assert item is not None
    wanted = max(least, 1) if most is None or most else 0
    if place.source.chance:
        wanted = place.dice.between(
            wanted, min(most, wanted + 3) if most is not None else wanted + 3
        )
    made = [
        sample_value(item, place.name, f"{place.path}[{index + 1}]", place.source, solid=True)
        for index in range(min(wanted, LONGEST))
    ]
    yield made
    if place.simple.facets.patterns:
        yield from _from_patterns(place)


def _from_patterns(place: Place) -> Iterator[Any]:
    """Values whose text a pattern has made; longer and longer texts are tried."""
    least, _ = place.lengths
    for number in range(PATTERN_TRIES):
        group = place.simple.facets.patterns[-1 - number % len(place.simple.facets.patterns)]
        dice = place.source.dice(place.path, f"pattern {number}")
        stretch = (number // 4) % 12 if number % 3 or least < 12 else least - number // 3
        try:
            text = generate(read_pattern(dice.choice(group)), dice, stretch)
            yield place.simple.parse(text, {None: "urn:example"})
        except (NoText, ZSIException):
            continue


# -- makers of candidates, by primitive type -----------------------------------------------------


def _strings(place: Place) -> Iterator[str]:
    words = words_of(place.name)
    likely: list[str | None] = [plain_text(place.name)]
    if place.source.chance:
        random = place.dice.random
        drawn = f"{random.choice(WORDS)} {random.choice(WORDS)}"
        likely = [likely_text(place.name, random) or drawn, _named(random.choice(WORDS), random)]
    if place.simple.builtin in _IDENTIFIERS:
        likely.insert(0, f"id-{place.dice.random.randrange(16**8):08x}")
    texts = [*filter(None, likely), " ".join(words) or "text", "".join(words) or "text", "en", "A1"]
    for text in texts:
        yield place.fitted(text)
    yield place.fitted("x")
    yield place.fitted("")
    yield from (digit * max(place.lengths[0], 1) for digit in "1A")


def _named(word: str, random: Any) -> str:
    return f"{word}{random.randrange(10, 100)}"


def _numbers(place: Place) -> Iterator[Any]:
    whole = int in place.simple.python
    low, high = place.bounds
    digits = place.simple.facets.fraction_digits
    places = 0 if whole else min(digits if digits is not None else 2, 20)
    step = Decimal(1).scaleb(-min(digits if digits is not None else 1, 6))
    candidates: list[Decimal] = []
    if place.source.chance:
        candidates.append(_drawn(place, low, high))
    plain = plain_number(place.name)
    candidates += [Decimal(str(plain))] if plain is not None else []
    candidates += [Decimal(1), Decimal(0), Decimal(-1)]
    for bound in (low, high):
        if bound is not None:
            exact = Decimal(bound)
            candidates += [exact, exact + step, exact - step, exact + step / 10, exact - step / 10]
    if low is not None and high is not None:
        candidates.append((Decimal(low) + Decimal(high)) / 2)
    for number in candidates:
        if whole:
            yield int(number)
        else:
            yield round(number, places) if number != number.to_integral_value() else number
            yield number


def _drawn(place: Place, low: Any, high: Any) -> Decimal:
    """A number that chance draws, from the usual range as far as the bounds let it."""
    usual = likely_range(place.name) or (1, 1_000)
    bottom, top = Decimal(str(usual[0])), Decimal(str(usual[1]))
    if low is not None and Decimal(low) > bottom:
        bottom = Decimal(low)
    if high is not None and Decimal(high) < top:
        top = Decimal(high)
    if bottom > top:
        bottom = Decimal(low) if low is not None else top - 1_000
        top = Decimal(high) if high is not None else bottom + 1_000
    return bottom + (top - bottom) * Decimal(place.dice.between(0, 10**6)) / 10**6


def _floats(place: Place) -> Iterator[float]:
    low, high = place.bounds
    if place.source.chance:
        bottom, top = likely_range(place.name) or (0, 1_000)
        bottom = low if low is not None else min(bottom, high if high is not None else bottom)
        top = high if high is not None else max(top, bottom)
        yield round(place.dice.random.uniform(bottom, top), 2)
    plain = plain_number(place.name)
    yield from (plain,) if plain is not None else ()
    yield from (1.5, 1.0, 0.0, -1.0)
    for bound in (low, high):
        if bound is not None:
            yield from (bound, bound + 0.5, bound - 0.5, bound * 1.001, bound * 0.999)
    if low is not None and high is not None:
        yield low + (high - low) / 2


def _moments(make: Callable[[datetime], Any]) -> Callable[[Place], Iterator[Any]]:
    """Dates and times near the clock, or near the bounds."""

    def maker(place: Place) -> Iterator[Any]:
        days = days_from_now(place.name)
        if place.source.chance:
            days += place.dice.between(-abs(days) // 2 - 9, abs(days) // 2 + 9)
        base = place.source.now.replace(microsecond=0) + timedelta(days=days)
        for moment in (base, base.replace(tzinfo=None)):
            yield make(moment)
        for bound in place.bounds:
            if bound is not None:
                yield bound
                yield from _beside(bound)

    return maker


def _beside(bound: Any) -> Iterator[Any]:
    """What lies a little beside a bound."""
    day, second = timedelta(days=1), timedelta(seconds=1)
    for step in (day, -day, second, -second):
        try:
            if isinstance(bound, time):
                yield (datetime.combine(date(2000, 1, 1), bound) + step).timetz()
            else:
                yield bound + step
        except (TypeError, OverflowError):
            continue


def _durations(place: Place) -> Iterator[Any]:
    number = place.dice.between(1, 9) if place.source.chance else 1
    for text in (f"P{number}D", "PT1H", "P1Y", "PT0S"):
        yield Duration.parse(text)
    yield from (bound for bound in place.bounds if bound is not None)


def _parsed(kind: Any, form: str) -> Callable[[Place], Iterator[Any]]:
    def maker(place: Place) -> Iterator[Any]:
        yield kind.parse(place.source.now.strftime(form))
        yield from (bound for bound in place.bounds if bound is not None)

    return maker


def _booleans(place: Place) -> Iterator[bool]:
    yield from place.dice.random.sample([True, False], 2) if place.source.chance else (True, False)


def _bytes(place: Place) -> Iterator[bytes]:
    least, most = place.lengths
    size = min(max(least, min(most if most is not None else 4, 4)), LONGEST)
    yield (
        place.dice.random.randbytes(size)
        if place.source.chance
        else (b"data" * (size // 4 + 1))[:size]
    )


def _uris(place: Place) -> Iterator[str]:
    tail = str(place.dice.between(1, 9_999)) if place.source.chance else ""
    for text in (f"https://example.com/{tail}", f"urn:example:{tail or 'x'}", "a"):
        yield place.fitted(text)


def _qnames(place: Place) -> Iterator[QName]:
    text = "".join(words_of(place.name)) or "x"
    yield QName("urn:example", text if text[0].isalpha() else f"x{text}")


_MAKERS: dict[str, Callable[[Place], Iterator[Any]]] = {
    "string": _strings,
    "boolean": _booleans,
    "decimal": _numbers,
    "float": _floats,
    "double": _floats,
    "dateTime": _moments(lambda moment: moment),
    "date": _moments(lambda moment: date(moment.year, moment.month, moment.day)),
    "time": _moments(lambda moment: time(moment.hour, moment.minute, moment.second)),
    "duration": _durations,
    "gYear": _parsed(GYear, "%Y"),
    "gYearMonth": _parsed(GYearMonth, "%Y-%m"),
    "gMonth": _parsed(GMonth, "--%m"),
    "gMonthDay": _parsed(GMonthDay, "--%m-%d"),
    "gDay": _parsed(GDay, "---%d"),
    "hexBinary": _bytes,
    "base64Binary": _bytes,
    "anyURI": _uris,
    "QName": _qnames,
    "NOTATION": _qnames,
}
