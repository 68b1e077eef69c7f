"""Duration: lexical form, partial order, exactness."""

from __future__ import annotations

import copy
import pickle
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.tc.checking import SimpleTypeCase, durations, quick
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.duration import Duration


class LexicalTests(SimpleTypeCase):
    """The form PnYnMnDTnHnMnS (3.2.6.1)."""

    @quick
    @given(durations)
    def test_round_trip(self, value: Duration) -> None:
        back = Duration.parse(str(value))
        self.assertEqual(back, value)
        self.assertEqual(hash(back), hash(value))
        self.assertEqual(str(back), str(value))

    def test_forms(self) -> None:
        for text in ("P1Y", "-P1Y2M3DT4H5M6.70S", "PT0S", "PT36H", "P0Y1D", " P1D\n", "PT0.000001S",
                     "P" + "9" * 50 + "Y"):  # fmt: skip
            value = Duration.parse(text)
            self.assertEqual(str(value), text.strip().replace("0Y", ""))
        self.assertEqual(str(Duration.parse("P0Y0M")), "PT0S")
        self.assertEqual(str(Duration.parse("-PT0S")), "-PT0S")

    def test_refusals(self) -> None:
        for text in ("", "P", "PT", "P1", "1Y", "P1S", "PT1D", "P1YT", "P-1D", "+P1D",
                     "P1M1Y", "P1.5D", "PT1.S", "PT.5S", "PT1H2", "p1y", "P1W",
                     "P٣Y", "P1Y P1M"):  # fmt: skip
            self.refused(Duration.parse, text, rule="xsd:duration", says="such as P1Y2M3DT")
        self.refused(Duration.parse, f"P{'1' * 4000}Y", rule="xsd:duration")

    def test_fields_are_checked(self) -> None:
        for wrong in ({"days": -1}, {"seconds": Decimal("-0.1")}, {"seconds": Decimal("NaN")}):
            self.refused(
                lambda wrong=wrong: Duration(**wrong), rule="xsd:duration", says="0 or more"
            )
        self.assertEqual(Duration(seconds=5).seconds, Decimal(5))  # type: ignore[arg-type]  # tolerated


class OrderTests(SimpleTypeCase):
    """Order and equality (3.2.6.2)."""

    def test_table_of_the_specification(self) -> None:
        table = {
            "P1Y": ("P364D", "P365D P366D", "P367D"),
            "P1M": ("P27D", "P28D P29D P30D P31D", "P32D"),
            "P5M": ("P149D", "P150D P151D P152D P153D", "P154D"),
        }
        for text, (less, unknown, more) in table.items():
            value = Duration.parse(text)
            self.assertTrue(Duration.parse(less) < value < Duration.parse(more))
            self.assertTrue(value >= Duration.parse(less) and value <= Duration.parse(more))
            for other in map(Duration.parse, unknown.split()):
                self.assertIsNone(value.compare(other))
                self.assertFalse(value < other or value > other or value <= other)
                self.assertFalse(value >= other or value == other)

    def test_equal_values(self) -> None:
        for left, right in (("P1Y", "P12M"), ("P1D", "PT24H"), ("PT60S", "PT1M"), ("PT0S", "-P0D"),
                            ("PT1.50S", "PT1.5S"), ("P1M1D", "P1MT24H")):  # fmt: skip
            self.assertEqual(Duration.parse(left), Duration.parse(right))
            self.assertEqual(hash(Duration.parse(left)), hash(Duration.parse(right)))
        self.assertNotEqual(Duration.parse("P1M"), Duration.parse("-P1M"))
        self.assertNotEqual(Duration(), "PT0S")

    def test_nothing_is_rounded(self) -> None:
        long = Duration.parse("PT0." + "0" * 60 + "1S")
        self.assertTrue(Duration() < long < Duration.parse("PT0." + "0" * 59 + "1S"))
        huge = Duration.parse("P" + "9" * 40 + "D")
        self.assertTrue(huge < Duration.parse("P" + "9" * 40 + "DT0.000000000000000001S"))

    def test_far_past_the_first_year(self) -> None:
        self.assertTrue(Duration.parse("-P5000Y") < Duration.parse("-P4999Y"))
        self.assertIsNone(Duration.parse("-P5000Y").compare(Duration.parse("-P1826212D")))


class TimedeltaTests(SimpleTypeCase):
    """To and from datetime.timedelta."""

    @quick
    @given(st.timedeltas())
    def test_round_trip(self, value: timedelta) -> None:
        duration = Duration.from_timedelta(value)
        self.assertEqual(duration.to_timedelta(), value)
        self.assertEqual(BUILTIN["duration"].format(value), str(duration))

    def test_what_a_timedelta_cannot_hold(self) -> None:
        for text in ("P1M", "PT0.0000001S", "P99999999999D"):
            self.assertIsNone(Duration.parse(text).to_timedelta())

    def test_immutable_and_picklable(self) -> None:
        value = Duration(1, 2)
        self.assertRaises(AttributeError, setattr, value, "years", 2)
        self.assertEqual(pickle.loads(pickle.dumps(value)), value)
        self.assertEqual(copy.deepcopy(value), value)

    def test_only_spans_are_written(self) -> None:
        for wrong in ("P1D", 5, None):
            self.refused(BUILTIN["duration"].format, wrong, rule="xsd:duration", says="timedelta")
