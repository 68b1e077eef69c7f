"""The constraining facets of XSD 1.0 (part 2, 4.3): how steps merge, what they check.

`Facets` is the sum of a whole derivation chain. A step that breaks the rules of derivation
(wider than its base, not for this type, not readable) is left out and reported; real contracts
have all of these, and values are judged by what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from ZSI.errors import Finding, ValueRefused, quote
from ZSI.TC.compare import compare, value_key
from ZSI.TC.lexical import NORMALIZE, WHITE_SPACE_ORDER, Check, Formatter, Kind, WhiteSpace
from ZSI.TC.numeric import decimal_parts

#: XSD's facet names and the fields of `Facets` that hold them.
FIELDS = {
    "length": "length",
    "minLength": "min_length",
    "maxLength": "max_length",
    "totalDigits": "total_digits",
    "fractionDigits": "fraction_digits",
    "minInclusive": "min_inclusive",
    "minExclusive": "min_exclusive",
    "maxInclusive": "max_inclusive",
    "maxExclusive": "max_exclusive",
}
_COUNTS = frozenset(["length", "minLength", "maxLength", "totalDigits", "fractionDigits"])
_DIGITS = frozenset(["totalDigits", "fractionDigits"])
_LOWER = ("min_inclusive", "min_exclusive")
_UPPER = ("max_inclusive", "max_exclusive")


@dataclass(frozen=True, slots=True)
class Facets:
    """All facets in force, those of the base types included; None where there is none.

    Bounds are values, of each pair (inclusive, exclusive) at most one. ``patterns`` has one group
    a derivation step: one pattern of every group must match. ``enumeration`` has the lexical
    forms, ``enumeration_values`` their values.
    """

    length: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None
    min_inclusive: Any = None
    min_exclusive: Any = None
    max_inclusive: Any = None
    max_exclusive: Any = None
    patterns: tuple[tuple[str, ...], ...] = ()
    enumeration: tuple[str, ...] | None = None
    enumeration_values: tuple[Any, ...] | None = None
    white_space: WhiteSpace = "preserve"


NO_FACETS = Facets()


class Merge:
    """One derivation step being added to the facets of its base type.

    Args:
        base: the facets of the base type.
        kind: what the base type is made of.
        read: reads a lexical form as a value of the base type (facets checked); `ValueRefused`.
        coerce: takes a Python value as one of the base type; `ValueRefused`.

    Attributes:
        facets: the sum, as far as it goes.
        findings: what was left out, and why.
    """

    def __init__(
        self, base: Facets, kind: Kind, read: Callable[[str], Any], coerce: Callable[[Any], Any]
    ) -> None:
        self.facets = base
        self.kind = kind
        self.read = read
        self.coerce = coerce
        self.findings: list[Finding] = []

    def add(self, name: str, given: Any) -> None:
        """Add one facet by its XSD name; lexical form, or value for bounds and counts.

        Raises:
            TypeError: there is no facet of this name.
        """
        if name in FIELDS:
            self._add_single(name, given)
        elif name == "pattern":
            group = (given,) if isinstance(given, str) else tuple(given)
            if group:
                self.facets = replace(self.facets, patterns=(*self.facets.patterns, group))
        elif name == "enumeration":
            self._add_enumeration((given,) if isinstance(given, str) else tuple(given))
        elif name == "whiteSpace":
            self._add_white_space(given)
        else:
            raise TypeError(f"XSD has no facet {name!r}")

    def _set(self, fields: dict[str, Any]) -> None:
        self.facets = replace(self.facets, **fields)

    def leave_out(self, name: str, given: Any, why: str) -> None:
        """Report a facet that does not count."""
        self.findings.append(Finding(name, f"{name}={quote(given)} does not count: {why}"))

    def _applies(self, name: str) -> bool:
        if name in _DIGITS:
            return self.kind.digits
        return self.kind.unit is not None if name in _COUNTS else self.kind.ordered

    def _add_single(self, name: str, given: Any) -> None:
        if not self._applies(name):
            self.leave_out(name, given, f"it is no facet of {self.kind.name}")
            return
        if name in _COUNTS:
            self._add_count(name, given)
        else:
            self._add_bound(name, given)

    def _add_count(self, name: str, given: Any) -> None:
        text = str(given).strip(" \t\r\n").removeprefix("+")
        if not (text.isascii() and text.isdigit()) or len(text) > 18:
            self.leave_out(name, given, "expected a number of 0 or more")
            return
        field, number = FIELDS[name], int(text)
        old = getattr(self.facets, field)
        if old is not None and _widens(name, number, old):
            self.leave_out(name, given, f"the base type has {name}={old}")
        else:
            self._set({field: number})

    def _add_bound(self, name: str, given: Any) -> None:
        field = FIELDS[name]
        pair, tighter = (_LOWER, 1) if field in _LOWER else (_UPPER, -1)
        kind = self.kind
        try:
            value = kind.parse(given) if isinstance(given, str) else kind.coerce(given)
        except ValueRefused as refusal:
            self.leave_out(name, given, f"expected {refusal.expected}")
            return
        for other in pair:
            old = getattr(self.facets, other)
            if old is None:
                continue
            order = compare(value, old)
            loosens = other.endswith("exclusive") and field != other
            if order != tighter and (order != 0 or loosens):
                self.leave_out(name, given, "it is wider than the bound of the base type")
                return
        self._set({**dict.fromkeys(pair), field: value})

    def _add_enumeration(self, given: tuple[Any, ...]) -> None:
        texts, values = [], []
        normalize = NORMALIZE[self.facets.white_space]
        for item in given:
            try:
                value = self.read(item) if isinstance(item, str) else self.coerce(item)
                values.append(normalize(value) if isinstance(value, str) else value)
                texts.append(item if isinstance(item, str) else self.kind.write(value))
            except ValueRefused as refusal:
                self.leave_out("enumeration", item, f"the base type refuses it: {refusal.expected}")
        if given:
            self.facets = replace(
                self.facets, enumeration=tuple(texts), enumeration_values=tuple(values)
            )

    def _add_white_space(self, given: str) -> None:
        if given not in WHITE_SPACE_ORDER:
            self.leave_out("whiteSpace", given, "expected preserve, replace or collapse")
            return
        base = self.facets.white_space
        if WHITE_SPACE_ORDER.index(given) < WHITE_SPACE_ORDER.index(base):
            self.leave_out("whiteSpace", given, f"the base type has {base}")
            return
        self.facets = replace(self.facets, white_space=given)


def _widens(name: str, number: int, old: int) -> bool:
    """Whether a count allows more than the base type's."""
    if name == "length":
        return number != old
    return number < old if name == "minLength" else number > old


def value_checks(facets: Facets, inherent: Facets, kind: Kind) -> tuple[Check, ...]:
    """The checks that the value must pass, cheapest first; patterns not among them.

    Args:
        facets: all that are in force.
        inherent: those that ``kind`` checks by itself.
        kind: what the type is made of.
    """

    def new(field: str) -> Any:
        value = getattr(facets, field)
        return None if value is getattr(inherent, field) else value

    found: list[Check] = []
    if kind.unit is not None:
        found += _length_checks(new("length"), new("min_length"), new("max_length"), kind.unit)
    found += _bound_checks(new, kind)
    if new("total_digits") is not None:
        found.append(_total_digits(facets.total_digits or 0))
    if new("fraction_digits") is not None:
        found.append(_fraction_digits(facets.fraction_digits or 0))
    if facets.enumeration_values is not None and facets.enumeration is not None:
        found.append(_enumeration(facets.enumeration, facets.enumeration_values))
    return tuple(found)


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _length_checks(
    exact: int | None, least: int | None, most: int | None, unit: str
) -> Iterator[Check]:
    if exact is not None:
        wanted = exact

        def check_length(value: Any) -> None:
            if len(value) != wanted:
                raise ValueRefused("length", f"exactly {_plural(wanted, unit)}", value)

        yield check_length
    if least:
        low = least

        def check_min_length(value: Any) -> None:
            if len(value) < low:
                raise ValueRefused("minLength", f"at least {_plural(low, unit)}", value)

        yield check_min_length
    if most is not None:
        high = most

        def check_max_length(value: Any) -> None:
            if len(value) > high:
                raise ValueRefused("maxLength", f"at most {_plural(high, unit)}", value)

        yield check_max_length


#: By bound: the order of value to bound that is right, whether equal is, and the words.
_BOUNDS = {
    "min_inclusive": ("minInclusive", 1, True, "at least"),
    "min_exclusive": ("minExclusive", 1, False, "more than"),
    "max_inclusive": ("maxInclusive", -1, True, "at most"),
    "max_exclusive": ("maxExclusive", -1, False, "less than"),
}


def _bound_checks(new: Callable[[str], Any], kind: Kind) -> Iterator[Check]:
    for field, (rule, side, inclusive, words) in _BOUNDS.items():
        bound = new(field)
        if bound is not None:
            expected = f"{words} {kind.write(bound)}"
            yield _bound_check(rule, bound, side, inclusive, expected, kind.write)


def _bound_check(
    rule: str, bound: Any, side: int, inclusive: bool, expected: str, write: Formatter
) -> Check:
    right = (side, 0) if inclusive else (side,)
    if isinstance(bound, (int, Decimal, float)) and bound == bound:
        return _number_check(rule, bound, expected, write)

    def check_bound(value: Any) -> None:
        if compare(value, bound) not in right:
            raise ValueRefused(rule, expected, write(value))

    return check_bound


_IN_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "minInclusive": ge, "minExclusive": gt, "maxInclusive": le, "maxExclusive": lt,
}  # fmt: skip


def _number_check(rule: str, bound: Any, expected: str, write: Formatter) -> Check:
    """The same for a number, without detour; NaN stands in no order to it and is refused."""
    is_right = _IN_BOUNDS[rule]

    def check_number(value: Any) -> None:
        if not is_right(value, bound):
            raise ValueRefused(rule, expected, write(value))

    return check_number


def _total_digits(most: int) -> Check:
    def check_total_digits(value: Any) -> None:
        _, whole, fraction = decimal_parts(value)
        if len(whole) + len(fraction) > most:
            raise ValueRefused("totalDigits", f"at most {_plural(most, 'digit')}", str(value))

    return check_total_digits


def _fraction_digits(most: int) -> Check:
    def check_fraction_digits(value: Any) -> None:
        if len(decimal_parts(value)[2]) > most:
            raise ValueRefused(
                "fractionDigits", f"at most {_plural(most, 'digit')} after the point", str(value)
            )

    return check_fraction_digits


def _enumeration(texts: tuple[str, ...], values: tuple[Any, ...]) -> Check:
    keys = frozenset(map(value_key, values))
    shown = ", ".join(map(quote, texts[:10])) + (
        f" and {len(texts) - 10} others" if len(texts) > 10 else ""
    )
    expected = f"one of {shown}" if texts else "nothing: the base type refuses what is enumerated"

    def check_enumeration(value: Any) -> None:
        if value_key(value) not in keys:
            raise ValueRefused("enumeration", expected, value)

    return check_enumeration
