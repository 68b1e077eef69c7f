"""boolean, integers, decimal, float, double: boundaries, exactness, what may be written."""

from __future__ import annotations

import math
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from tests.tc.checking import SimpleTypeCase, finite, quick
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.numeric import (
    INTEGER_RANGES,
    canonical_decimal,
    canonical_float,
    decimal_parts,
    digit_cap,
    range_in_words,
    single_from_float,
    single_from_text,
    whole,
)

from ZSI.limits import Limits  # isort: skip


def nearest_single(exact: Fraction) -> Fraction | None:
    """IEEE 754 rounding to single precision by whole numbers; None for infinity."""
    if not exact:
        return exact
    size, exponent = abs(exact), -149
    while size / Fraction(2) ** exponent >= 2**24:
        exponent += 1
    scaled = size / Fraction(2) ** exponent
    rounded = Fraction(round(scaled)) * Fraction(2) ** exponent  # round() ties to even
    return None if rounded >= Fraction(2) ** 128 else rounded * (1 if exact > 0 else -1)


def f32(value: float) -> Fraction | None:
    """The single precision number that a Python value of xsd:float stands for."""
    return nearest_single(Fraction(value)) if math.isfinite(value) else None


class BooleanTests(SimpleTypeCase):
    """xsd:boolean (3.2.2)."""

    def setUp(self) -> None:
        self.type = BUILTIN["boolean"]

    def test_forms(self) -> None:
        forms = {"true": True, "1": True, "false": False, "0": False, " true\n": True}
        for text, value in forms.items():
            self.assertIs(self.type.parse(text), value)
        for text in ("", "True", "TRUE", "yes", "00", "2", "t rue"):
            self.refused(self.type.parse, text, rule="xsd:boolean", says="true, false, 1 or 0")

    def test_only_bools_are_written(self) -> None:
        self.assertEqual(self.type.format(True), "true")
        self.assertEqual(self.type.format(False), "false")
        for value in (1, 0, "true", None, 1.0):
            self.refused(self.type.format, value, rule="xsd:boolean", says="True or False")

    def test_pattern_chooses_the_spelling(self) -> None:
        digit = self.type.restrict(pattern="[01]")
        self.assertEqual([digit.format(True), digit.format(False)], ["1", "0"])
        self.refused(digit.parse, "true", rule="pattern")


class IntegerTests(SimpleTypeCase):
    """xsd:integer and its twelve children (3.3.13-3.3.25)."""

    def test_boundaries_both_ways(self) -> None:
        for name, (low, high) in INTEGER_RANGES.items():
            simple, rule = BUILTIN[name], f"xsd:{name}"
            words = range_in_words(low, high)
            for edge, beyond in ((low, -1), (high, 1)):
                if edge is None:
                    far = beyond * 10**100
                    self.assertEqual(simple.parse(simple.format(far)), far)
                    continue
                self.assertEqual(simple.parse(str(edge)), edge)
                self.assertEqual(simple.format(edge), str(edge))
                self.assertEqual(simple.coerce(edge), edge)
                for call in (simple.parse, simple.decode):
                    self.refused(call, str(edge + beyond), rule=rule, says=words)
                for call in (simple.format, simple.coerce):
                    self.refused(call, edge + beyond, rule=rule, says=words)

    def test_forms(self) -> None:
        for text, value in {"+5": 5, "-0": 0, "007": 7, " 5\n": 5, "-12": -12}.items():
            self.assertEqual(BUILTIN["integer"].parse(text), value)
        for text in (
            "",
            "-",
            "+",
            "1.0",
            "1e3",
            "1_0",
            "٣",
            "²",
            "5 5",
            "--1",
            "0x1",
            "1,0",
            "\xa01",
        ):
            self.refused(BUILTIN["integer"].parse, text, rule="xsd:integer", says="an integer")
        self.assertEqual(BUILTIN["unsignedInt"].parse("+0"), 0)
        self.assertEqual(BUILTIN["unsignedInt"].parse("-0"), 0)

    def test_digits_are_capped(self) -> None:
        integer, cap = BUILTIN["integer"], digit_cap(Limits())
        longest = "9" * cap
        self.assertEqual(integer.format(integer.parse(longest)), longest)
        self.assertEqual(integer.format(integer.parse("-" + longest)), "-" + longest)
        for text in ("1" + longest, "-1" + longest, "0" * (cap + 1)):
            self.refused(integer.parse, text, rule="digits", says=f"at most {cap} digits")
        for value in (10**cap, -(10**cap), 10 ** (10 * cap)):
            self.refused(integer.format, value, rule="digits")
        self.assertEqual(digit_cap(Limits(digits=10**6)), 4300)  # what int() itself takes

    def test_what_counts_as_an_integer(self) -> None:
        class Level(IntEnum):
            LOW = 3

        class Size(Enum):
            BIG = 9

        class Odd(int):
            def __str__(self) -> str:
                return "odd"

        class Index:
            def __index__(self) -> int:
                return 8

        for value, text in {
            Level.LOW: "3",
            Size.BIG: "9",
            Odd(5): "5",
            Decimal("7.0"): "7",
        }.items():
            self.assertEqual(BUILTIN["int"].format(value), text)
        self.assertEqual(BUILTIN["int"].format(Index()), "8")
        self.assertIs(type(BUILTIN["int"].coerce(Odd(5))), int)
        for wrong in (
            True,
            1.0,
            "1",
            None,
            Decimal("1.5"),
            Decimal("NaN"),
            [1],
            Decimal("1E+9999"),
        ):
            self.assertIsNone(whole(wrong))
            self.refused(BUILTIN["int"].format, wrong, rule="xsd:int", says="an integer from")

    def test_pattern_pads(self) -> None:
        wide = BUILTIN["integer"].restrict(pattern="-?[0-9]{8}")
        self.assertEqual([wide.format(42), wide.format(-42)], ["00000042", "-00000042"])
        self.assertEqual(BUILTIN["int"].restrict(pattern=r"\+.*").format(4), "+4")
        self.refused(BUILTIN["int"].restrict(pattern="").format, -4, rule="pattern")


class DecimalTests(SimpleTypeCase):
    """xsd:decimal (3.2.3): exact, zeros kept, no exponent."""

    def setUp(self) -> None:
        self.type = BUILTIN["decimal"]

    def test_forms(self) -> None:
        for text in ("1.50", "-.5", "+0.0", "5.", "0", "1" * 60 + "." + "3" * 60, " 1.5\t"):
            self.assertEqual(self.type.parse(text), Decimal(text.strip()))
        for text in ("", ".", "-", "1e5", "NaN", "INF", "1,5", "1.2.3", "1_0", "٣", "+-1", "1 2"):
            self.refused(self.type.parse, text, rule="xsd:decimal", says="a decimal number")

    @quick
    @given(finite)
    @example(Decimal("-0"))
    @example(Decimal("1E+20"))
    @example(Decimal("1E-20"))
    @example(Decimal("0E-20"))
    def test_writing_is_exact(self, value: Decimal) -> None:
        text = self.type.format(value)
        self.assertRegex(text, r"\A-?[0-9]+(\.[0-9]+)?\Z")
        self.assertEqual(self.type.parse(text), value)
        if value.as_tuple().exponent <= 0:
            self.assertEqual(str(self.type.parse(text)), str(value).replace("E+0", ""))

    def test_canonical(self) -> None:
        forms = {"1.50": "1.5", "42": "42.0", "-0": "0.0", "0.00": "0.0", "1E+3": "1000.0",
                 "-.5": "-0.5", "00.10": "0.1"}  # fmt: skip
        for given_text, canonical in forms.items():
            self.assertEqual(canonical_decimal(Decimal(given_text)), canonical)

    def test_what_may_be_written(self) -> None:
        class Money(Decimal):
            pass

        for value, text in ((7, "7"), (0.1, "0.1"), (1e20, "100000000000000000000"),
                            (Money("1.20"), "1.20"), (Decimal("2.00"), "2.00")):  # fmt: skip
            self.assertEqual(self.type.format(value), text)
            self.assertIs(type(self.type.coerce(value)), Decimal)
        wrong = (True, "1.5", None, math.nan, math.inf, Decimal("NaN"), Decimal("sNaN"),
                 Decimal("-Infinity"), 1j)  # fmt: skip
        for value in wrong:
            self.refused(self.type.format, value, rule="xsd:decimal", says="a finite Decimal")

    def test_digits_are_capped(self) -> None:
        cap = digit_cap(Limits())
        for text in ("1" * cap, "1." + "1" * (cap - 1), "-" + "1" * cap):
            self.assertEqual(self.type.format(self.type.parse(text)), text)
            self.refused(self.type.parse, text + "1", rule="digits", says=f"at most {cap} digits")
        for value in (Decimal("1E+999999"), Decimal("1E-999999"), Decimal("1" * (cap + 1))):
            self.refused(self.type.format, value, rule="digits")

    def test_pattern_chooses_the_spelling(self) -> None:
        cents = self.type.restrict(pattern=r"\d+\.\d{2}")
        self.assertEqual(
            [cents.format(v) for v in (5, Decimal("1.5"), 2.5)], ["5.00", "1.50", "2.50"]
        )
        self.refused(cents.format, Decimal("1.555"), rule="pattern", says=r"\\d+\\.\\d{2}")
        self.assertEqual(self.type.restrict(pattern=r"\d+").format(Decimal("5.0")), "5")

    def test_parts(self) -> None:
        self.assertEqual(decimal_parts(-100), ("-", "100", ""))
        self.assertEqual(decimal_parts(Decimal("1E+2")), ("", "100", ""))
        self.assertEqual(decimal_parts(Decimal("0.001")), ("", "", "001"))


#: Texts of finite floats, with many at and beside ties of single precision.
float_texts = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(width=32, allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(2**26), 2**26).map(str),
    st.builds("{}.{}e{}".format, st.integers(-99, 99), st.integers(0, 10**9), st.integers(-50, 40)),
    st.integers(2**24, 2**25).map(lambda i: f"{2 * i + 1}.000000000000000000001"),
    st.integers(2**24, 2**25).map(lambda i: f"{2 * i}.9999999999999999999999"),
    st.integers(0, 10**5).map(lambda i: f"{i}e-45"),
)


class FloatTests(SimpleTypeCase):
    """xsd:float (3.2.4): singles, by the name that Python gives them."""

    def setUp(self) -> None:
        self.type = BUILTIN["float"]

    @quick
    @given(float_texts)
    @example("16777217")
    @example("16777217.0000000000000000001")
    @example("3.4028235677973366e38")
    @example("3.4028235677973366163e38")
    @example("3.40282356779733661637539395458142568447e38")
    @example("1e39")
    @example("7e-46")
    @example("7.0064923216240853546186479164495e-46")
    @example("7.0064923216240853546186479164496e-46")
    def test_texts_round_once_to_the_nearest_single(self, text: str) -> None:
        self.assertEqual(f32(self.type.parse(text)), nearest_single(Fraction(text)))

    @quick
    @given(float_texts)
    @example("16777217")
    @example("1.234567")
    def test_one_python_value_for_each_single(self, text: str) -> None:
        self.assertEqual(single_from_text("1E39"), math.inf)
        value = single_from_text(text)
        self.assertEqual(single_from_float(value), value)
        if math.isfinite(value) and value:
            exact = float(nearest_single(Fraction(text)) or 0)
            self.assertEqual(single_from_float(exact), value)  # as numpy, or C, would give it
            self.assertEqual(self.type.format(exact), self.type.format(value))
            self.assertLessEqual(len(self.type.format(value).strip("-").split("e")[0]), 42)

    def test_what_people_write_is_what_they_get(self) -> None:
        for text in ("0.1", "3.7", "3.14159", "16777216.0", "1e-45", "3.4028235e+38", "-0.0"):
            value = self.type.parse(text)
            self.assertEqual(value, float(text))
            self.assertEqual(self.type.format(value), text)

    def test_forms(self) -> None:
        for name in ("float", "double"):
            simple = BUILTIN[name]
            for text in ("1E3", "1e-3", "-1.5E+05", ".5", "5.", "+1", " 1 "):
                self.assertEqual(simple.parse(text), float(text))
            for text in (
                "1e",
                "1e1.5",
                "+INF",
                "inf",
                "nan",
                "Infinity",
                "",
                ".",
                "1_0",
                "0x1",
                "٣",
                "e5",
            ):
                self.refused(simple.parse, text, rule=f"xsd:{name}", says="INF, -INF or NaN")
            self.assertEqual(simple.parse(" -INF"), -math.inf)
            self.assertTrue(math.isnan(simple.parse("NaN")))
            special = [simple.format(value) for value in (math.inf, -math.inf, math.nan)]
            self.assertEqual(special, ["INF", "-INF", "NaN"])
            self.assertEqual([simple.canonical(v) for v in (math.inf, math.nan)], ["INF", "NaN"])

    def test_what_may_be_written(self) -> None:
        class Ratio(float):
            def __repr__(self) -> str:
                return "ratio"

        for name in ("float", "double"):
            simple = BUILTIN[name]
            for value in (1, 1.0, Decimal(1), Ratio(1)):
                self.assertEqual(simple.format(value), "1.0")
                self.assertIs(type(simple.coerce(value)), float)
            for wrong in (True, "1.0", None, 1j):
                self.refused(
                    simple.format, wrong, rule=f"xsd:{name}", says="a float, int or Decimal"
                )
            self.refused(simple.format, 10**400, rule=f"xsd:{name}", says="in the range of")
            self.refused(simple.format, Decimal("1E+400"), rule=f"xsd:{name}")
        self.refused(self.type.format, 1e39, rule="xsd:float", says="in the range of float")
        self.assertEqual(BUILTIN["double"].format(1e39), "1e+39")
        self.assertEqual(BUILTIN["double"].format(Decimal("Infinity")), "INF")

    def test_canonical(self) -> None:
        forms = {0.0: "0.0E0", 1.0: "1.0E0", -1234.5: "-1.2345E3", 1e-9: "1.0E-9", 1e300: "1.0E300",
                 100.0: "1.0E2"}  # fmt: skip
        for value, canonical in forms.items():
            self.assertEqual(canonical_float(value), canonical)

    def test_pattern_chooses_the_spelling(self) -> None:
        plain = BUILTIN["double"].restrict(pattern=r"[0-9.]*")
        self.assertEqual(plain.format(1e20), "100000000000000000000")
        self.assertEqual(BUILTIN["double"].restrict(pattern=r"\d+").format(5.0), "5")
        self.assertEqual(BUILTIN["double"].restrict(pattern=".*E.*").format(5.0), "5.0E0")
