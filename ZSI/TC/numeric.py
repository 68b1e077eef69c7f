"""boolean, decimal, integer and its twelve children, float, double (XSD 1.0 part 2, 3.2.2-3.2.5).

Values: bool, Decimal, int, float. A decimal keeps the zeros it came with (``1.50`` is written
``1.50``); `canonical` drops them.

An xsd:float is one of the 2**32 single precision numbers: its text is rounded to the nearest
(3.2.4.1). In Python it is the double that the shortest decimal of that number stands for, so
``0.1`` is ``0.1``, not ``0.10000000149011612``; two texts for one single are one Python value.
"""

from __future__ import annotations

import math
import re
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from decimal import Context, Decimal, InvalidOperation
from itertools import repeat
from typing import Any

from ZSI.errors import ValueRefused
from ZSI.limits import Limits
from ZSI.TC.lexical import XML_SPACE, Kind, Namespaces, PrefixFor, make_kind, refused, unwrapped

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?").fullmatch
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_SPECIAL = {"INF": math.inf, "-INF": -math.inf, "NaN": math.nan}
_SPECIAL_TEXT = {"inf": "INF", "-inf": "-INF", "nan": "NaN"}
#: Has what is no number refused, whatever the context of whoever calls makes of it.
_STRICT = Context(traps=[InvalidOperation])
_SINGLE = struct.Struct("<f")
#: Smallest normal single; below it fewer than six digits may tell two singles apart.
_SINGLE_NORMAL = 2.0**-126

#: Ranges of the integer types (3.3.13-3.3.25); None is no bound.
INTEGER_RANGES: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "nonNegativeInteger": (0, None),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
    "positiveInteger": (1, None),
}


def boolean_kind(limits: Limits) -> Kind:
    """xsd:boolean (3.2.2): ``true``, ``false``, ``1``, ``0``; only a bool is written."""
    expected = "true, false, 1 or 0"

    def parse(text: str, namespaces: Namespaces | None = None) -> bool:
        try:
            return _BOOLEANS[text]
        except KeyError:
            value = _BOOLEANS.get(text.strip(XML_SPACE))
            if value is None:
                raise refused("boolean", expected, text) from None
            return value

    def column(texts: Sequence[str]) -> list[bool]:
        return list(map(_BOOLEANS.__getitem__, texts))

    def coerce(value: Any) -> bool:
        value = unwrapped(value)
        if value is True or value is False:
            return bool(value)
        raise refused("boolean", "True or False", value)

    def write(value: Any, prefix_for: PrefixFor | None = None) -> str:
        return "true" if value else "false"

    def format(value: Any, prefix_for: PrefixFor | None = None) -> str:
        if value is True:
            return "true"
        if value is False:
            return "false"
        return write(coerce(value))

    def spellings(value: bool) -> Iterator[str]:
        yield "1" if value else "0"

    return make_kind(
        "boolean", parse, coerce, write, (bool,),
        format=format, spellings=spellings, column=column,
    )  # fmt: skip


def range_in_words(low: int | None, high: int | None) -> str:
    """The words for an integer range.

    >>> range_in_words(-128, 127), range_in_words(1, None)
    ('an integer from -128 to 127', 'an integer, 1 or more')
    """
    if low is None:
        return "an integer" if high is None else f"an integer, {high} or less"
    return f"an integer, {low} or more" if high is None else f"an integer from {low} to {high}"


def digit_cap(limits: Limits) -> int:
    """Digits one number may have: the limit, and never more than int() itself takes."""
    return min(limits.digits, sys.get_int_max_str_digits() or limits.digits)


def check_digits(texts: Sequence[str], cap: int) -> None:
    """Make sure that there are only digits and points, and no more than ``cap`` in one text.

    Raises:
        ValueError: there is something else, or nothing at all.
    """
    joined = "".join(texts).replace(".", "")
    if not (joined.isdigit() and joined.isascii() and max(map(len, texts)) <= cap):
        raise ValueError("not only digits")


def integer_kind(name: str, limits: Limits) -> Kind:
    """xsd:integer or one derived from it, with its range; also writes what ``index()`` takes."""
    low, high = INTEGER_RANGES[name]
    cap = digit_cap(limits)
    least = 1 - 10**cap if low is None else low
    most = 10**cap - 1 if high is None else high
    expected = range_in_words(low, high)

    def out_of_range(value: object, number: int) -> ValueRefused:
        if (low is None and number < least) or (high is None and number > most):
            return ValueRefused("digits", f"at most {cap} digits", "a longer number")
        return refused(name, expected, value)

    def parse(text: str, namespaces: Namespaces | None = None) -> int:
        plain = text.isascii() and text.isdigit() and len(text) <= cap
        value = int(text) if plain else slow(text)
        if least <= value <= most:
            return value
        raise out_of_range(text, value)

    def column(texts: Sequence[str]) -> list[int]:
        check_digits(texts, cap)
        values = list(map(int, texts))
        if least <= min(values) and max(values) <= most:
            return values
        raise ValueError("out of range")

    def slow(text: str) -> int:
        bare = text.strip(XML_SPACE)
        unsigned = bare[1:] if bare[:1] in ("+", "-") else bare
        if not (unsigned.isascii() and unsigned.isdigit()):
            raise refused(name, expected, text)
        if len(unsigned) > cap:
            raise ValueRefused("digits", f"at most {cap} digits", text)
        return int(bare)

    def coerce(value: Any) -> int:
        if type(value) is int and least <= value <= most:
            return value
        number = whole(unwrapped(value))
        if number is None:
            raise refused(name, expected, value)
        if least <= number <= most:
            return number
        raise out_of_range(value, number)

    def write(value: Any, prefix_for: PrefixFor | None = None) -> str:
        return str(value)

    def format(value: Any, prefix_for: PrefixFor | None = None) -> str:
        if type(value) is int and least <= value <= most:
            return str(value)
        return str(coerce(value))

    return make_kind(
        name, parse, coerce, write, (int,), format=format, spellings=integer_spellings,
        ordered=True, digits=True, column=column,
    )  # fmt: skip


def integer_spellings(value: int) -> Iterator[str]:
    """With zeros in front, or a plus."""
    sign, bare = ("-", str(-value)) if value < 0 else ("", str(value))
    yield from (sign + bare.zfill(width) for width in range(len(bare) + 1, 21))
    if not sign:
        yield f"+{bare}"


def whole(value: Any) -> int | None:
    """The int that a program means: an int, an integral Decimal, anything with ``__index__``.

    A bool, a float (not exact above 2**53) and text are none.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        integral = value.is_finite() and abs(value.adjusted()) < 4300
        return int(value) if integral and value == value.to_integral_value() else None
    index = getattr(value, "__index__", None)
    return None if index is None else int(index())


def decimal_kind(limits: Limits) -> Kind:
    """xsd:decimal (3.2.3), exact. Writes Decimal, int, and a finite float by its shortest text."""
    cap = digit_cap(limits)
    expected = "a decimal number such as -12.50"

    def is_short(text: str) -> bool:
        """Whether str() of a Decimal is a decimal numeral of XSD within the limit."""
        return len(text) < cap and "E" not in text and "N" not in text and "I" not in text

    def parse(text: str, namespaces: Namespaces | None = None) -> Decimal:
        bare = text.replace(".", "", 1)
        if not (bare.isdigit() and text.isascii()):
            text = text.strip(XML_SPACE)
            if not _DECIMAL(text):
                raise refused("decimal", expected, text)
            bare = text.lstrip("+-").replace(".", "", 1)
        if len(bare) > cap:
            raise ValueRefused("digits", f"at most {cap} digits", text)
        return Decimal(text)

    def column(texts: Sequence[str]) -> list[Decimal]:
        check_digits(texts, cap)
        return list(map(Decimal, texts, repeat(_STRICT)))

    def coerce(value: Any) -> Decimal:
        if type(value) is Decimal and is_short(str(value)):
            return value
        value = unwrapped(value)
        if isinstance(value, float):
            value = float.__repr__(value)
        elif isinstance(value, bool) or not isinstance(value, (Decimal, int)):
            number = whole(value)
            if number is None:
                raise refused("decimal", "a finite Decimal, int or float", value)
            value = number
        result = Decimal(value)
        if not result.is_finite():
            raise refused("decimal", "a finite Decimal, int or float", value)
        if not -cap <= result.adjusted() < cap or -int(result.as_tuple().exponent) > cap:
            raise ValueRefused("digits", f"at most {cap} digits", "a longer number")
        return result

    def write(value: Any, prefix_for: PrefixFor | None = None) -> str:
        text = str(value)
        return format(value, "f") if "E" in text else text

    def format_decimal(value: Any, prefix_for: PrefixFor | None = None) -> str:
        if type(value) is Decimal:
            text = str(value)
            if len(text) < cap and "E" not in text and "N" not in text and "I" not in text:
                return text  # what is_short says, with a call less
        return write(coerce(value))

    return make_kind(
        "decimal", parse, coerce, write, (Decimal,), format=format_decimal,
        canonical=canonical_decimal, spellings=decimal_spellings, ordered=True, digits=True,
        column=column,
    )  # fmt: skip


def canonical_decimal(value: Any, prefix_for: PrefixFor | None = None) -> str:
    """The canonical form of a decimal: always with a point (3.2.3.2)."""
    sign, whole_part, fraction = decimal_parts(value)
    sign = sign if whole_part or fraction else ""
    return f"{sign}{whole_part or '0'}.{fraction or '0'}"


def decimal_spellings(value: Decimal) -> Iterator[str]:
    """Without a fraction, or with zeros after it."""
    sign, whole_part, fraction = decimal_parts(value)
    if not fraction:
        yield sign + (whole_part or "0")
    for width in range(max(1, len(fraction)), 13):
        yield f"{sign}{whole_part or '0'}.{fraction.ljust(width, '0')}"


def decimal_parts(value: Decimal | int) -> tuple[str, str, str]:
    """Sign, digits before and digits after the point, without zeros that carry nothing.

    >>> decimal_parts(Decimal("-0012.50"))
    ('-', '12', '5')
    """
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    sign, bare = ("-", text[1:]) if text[0] == "-" else ("", text)
    whole_part, _, fraction = bare.partition(".")
    return sign, whole_part.lstrip("0"), fraction.rstrip("0")


def _single(value: float) -> float:
    """The nearest single precision number, infinite on overflow."""
    try:
        return float(_SINGLE.unpack(_SINGLE.pack(value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _shortest(single: float) -> float:
    """The double of the shortest decimal that names a finite single precision number."""
    for digits in range(6 if abs(single) >= _SINGLE_NORMAL else 1, 9):
        value = float(f"{single:.{digits}g}")
        if _single(value) == single:
            return value
    return float(f"{single:.9g}")


def single_from_text(text: str) -> float:
    """A text of xsd:float, rounded once to single precision, as the Python value for it.

    >>> single_from_text("0.1"), single_from_text("16777217"), single_from_text("1e39")
    (0.1, 16777216.0, inf)
    """
    value = float(text)
    if len(text) <= 6 + ("." in text) and "e" not in text and "E" not in text:
        return value  # six digits always survive single precision
    if not math.isfinite(value):
        return value
    single = _single(value)
    mirrored = 2 * value - single
    if single != value and _single(mirrored) == mirrored:
        # halfway between two singles, or at the edge of infinity: the digits that the double
        # could not hold decide
        side = compare_exactly(text, value)
        single = _single(math.nextafter(value, side * math.inf)) if side else single
    return _shortest(single) if math.isfinite(single) else single


def compare_exactly(text: str, value: float) -> int:
    """-1, 0 or 1 as the number that a text spells is less than, equal to or more than a double.

    >>> compare_exactly("0.1", 0.1)
    -1
    """
    exact, double = Decimal(text), Decimal(value)
    return (exact > double) - (exact < double)


def single_from_float(value: float) -> float:
    """A Python float rounded to single precision, as the Python value for it."""
    single = _single(value) if math.isfinite(value) else value
    return _shortest(single) if math.isfinite(single) else single


def write_float(value: Any, prefix_for: PrefixFor | None = None) -> str:
    """The shortest text that reads back as the same float."""
    text = float.__repr__(value)
    return text if text[-1].isdigit() else _SPECIAL_TEXT[text]


def canonical_float(value: Any, prefix_for: PrefixFor | None = None) -> str:
    """The canonical form of a float or double: one digit, point, digits, E (3.2.4.2)."""
    if not math.isfinite(value):
        return write_float(value)
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    number = "".join(map(str, digits)).rstrip("0")
    if not number:
        return "0.0E0"
    point = int(exponent) + len(digits) - 1
    return f"{'-' if sign else ''}{number[0]}.{number[1:] or '0'}E{point}"


def float_kind(name: str, limits: Limits) -> Kind:
    """xsd:float or xsd:double (3.2.4, 3.2.5): INF, -INF, NaN; texts round to the nearest value.

    Writes float, int and Decimal that are in range; the text is the shortest that comes back.
    """
    read, settle, sure = _FLOAT_WAYS[name]
    expected = "a number such as -1.5E3, INF, -INF or NaN"

    def parse(text: str, namespaces: Namespaces | None = None) -> float:
        # digits and one point are what most are: sooner seen than matched
        usual = text.replace(".", "", 1).isdigit() and text.isascii()
        if not usual and not _FLOAT(text):
            text = text.strip(XML_SPACE)
            if text in _SPECIAL:
                return _SPECIAL[text]
            if not _FLOAT(text):
                raise refused(name, expected, text)
        return read(text)

    def column(texts: Sequence[str]) -> list[float]:
        check_digits(texts, limits.digits)
        return list(map(read, texts))

    def coerce(value: Any) -> float:
        value = unwrapped(value)
        if isinstance(value, bool) or not isinstance(value, (float, int, Decimal)):
            raise refused(name, "a float, int or Decimal", value)
        try:
            number = settle(float(value))
        except (OverflowError, ValueError):
            number = math.inf
        if math.isinf(number) and value not in (math.inf, -math.inf):
            raise refused(name, f"a number in the range of {name}", value)
        return number

    def format(value: Any, prefix_for: PrefixFor | None = None) -> str:
        if type(value) is float:
            text = repr(value)
            if len(text) <= sure and text[-1].isdigit() and "e" not in text:
                return text
        return write_float(coerce(value))

    def spellings(value: float) -> Iterator[str]:
        yield canonical_float(value)
        if math.isfinite(value):
            plain = Decimal(repr(value))
            yield from (f"{plain:f}", f"{plain:f}".removesuffix(".0"))

    return make_kind(
        name, parse, coerce, write_float, (float,), format=format, canonical=canonical_float,
        spellings=spellings, ordered=True, column=column,
    )  # fmt: skip


#: How a text and a Python float become a value, and up to which length repr(), which has a
#: point, is right: a single by its six digits.
_FLOAT_WAYS: dict[str, tuple[Callable[[str], float], Callable[[float], float], int]] = {
    "float": (single_from_text, single_from_float, 7),
    "double": (float, float, 30),
}
