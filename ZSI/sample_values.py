"""Plausible values of simple types: they honour every facet, and look like what their name says.

Deterministic and path-stable: a value depends on the seed and its path alone, whatever else is
added elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from ZSI.errors import ZSIException
from ZSI.names import QName
from ZSI.TC.simple import SimpleType
from ZSI.TC.times import Duration, GDay, GMonth, GMonthDay, GYear, GYearMonth

#: Strings drawn from a pattern before giving up.
PATTERN_TRIES = 60
#: Longest string made because a facet asks for one.
LONGEST = 100_000

#: Dates of samples lie near this moment unless a clock is given.
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)

_UNPRINTABLE = re.compile(r"[\x00-\x1f]")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: The last words of a field's name that say what its text looks like, and such a text.
_BY_NAME: tuple[tuple[str, str], ...] = (
    ("email mail", "ada.lovelace@example.com"),
    ("phone tel telephone mobile fax", "+44 20 7946 0018"),
    ("url uri href website homepage link", "https://example.com/"),
    ("currency", "EUR"),
    ("country", "GB"),
    ("city town", "London"),
    ("street address", "12 Main Street"),
    ("zip postcode zipcode", "10115"),
    ("firstname forename", "Ada"),
    ("lastname surname", "Lovelace"),
    ("iban", "DE89370400440532013000"),
    ("bic", "COBADEFFXXX"),
    ("language lang locale", "en"),
    ("password", "secret-1"),
    ("user username login", "ada"),
    ("company organisation organization", "Analytical Engines Ltd"),
    ("version", "1.0"),
    ("status state", "OK"),
    ("description comment note text message", "An example"),
    ("name", "Example"),
    ("code", "A1"),
    ("id guid uuid identifier key", "id-1"),
)
_TEXT_BY_WORD = {word: text for words, text in _BY_NAME for word in words.split()}


class NoSample(ZSIException):
    """No value could be found that honours all facets; names the type and the facets."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from: a seed, a moment, and whether chance decides.

    Attributes:
        seed: the same seed and path give the same value.
        now: dates lie near it.
        chance: values vary; false: the plainest value.
    """

    seed: int = 0
    now: datetime = NOON
    chance: bool = False

    def random(self, path: str) -> Random:
        """The source of chance at one path."""
        return Random(f"{self.seed}:{path}")  # noqa: S311  # samples, not secrets


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case.

    >>> words_of("customerEmailAddress"), words_of("ISO_code2")
    (['customer', 'email', 'address'], ['iso', 'code', '2'])
    """
    return [word.lower() for word in _WORDS.findall(name)]


def sample_value(simple: SimpleType, name: str, path: str, source: Source) -> Any:
    """A value of a simple type.

    Args:
        simple: the type.
        name: of the field, for plausibility. path: of the field, for stability.
        source: seed, clock and chance.

    Raises:
        NoSample: none was found that honours all facets.

    >>> from ZSI.TC.builtin import BUILTIN
    >>> sample_value(BUILTIN["string"], "email", "/email", Source())
    'ada.lovelace@example.com'
    >>> sample_value(BUILTIN["int"].restrict(minInclusive=7, maxInclusive=9), "n", "/n", Source())
    7
    """
    for candidate in _candidates(simple, name, path, source):
        if _fits(simple, candidate):
            return candidate
    raise NoSample(f"no sample of {simple.name or 'anonymous type'} for {name} at {path}")


def _fits(simple: SimpleType, value: Any) -> bool:
    """Whether the value can be written and reads back."""
    try:
        text = simple.format(value, lambda uri: "p")
        simple.parse(text, {"p": getattr(value, "namespace", None) or "urn:example"})
    except ZSIException:
        return False
    return True


def _candidates(simple: SimpleType, name: str, path: str, source: Source) -> Iterator[Any]:
    random = source.random(path)
    facets = simple.facets
    if facets.enumeration_values is not None:
        values = list(facets.enumeration_values)
        if source.chance:
            random.shuffle(values)
        yield from values
        return
    if simple.variety == "union":
        members = list(simple.members)
        if source.chance:
            random.shuffle(members)
        for member in members:
            yield from _tried(member, name, path, source)
        return
    if simple.variety == "list":
        yield from _lists(simple, name, path, source, random)
        return
    if facets.patterns:
        yield from _from_patterns(simple, random)
    yield from _MAKERS.get(simple.primitive or "string", _strings)(simple, name, source, random)


def _tried(simple: SimpleType, name: str, path: str, source: Source) -> Iterator[Any]:
    try:
        yield sample_value(simple, name, path, source)
    except NoSample:
        return


def _lists(
    simple: SimpleType, name: str, path: str, source: Source, random: Random
) -> Iterator[list[Any]]:
    facets, item = simple.facets, simple.item
    assert item is not None
    least = facets.length if facets.length is not None else facets.min_length or 0
    most = facets.length if facets.length is not None else facets.max_length
    wanted = max(least, 1) if most is None or most else 0
    if source.chance:
        wanted = random.randint(least, min(most if most is not None else least + 3, least + 3))
    yield [
        sample_value(item, name, f"{path}[{index}]", source) for index in range(min(wanted, 1_000))
    ]


def _from_patterns(simple: SimpleType, random: Random) -> Iterator[Any]:
    """Values whose text a pattern has made; each is judged by the type itself."""
    import rstr

    generator = rstr.Rstr(random)
    base = simple
    for _ in range(PATTERN_TRIES):
        group = simple.facets.patterns[-1]
        try:
            text = generator.xeger(python_pattern(random.choice(group)))
            text = _UNPRINTABLE.sub("x", text)
        except Exception:  # rstr does not read every pattern: others may do
            continue
        try:
            yield base.parse(text, {None: "urn:example"})
        except ZSIException:
            continue


def python_pattern(pattern: str) -> str:
    """An XSD pattern as Python's ``re`` reads it, for making strings; close, not exact.

    >>> python_pattern(r"\\i\\c*"), python_pattern(r"\\p{L}{2}")
    ('[A-Za-z_][A-Za-z0-9_.]*', '[A-Za-z]{2}')
    """
    for xsd, python in (
        (r"\i", "[A-Za-z_]"), (r"\c", "[A-Za-z0-9_.]"), (r"\d", "[0-9]"), (r"\w", "[A-Za-z0-9]"),
        (r"\s", " "), (r"\S", "[A-Za-z0-9]"),
    ):  # fmt: skip
        pattern = _outside_sets(pattern, xsd, python)
    pattern = re.sub(r"\\p\{L[ulotm]?\}", "[A-Za-z]", pattern)
    pattern = re.sub(r"\\p\{Lu\}", "[A-Z]", pattern)
    pattern = re.sub(r"\\p\{N[dlo]?\}", "[0-9]", pattern)
    pattern = re.sub(r"\\p\{Is[\w-]+\}", "[A-Za-z]", pattern)
    return re.sub(r"\\P\{[\w-]+\}", "[0-9]", pattern)


def _outside_sets(pattern: str, xsd: str, python: str) -> str:
    """Replace an escape; inside a character set its brackets are dropped."""
    pieces, depth, index = [], 0, 0
    while index < len(pattern):
        two = pattern[index : index + 2]
        if two == xsd:
            pieces.append(python.strip("[]") if depth else python)
            index += 2
            continue
        if two[:1] == "\\":
            pieces.append(two)
            index += 2
            continue
        depth += {"[": 1, "]": -1}.get(two[:1], 0)
        pieces.append(two[:1])
        index += 1
    return "".join(pieces)


def _lengths(simple: SimpleType) -> tuple[int, int | None]:
    facets = simple.facets
    if facets.length is not None:
        return facets.length, facets.length
    return facets.min_length or 0, facets.max_length


def _fitted(text: str, simple: SimpleType) -> str:
    """The text cut or filled to the length that facets ask for."""
    least, most = _lengths(simple)
    if most is not None:
        text = text[:most].rstrip() or text[:most]
    if len(text) < least:
        text += "abcdefghij"[: min(least - len(text), 10)]
        text += "x" * (min(least, LONGEST) - len(text))
    return text


def _strings(simple: SimpleType, name: str, source: Source, random: Random) -> Iterator[Any]:
    words = words_of(name)
    plain = next((_TEXT_BY_WORD[word] for word in reversed(words) if word in _TEXT_BY_WORD), None)
    texts = [plain or " ".join(words) or "text", "".join(words) or "text", "en", "A1"]
    if source.chance:
        texts.insert(0, f"{texts[1]} {random.randint(1, 9999)}")
    for text in texts:
        yield _fitted(text, simple)
    yield _fitted("x", simple)
    yield _fitted("", simple)
    yield from (digit * max(_lengths(simple)[0], 1) for digit in "1A")


def _bounds(simple: SimpleType) -> tuple[Any, Any]:
    """The least and the greatest value that bounds admit, as inclusive as they can be said."""
    facets = simple.facets
    low = facets.min_inclusive if facets.min_inclusive is not None else facets.min_exclusive
    high = facets.max_inclusive if facets.max_inclusive is not None else facets.max_exclusive
    return low, high


def _numbers(simple: SimpleType, name: str, source: Source, random: Random) -> Iterator[Any]:
    whole = "int" in simple.hint and "Decimal" not in simple.hint
    digits = simple.facets.fraction_digits
    low, high = _bounds(simple)
    candidates: list[Decimal] = []
    if source.chance:
        top = min(Decimal(high), Decimal(10**6)) if high is not None else Decimal(1000)
        bottom = max(Decimal(low), -top) if low is not None else Decimal(0)
        drawn = bottom + (top - bottom) * Decimal(random.randint(0, 10**6)) / 10**6
        candidates.append(drawn)
    candidates += [Decimal(1), Decimal(0), Decimal(-1)]
    for bound in (low, high):
        if bound is not None:
            step = Decimal(1) if whole else Decimal(1).scaleb(-min(digits or 1, 6))
            candidates += [Decimal(bound), Decimal(bound) + step, Decimal(bound) - step]
            candidates += [Decimal(bound) + step / 10, Decimal(bound) - step / 10]
    if low is not None and high is not None:
        candidates.append((Decimal(low) + Decimal(high)) / 2)
    for number in candidates:
        if whole:
            yield int(number)
        else:
            places = min(digits if digits is not None else 2, 20)
            yield round(number, places) if number != number.to_integral_value() else number
            yield number


def _floats(simple: SimpleType, name: str, source: Source, random: Random) -> Iterator[float]:
    low, high = _bounds(simple)
    if source.chance:
        yield round(random.uniform(low if low is not None else 0, high if high is not None else
                                   1000), 2)  # fmt: skip
    yield from (1.5, 1.0, 0.0, -1.0)
    for bound in (low, high):
        if bound is not None:
            yield from (bound, bound + 0.5, bound - 0.5, bound * 1.001, bound * 0.999)


def _moments(make: Callable[[datetime], Any]) -> Callable[..., Iterator[Any]]:
    """Dates and times near the clock, or near the bounds."""

    def maker(simple: SimpleType, name: str, source: Source, random: Random) -> Iterator[Any]:
        days = random.randint(-30, 30) if source.chance else 0
        past = {"birth": -12_000, "born": -12_000, "expiry": 400, "expires": 400, "due": 30}
        for word in words_of(name):
            days += past.get(word, 0)
        base = source.now.replace(microsecond=0) + timedelta(days=days)
        for moment in (base, base.replace(tzinfo=None)):
            yield make(moment)
        for bound in _bounds(simple):
            if bound is not None:
                yield bound
                for step in (timedelta(days=1), timedelta(days=-1), timedelta(seconds=1)):
                    try:
                        yield bound + step
                    except TypeError:
                        break

    return maker


def _durations(simple: SimpleType, name: str, source: Source, random: Random) -> Iterator[Any]:
    number = random.randint(1, 9) if source.chance else 1
    for text in (f"P{number}D", "PT1H", "P1Y", "PT0S"):
        yield Duration.parse(text)
    yield from (bound for bound in _bounds(simple) if bound is not None)


def _parsed(kind: Any, form: str) -> Callable[..., Iterator[Any]]:
    def maker(simple: SimpleType, name: str, source: Source, random: Random) -> Iterator[Any]:
        yield kind.parse(source.now.strftime(form))
        yield from (bound for bound in _bounds(simple) if bound is not None)

    return maker


def _booleans(simple: SimpleType, name: str, source: Source, random: Random) -> Iterator[bool]:
    yield from (random.sample([True, False], 2) if source.chance else (True, False))


def _bytes(simple: SimpleType, name: str, source: Source, random: Random) -> Iterator[bytes]:
    least, most = _lengths(simple)
    size = min(max(least, min(most if most is not None else 4, 4)), LONGEST)
    yield random.randbytes(size) if source.chance else (b"data" * (size // 4 + 1))[:size]


def _uris(simple: SimpleType, name: str, source: Source, random: Random) -> Iterator[str]:
    tail = str(random.randint(1, 9999)) if source.chance else ""
    for text in (f"https://example.com/{tail}", f"urn:example:{tail or 'x'}", "a"):
        yield _fitted(text, simple)


def _qnames(simple: SimpleType, name: str, source: Source, random: Random) -> Iterator[QName]:
    yield QName("urn:example", identifier_like(words_of(name)))


def identifier_like(words: Iterable[str]) -> str:
    """Words as an NCName.

    >>> identifier_like(["2", "name"])
    'x2name'
    """
    text = "".join(words) or "x"
    return text if text[0].isalpha() else f"x{text}"


_MAKERS: dict[str, Callable[..., Iterator[Any]]] = {
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
