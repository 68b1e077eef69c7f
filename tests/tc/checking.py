"""What the tests of simple types share: assertions, and hypothesis strategies for values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import ValueRefused
from ZSI.names import QName
from ZSI.TC.lexical import collapse_space, replace_space
from ZSI.TC.numeric import INTEGER_RANGES, single_from_float
from ZSI.TC.times import (
    Date,
    DateTime,
    Duration,
    GDay,
    GMonth,
    GMonthDay,
    GYear,
    GYearMonth,
    Time,
)

#: Every property here is quick; the clock of a shared machine is no reason to fail.
quick = settings(deadline=None, max_examples=60)
few = settings(deadline=None, max_examples=25)

NAMESPACES = {None: "urn:default", "p": "urn:p", "q": "urn:q"}


def prefix_for(uri: str) -> str:
    """The prefix of `NAMESPACES` for a namespace."""
    return next(prefix or "" for prefix, known in NAMESPACES.items() if known == uri)


class SimpleTypeCase(SynchronousTestCase):
    """A test case that knows what a refusal looks like."""

    def refused(self, call: Callable[..., Any], *args: Any, rule: str, says: str = "") -> None:
        """``call(*args)`` is refused by this rule, with these words."""
        refusal = self.assertRaises(ValueRefused, call, *args)
        self.assertEqual(refusal.rule, rule, str(refusal))
        self.assertIn(says, str(refusal))


zones = st.one_of(
    st.just(UTC),
    st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
some_zone = st.one_of(st.none(), zones)
years = st.one_of(st.integers(1, 9999), st.integers(-20_000, 20_000).filter(bool))
seconds = st.one_of(
    st.integers(0, 59).map(Decimal),
    st.decimals(min_value=0, max_value="59.9999999999", places=10),
)
hours, minutes = st.integers(0, 23), st.integers(0, 59)
days, months = st.integers(1, 28), st.integers(1, 12)
counts = st.one_of(st.just(0), st.integers(0, 400), st.integers(0, 10**25))

characters = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\t\n"
)
texts = st.text(characters, max_size=20)
ncnames = st.builds(
    str.__add__,
    st.sampled_from("abcXYZ_éñ中Ω"),
    st.text(st.sampled_from("abc019.-_é·\u0300"), max_size=8),
)
uris = st.sampled_from(
    [
        "", "urn:x:y", "http://example.org/%2F?a=%26#f", "http://[::1]:80/x", "../a b", "é/ü",
        "mailto:a@b.example", "?q", "#", "C:\\dir", "{braces}",
    ]
)  # fmt: skip
finite = st.decimals(allow_nan=False, allow_infinity=False).filter(
    lambda number: abs(number.adjusted()) < 60
)


def moments(with_day: bool = True) -> st.SearchStrategy[Any]:
    """DateTime or Time values, 24:00:00 among them."""
    late = st.tuples(st.just(24), st.just(0), st.just(Decimal(0)), some_zone)
    clock = st.one_of(st.tuples(hours, minutes, seconds, some_zone), late)
    if not with_day:
        return clock.map(lambda parts: Time(*parts))
    return st.builds(lambda y, m, d, parts: DateTime(y, m, d, *parts), years, months, days, clock)


durations = st.builds(
    Duration, counts, counts, counts, counts, counts,
    st.one_of(st.just(Decimal(0)), st.decimals(0, 10**9, places=9)), st.booleans(),
)  # fmt: skip

#: For every built-in type a strategy for its values, those of the value model.
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "anySimpleType": texts,
    "string": texts,
    "normalizedString": texts.map(replace_space),
    "token": texts.map(collapse_space),
    "language": st.from_regex(r"[a-z]{1,8}(-[a-zA-Z0-9]{1,8}){0,2}", fullmatch=True),
    "NMTOKEN": st.text(st.sampled_from("abc019.-_:é·"), min_size=1, max_size=8),
    "Name": ncnames.map(lambda name: f"{name}:{name}"),
    "boolean": st.booleans(),
    "decimal": finite,
    "float": st.floats(allow_nan=True).map(single_from_float),
    "double": st.floats(),
    "duration": durations,
    "dateTime": st.one_of(
        st.datetimes(timezones=zones), st.datetimes(), moments().filter(lambda m: not m.plain())
    ),
    "time": st.one_of(
        st.times(), st.times(timezones=zones), moments(False).filter(lambda m: not m.plain())
    ),
    "date": st.one_of(
        st.dates(), st.builds(Date, years, months, days, zones),
        st.builds(Date, st.integers(10_000, 99_999), months, days),
    ),
    "gYearMonth": st.builds(GYearMonth, years, months, some_zone),
    "gYear": st.builds(GYear, years, some_zone),
    "gMonthDay": st.builds(GMonthDay, months, days, some_zone),
    "gDay": st.builds(GDay, st.integers(1, 31), some_zone),
    "gMonth": st.builds(GMonth, months, some_zone),
    "hexBinary": st.binary(max_size=20),
    "base64Binary": st.binary(max_size=20),
    "anyURI": uris,
    **dict.fromkeys(("NCName", "ID", "IDREF", "ENTITY"), ncnames),
    **dict.fromkeys(("IDREFS", "ENTITIES"), st.lists(ncnames, min_size=1, max_size=4)),
    "NMTOKENS": st.lists(st.sampled_from(["a", "1", "-", "é:"]), min_size=1, max_size=4),
    **dict.fromkeys(
        ("QName", "NOTATION"),
        st.builds(QName, st.sampled_from(["urn:default", "urn:p", "urn:q"]), ncnames),
    ),
    **{
        name: st.one_of(
            st.integers(low, high),
            st.integers(
                low if low is not None else (high or 0) - 200,
                high if high is not None else (low or 0) + 200,
            ),
        )
        for name, (low, high) in INTEGER_RANGES.items()
    },
}  # fmt: skip
