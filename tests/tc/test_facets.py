"""Every facet at its boundary, on parse and on format; how steps of derivation add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.tc.checking import SimpleTypeCase, quick
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.facets import FIELDS, NO_FACETS, Facets, Merge
from ZSI.TC.simple import SimpleType, list_of
from ZSI.TC.times import Duration, GYear

#: Type, facet, its value, texts that it lets pass, texts that it refuses, words of the refusal.
BOUNDARIES: tuple[tuple[str, str, Any, Sequence[str], Sequence[str], str], ...] = (
    ("string", "length", "2", ["ab", "é\U00010000"], ["a", "abc", ""], "exactly 2 characters"),
    ("string", "minLength", "1", ["a", " "], [""], "at least 1 character"),
    ("string", "maxLength", "2", ["", "ab"], ["abc"], "at most 2 characters"),
    ("token", "length", "1", [" a "], ["a b"], "exactly 1 character"),
    ("anyURI", "maxLength", "3", ["%41"], ["%41a"], "at most 3 characters"),
    ("hexBinary", "minLength", "2", ["0000"], ["00"], "at least 2 octets"),
    ("base64Binary", "maxLength", "1", ["A A = ="], ["AAA="], "at most 1 octet"),
    ("NMTOKENS", "length", "2", [" a  b "], ["a", "a b c"], "exactly 2 items"),
    ("int", "minInclusive", "-3", ["-3", "9"], ["-4"], "at least -3"),
    ("int", "minExclusive", "-3", ["-2"], ["-3"], "more than -3"),
    ("int", "maxInclusive", "3", ["3"], ["4"], "at most 3"),
    ("int", "maxExclusive", "3", ["2"], ["3"], "less than 3"),
    ("decimal", "maxInclusive", "1.50", ["1.5", "-9"], ["1.5000001"], "at most 1.50"),
    ("decimal", "minExclusive", "0", ["0.0001"], ["0.000"], "more than 0"),
    ("double", "maxExclusive", "INF", ["1e308"], ["INF", "NaN"], "less than INF"),
    ("float", "minInclusive", "0.1", ["0.1", "0.100000001"], ["0.09999999", "NaN"], "at least 0.1"),
    ("double", "minInclusive", "NaN", ["NaN"], ["1", "INF"], "at least NaN"),
    ("dateTime", "minInclusive", "2024-01-01T00:00:00Z", ["2024-01-01T02:00:00+02:00"],
     ["2023-12-31T23:59:59Z", "2024-01-01T00:00:00"], "at least 2024-01-01T00:00:00Z"),
    ("dateTime", "maxExclusive", "2024-01-02T00:00:00", ["2024-01-01T23:59:59.9999999"],
     ["2024-01-01T24:00:00"], "less than 2024-01-02T00:00:00"),
    ("date", "maxInclusive", "2024-01-31", ["2024-01-31", "2024-01-29Z"], ["2024-02-01",
     "2024-01-31Z"], "at most 2024-01-31"),
    ("time", "minExclusive", "12:00:00", ["12:00:00.0000001"], ["12:00:00"], "more than 12:00:00"),
    ("gYear", "minInclusive", "-0044", ["-0044", "0001"], ["-0045"], "at least -0044"),
    ("gYearMonth", "maxInclusive", "2024-05", ["2024-05"], ["2024-06"], "at most 2024-05"),
    ("gMonthDay", "minInclusive", "--02-29", ["--03-01"], ["--02-28"], "at least --02-29"),
    ("gDay", "maxExclusive", "---31", ["---30"], ["---31"], "less than ---31"),
    ("gMonth", "minExclusive", "--11", ["--12"], ["--11"], "more than --11"),
    ("duration", "minInclusive", "P1M", ["P1M", "P32D"], ["P27D", "P30D"], "at least P1M"),
    ("duration", "maxExclusive", "P1D", ["PT23H59M59.999S"], ["PT24H", "P1D"], "less than P1D"),
    ("decimal", "totalDigits", "3", ["123", "0.12", "0012.30", "0.001"],
     ["1234", "0.0001", "12.34"],     "at most 3 digits"),
    ("integer", "totalDigits", "1", ["-9", "0", "007"], ["10"], "at most 1 digit"),
    ("decimal", "fractionDigits", "1", ["1.5", "1.50", "9999"], ["1.55"],
     "at most 1 digit after the point"),
    ("decimal", "fractionDigits", "0", ["1.0", "7"], ["0.1"], "at most 0 digits after the point"),
    ("decimal", "enumeration", ["1.0", "2"], ["1", "1.000", "2.0"], ["3"], "one of '1.0', '2'"),
    ("double", "enumeration", ["NaN", "0"], ["NaN", "-0"], ["1"], "one of 'NaN', '0'"),
    ("string", "enumeration", ["a", "b "], ["a", "b "], ["b", " a", "A"], "one of 'a', 'b '"),
    ("token", "enumeration", [" a  b "], ["a b", "a  b"], ["ab"], "one of ' a  b '"),
    ("boolean", "enumeration", ["true"], ["1", "true"], ["0"], "one of 'true'"),
    ("hexBinary", "enumeration", ["ab"], ["AB"], ["AA"], "one of 'ab'"),
    ("dateTime", "enumeration", ["2024-01-01T00:00:00Z"], ["2023-12-31T24:00:00Z",
     "2024-01-01T01:00:00+01:00"], ["2024-01-01T00:00:00"], "one of '2024-01-01T00:00:00Z'"),
    ("duration", "enumeration", ["P1Y"], ["P12M"], ["P365D"], "one of 'P1Y'"),
    ("NMTOKENS", "enumeration", ["a b"], [" a  b"], ["b a", "a"], "one of 'a b'"),
    ("int", "pattern", ["[0-9]{2}", "-1"], ["12", " 12 ", "-1"], ["1", "012"],
     "'[0-9]{2}' or '-1'"),
    ("string", "pattern", "a b", ["a b"], ["a  b", " a b"], "'a b'"),
    ("NMTOKENS", "pattern", "a.b", ["a b", " a  b "], ["a b c"], "'a.b'"),
    ("string", "whiteSpace", "replace", ["a\tb"], [], ""),
)  # fmt: skip


class BoundaryTests(SimpleTypeCase):
    """Each facet lets pass what it should, and names itself when it does not."""

    def test_parse_and_format(self) -> None:
        for base, facet, given_value, right, wrong, words in BOUNDARIES:
            plain = BUILTIN[base]
            simple = plain.restrict(**{facet: given_value})
            self.assertEqual(simple.findings, (), f"{base} {facet}")
            for text in right:
                value = simple.parse(text)
                self.assertEqual(simple.decode(text), value) if value == value else None
                self.assertEqual(
                    simple.parse(simple.format(value)), value
                ) if value == value else None
            for text in wrong:
                self.refused(simple.parse, text, rule=facet, says=words)
                if facet != "pattern":
                    value = plain.parse(text)
                    self.refused(simple.format, value, rule=facet, says=words)
                    self.refused(simple.coerce, value, rule=facet, says=words)
                simple.decode(text)

    def test_every_facet_is_tried(self) -> None:
        tried = {facet for _, facet, *_ in BOUNDARIES}
        self.assertEqual(tried, {*FIELDS, "enumeration", "pattern", "whiteSpace"})

    def test_bounds_as_values(self) -> None:
        for base, bound, text in (
            ("int", 5, "6"), ("decimal", Decimal("0.5"), "0.51"), ("decimal", 1, "2"),
            ("date", date(2024, 1, 1), "2024-01-02"), ("gYear", GYear(2024), "2025"),
            ("dateTime", datetime(2024, 1, 1, tzinfo=UTC), "2024-01-01T00:00:01Z"),
            ("duration", Duration(days=1), "P2D"), ("double", 1.5, "1.6"),
        ):  # fmt: skip
            simple = BUILTIN[base].restrict(maxInclusive=bound)
            self.assertEqual(simple.facets.max_inclusive, bound)
            self.refused(simple.parse, text, rule="maxInclusive")
        two = BUILTIN["decimal"].restrict(enumeration=[1, Decimal("2.0")])
        self.assertEqual(two.facets.enumeration, ("1", "2.0"))
        self.assertEqual(two.parse("1.0"), 1)

    def test_nothing_is_left(self) -> None:
        none = BUILTIN["int"].restrict(enumeration=["x"])
        self.refused(none.parse, "1", rule="enumeration", says="the base type refuses")
        self.assertEqual(none.facets.enumeration, ())
        many = BUILTIN["int"].restrict(enumeration=map(str, range(30)))
        self.refused(many.parse, "31", rule="enumeration", says="'9' and 20 others")


class DerivationTests(SimpleTypeCase):
    """Steps add up; what a step may not say does not count, and is reported."""

    def told(self, simple: SimpleType, *rules: str) -> None:
        self.assertEqual([finding.rule for finding in simple.findings], list(rules))

    def test_steps_add_up(self) -> None:
        first = BUILTIN["string"].restrict(minLength=1, maxLength=10, pattern="a.*")
        second = first.restrict(maxLength=5, pattern=[".*b", ".*c"])
        self.assertEqual(
            second.facets,
            Facets(min_length=1, max_length=5, patterns=(("a.*",), (".*b", ".*c"))),
        )
        self.assertEqual(second.parse("axb"), "axb")
        for text, rule in {
            "": "minLength",
            "aaaaab": "maxLength",
            "xb": "pattern",
            "ax": "pattern",
        }.items():
            self.refused(second.parse, text, rule=rule)
        self.told(second)

    def test_the_narrower_bound_wins(self) -> None:
        base = BUILTIN["int"].restrict(minInclusive=0, maxExclusive=10)
        inner = base.restrict(minExclusive=0, maxInclusive=9)
        self.told(inner)
        self.assertEqual(inner.facets.min_exclusive, 0)
        self.assertIsNone(inner.facets.min_inclusive)
        self.assertEqual(inner.facets.max_inclusive, 9)
        self.told(inner.restrict(minExclusive=0))
        self.told(inner.restrict(minInclusive=0), "minInclusive")
        self.told(inner.restrict(maxInclusive=10), "maxInclusive")

    def test_what_widens_does_not_count(self) -> None:
        base = BUILTIN["string"].restrict(minLength=2, maxLength=4)
        wider = base.restrict(minLength=1, maxLength=5)
        self.told(wider, "minLength", "maxLength")
        self.assertIn("the base type has maxLength=4", str(wider.findings[1]))
        self.refused(wider.parse, "a", rule="minLength")
        self.refused(wider.parse, "aaaaa", rule="maxLength")
        self.told(BUILTIN["string"].restrict(length=2).restrict(length=3), "length")
        self.told(BUILTIN["decimal"].restrict(totalDigits=2).restrict(totalDigits=3), "totalDigits")
        self.told(BUILTIN["int"].restrict(fractionDigits=2), "fractionDigits")
        self.told(BUILTIN["token"].restrict(whiteSpace="preserve"), "whiteSpace")
        self.told(BUILTIN["long"].restrict(maxInclusive=2**63), "maxInclusive")
        one = BUILTIN["string"].restrict(enumeration=["a", "b"]).restrict(enumeration=["b", "c"])
        self.told(one, "enumeration")
        self.assertEqual(one.facets.enumeration, ("b",))

    def test_bounds_without_order_do_not_count(self) -> None:
        month = BUILTIN["duration"].restrict(maxInclusive="P1M")
        self.told(month.restrict(maxInclusive="P30D"), "maxInclusive")
        self.told(month.restrict(maxInclusive="P27D"))

    def test_facets_of_other_types_do_not_count(self) -> None:
        for base, facet in (
            ("int", "length"), ("string", "minInclusive"), ("string", "totalDigits"),
            ("boolean", "maxLength"), ("hexBinary", "maxInclusive"), ("float", "fractionDigits"),
            ("date", "minLength"), ("NMTOKENS", "minInclusive"), ("QName", "length"),
            ("anyURI", "maxExclusive"), ("duration", "totalDigits"),
        ):  # fmt: skip
            simple = BUILTIN[base].restrict(**{facet: "1"})
            self.told(simple, facet)
            self.assertIn(f"it is no facet of {BUILTIN[base]._kind.name}", str(simple.findings[0]))

    def test_what_cannot_be_read_does_not_count(self) -> None:
        for base, facet, value in (
            ("string", "maxLength", "many"), ("string", "length", "-1"),
            ("int", "maxInclusive", "x"),
            ("string", "whiteSpace", "trim"), ("decimal", "totalDigits", "1.5"),
            ("string", "maxLength", "9" * 30), ("date", "minInclusive", "2024-02-30"),
        ):  # fmt: skip
            simple = BUILTIN[base].restrict(**{facet: value})
            self.told(simple, facet)
            self.assertEqual(simple.facets, BUILTIN[base].facets)

    def test_unknown_facet(self) -> None:
        error = self.assertRaises(TypeError, BUILTIN["int"].restrict, assertion="1")
        self.assertIn("'assertion'", str(error))

    def test_white_space_is_first(self) -> None:
        simple = BUILTIN["string"].restrict(enumeration=["a  b"], length="3", whiteSpace="collapse")
        self.assertEqual(simple.parse(" a \n b "), "a b")
        self.assertEqual(simple.decode(" a \n b "), "a b")
        self.assertEqual(simple.format("a b"), "a b")
        self.refused(simple.format, "a  b", rule="whiteSpace", says="normalized")
        self.refused(simple.parse, "ab", rule="length")

    def test_lists(self) -> None:
        three = list_of(BUILTIN["int"].restrict(maxInclusive=9), maxLength=3)
        self.assertEqual(three.parse("1 2 3"), [1, 2, 3])
        self.refused(three.parse, "1 2 3 4", rule="maxLength", says="at most 3 items")
        self.refused(three.parse, "1 10", rule="maxInclusive", says="at most 9")
        self.refused(three.format, [1, 10], rule="maxInclusive")
        self.assertEqual(three.decode("1 2 3 40"), [1, 2, 3, 40])

    def test_merge_alone(self) -> None:
        kind = BUILTIN["int"]._kind
        merge = Merge(NO_FACETS, kind, kind.parse, kind.coerce)
        merge.add("pattern", [])
        merge.add("enumeration", "5")
        self.assertEqual(merge.facets.patterns, ())
        self.assertEqual(merge.facets.enumeration_values, (5,))

    @quick
    @given(st.integers(-20, 20), st.integers(-20, 20), st.integers(-20, 20))
    def test_two_bounds_are_an_interval(self, low: int, high: int, value: int) -> None:
        simple = BUILTIN["integer"].restrict(minInclusive=low).restrict(maxExclusive=high)
        inside = low <= value < high
        for call, argument in ((simple.parse, str(value)), (simple.format, value)):
            if inside:
                call(argument)
            else:
                rule = "minInclusive" if value < low else "maxExclusive"
                self.refused(call, argument, rule=rule)
