"""Tests of values of simple types."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import ZSIException
from ZSI.samples.leaves import NOON, NoSample, Source, sample_value
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.simple import SimpleType, list_of, union_of

SOURCES = (Source(), *(Source(seed, chance=True) for seed in range(8)))


class LeafTests(SynchronousTestCase):
    """Values that write and read back."""

    def sampled(self, simple: SimpleType, name: str = "x") -> list[Any]:
        """A value by each source, each judged by the type."""
        found = []
        for source in SOURCES:
            value = sample_value(simple, name, f"/{name}", source)
            used: dict[str | None, str] = {}
            text = simple.format(value, lambda uri, used=used: used.setdefault("p", uri) and "p")  # type: ignore[misc]  # used is bound
            self.assertEqual(simple.parse(text, used), value)
            found.append(value)
        return found

    def restricted(self, base: str, **facets: Any) -> SimpleType:
        return BUILTIN[base].restrict(None, **facets)

    def test_builtins(self) -> None:
        for name, simple in BUILTIN.items():
            if name not in ("NOTATION",):
                self.sampled(simple, name)

    def test_chance_varies(self) -> None:
        for name in ("string", "int", "decimal", "double", "dateTime", "anyURI", "duration"):
            self.assertGreater(len(set(map(str, self.sampled(BUILTIN[name])))), 2, name)

    def test_bounds(self) -> None:
        for base, facets in (
            ("int", {"minInclusive": 7, "maxInclusive": 9}), ("int", {"minExclusive": 7}),
            ("int", {"maxExclusive": "-50"}),
            ("decimal", {"minExclusive": "0", "maxExclusive": "0.1"}),
            ("decimal", {"totalDigits": 3, "fractionDigits": 2, "minInclusive": "1.5"}),
            ("decimal", {"totalDigits": 1, "minInclusive": "-9", "maxInclusive": "-1"}),
            ("double", {"minExclusive": "1", "maxInclusive": "1.5"}),
            ("double", {"minExclusive": "1", "maxExclusive": "1.0000000001"}),
            ("double", {"maxExclusive": "-1e300"}), ("float", {"minInclusive": "INF"}),
            ("date", {"minInclusive": "1990-01-01", "maxInclusive": "1990-01-02"}),
            ("dateTime", {"maxExclusive": "1900-01-01T00:00:00Z"}),
            ("time", {"minExclusive": "23:59:58"}),
            ("duration", {"minInclusive": "P9Y"}), ("gYear", {"maxInclusive": "1999"}),
            ("unsignedByte", {"minExclusive": "254"}), ("negativeInteger", {}),
        ):  # fmt: skip
            self.sampled(self.restricted(base, **facets))

    def test_lengths(self) -> None:
        for base, facets in (
            ("string", {"length": 3}), ("string", {"minLength": 50}), ("string", {"maxLength": 1}),
            ("token", {"length": 30}), ("NCName", {"maxLength": 2}), ("hexBinary", {"length": 5}),
            ("base64Binary", {"minLength": 9, "maxLength": 9}), ("anyURI", {"maxLength": 4}),
            ("string", {"maxLength": 0}), ("language", {"length": 2}), ("NMTOKENS", {"length": 3}),
        ):  # fmt: skip
            self.sampled(self.restricted(base, **facets), "someName")

    def test_patterns(self) -> None:
        for base, facets in (
            ("string", {"pattern": ["[A-Z]{3}"]}), ("string", {"pattern": ["a+", "[0-9]+"]}),
            ("int", {"pattern": ["[0-9]{4}"]}), ("int", {"pattern": ["0[0-9]{3}"]}),
            ("decimal", {"pattern": [r"\d{2}\.\d{2}"]}),
            ("string", {"pattern": ["[a-z]*"], "length": 37}),
            ("string", {"pattern": ["[a-z]*"], "minLength": 300}), ("token", {"pattern": [r"\S+"]}),
            ("string", {"pattern": ["([0-9]{3}-){2}[0-9]{4}"], "maxLength": 12}),
            ("date", {"pattern": ["2026-.*"]}), ("boolean", {"pattern": ["true"]}),
            ("anyURI", {"pattern": ["urn:uuid:[0-9a-f]{8}"]}),
            ("hexBinary", {"pattern": ["[0-9A-F]{6}"]}),
            ("string", {"pattern": [r"\w+@\w+\.\w+"], "maxLength": 30}),
        ):  # fmt: skip
            self.sampled(self.restricted(base, **facets))

    def test_steps_of_patterns(self) -> None:
        """One pattern of every step."""
        simple = self.restricted("string", pattern=["[A-Z]+"]).restrict(
            None, pattern=[".{4}", ".{6}"]
        )
        for value in self.sampled(simple):
            self.assertRegex(value, "^[A-Z]{4}([A-Z]{2})?$")

    def test_plausible_where_the_pattern_takes_it(self) -> None:
        simple = self.restricted("string", pattern=[r"[^@]+@[^@]+"])
        self.assertEqual(sample_value(simple, "email", "/e", Source()), "ada.lovelace@example.com")

    def test_enumerations(self) -> None:
        simple = self.restricted("string", enumeration=["b", "a", "c"])
        self.assertEqual(sample_value(simple, "x", "/x", Source()), "b")
        self.assertEqual(set(self.sampled(simple)), {"a", "b", "c"})
        numbers = self.restricted("decimal", enumeration=["1.50", "2"], maxInclusive="1.7")
        self.assertEqual(sample_value(numbers, "x", "/x", Source()), Decimal("1.5"))

    def test_lists_and_unions(self) -> None:
        for value in self.sampled(list_of(BUILTIN["string"]), "full name"):
            self.assertTrue(all(" " not in item for item in value))
        self.sampled(list_of(BUILTIN["int"], length=4))
        self.sampled(union_of([BUILTIN["int"], self.restricted("string", enumeration=["all"])]))
        hard = union_of([self.restricted("string", pattern=["a"], length=2), BUILTIN["int"]])
        self.assertIsInstance(sample_value(hard, "x", "/x", Source()), int)

    def test_dates_near_the_clock(self) -> None:
        now = datetime(2031, 5, 6, 7, 8, 9, 123, tzinfo=UTC)
        value = sample_value(BUILTIN["dateTime"], "created", "/x", Source(now=now))
        self.assertTrue(timedelta(0) < now - value < timedelta(days=40))
        self.assertEqual(value.microsecond, 0)
        later = sample_value(BUILTIN["date"], "dueDate", "/x", Source(now=now))
        self.assertGreater(later, now.date())
        naive = sample_value(BUILTIN["dateTime"], "x", "/x", Source(now=now.replace(tzinfo=None)))
        self.assertIsNone(naive.tzinfo)
        self.assertEqual(sample_value(BUILTIN["dateTime"], "x", "/x", Source()), NOON)

    def test_identifiers_differ_by_path(self) -> None:
        found = {sample_value(BUILTIN["ID"], "id", f"/item[{n}]/@id", Source()) for n in range(50)}
        self.assertEqual(len(found), 50)

    def test_prefixes_that_a_pattern_takes(self) -> None:
        """Whoever writes a QName chooses its prefix: a letter and a number."""
        self.sampled(self.restricted("QName", pattern=["[a-z]+[0-9]?:x"]), "x")
        letters = self.restricted("QName", pattern=["[a-z]+:[a-z]+"])
        self.assertRaises(NoSample, sample_value, letters, "x", "/x", Source())

    def test_union_with_a_pattern(self) -> None:
        union = union_of([BUILTIN["int"], BUILTIN["string"]])
        for value in self.sampled(union.restrict(None, pattern=["[A-Z]{3}-[0-9]"])):
            self.assertRegex(value, "^[A-Z]{3}-[0-9]$")

    def test_nothing_fits(self) -> None:
        impossible = self.restricted("string", pattern=["[A-Z]{9}"], maxLength=3)
        error = self.assertRaises(NoSample, sample_value, impossible, "x", "/a/x", Source())
        self.assertIn("/a/x", str(error))
        self.assertIn("pattern '[A-Z]{9}'", str(error))
        self.assertIsInstance(error, ZSIException)

    @given(st.integers(-(10**9), 10**9), st.integers(0, 10**6), st.integers(0, 99))
    @settings(deadline=None, max_examples=50)
    def test_any_range(self, low: int, width: int, seed: int) -> None:
        simple = self.restricted("integer", minInclusive=low, maxInclusive=low + width)
        value = sample_value(simple, "count", "/c", Source(seed, chance=True))
        self.assertTrue(low <= value <= low + width)
