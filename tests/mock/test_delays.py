"""Tests of ZSI.mock.delays."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from statistics import mean, median

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.delays import LONGEST, Delay, parse_delay, parse_seconds
from ZSI.mock.errors import DefinitionError


class TimeTests(SynchronousTestCase):
    def test_spellings(self) -> None:
        for given_, seconds in [
            ("300ms", 0.3), ("1.5s", 1.5), ("2m", 120.0), ("1h", 3600.0), (" 7 ms ", 0.007),
            (".5s", 0.5), ("10us", 1e-5), (0.25, 0.25), (2, 2.0), (timedelta(seconds=3), 3.0),
        ]:  # fmt: skip
            self.assertAlmostEqual(seconds, parse_seconds(given_), msg=repr(given_))

    def test_refusals(self) -> None:
        for given_ in ["300", "1.5", "ms", "1 day", "-1s", -1, True, None, "2h", [], "1e3s"]:
            self.assertRaises(DefinitionError, parse_seconds, given_)

    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 3_600_000))
    def test_what_is_described_can_be_read(self, milliseconds: int) -> None:
        delay = Delay("fixed", milliseconds / 1000)
        self.assertAlmostEqual(delay.first, parse_delay(delay.describe()).first)


class DelayTests(SynchronousTestCase):
    def drawn(self, spec: object, number: int = 400) -> list[float]:
        delay, random = parse_delay(spec), Random(1)
        return [delay.seconds(random) for _ in range(number)]

    def test_fixed(self) -> None:
        self.assertEqual({0.3}, set(self.drawn("300ms")))
        self.assertEqual({0.3}, set(self.drawn({"fixed": "300ms"})))

    def test_uniform_stays_within(self) -> None:
        times = self.drawn({"uniform": ["100ms", "300ms"]})
        self.assertTrue(all(0.1 <= each <= 0.3 for each in times))
        self.assertApproximates(0.2, mean(times), 0.02)

    def test_normal_is_never_negative(self) -> None:
        times = self.drawn({"normal": {"mean": "100ms", "deviation": "100ms"}})
        self.assertEqual(0.0, min(times))

    def test_lognormal_has_its_median(self) -> None:
        times = self.drawn({"lognormal": ["100ms", 0.5]})
        self.assertApproximates(0.1, median(times), 0.02)
        self.assertGreater(max(times), 0.25)

    def test_nothing_is_longer_than_an_hour(self) -> None:
        self.assertEqual(LONGEST, max(self.drawn({"lognormal": ["1h", "3"]}, 100)))

    def test_the_same_seed_gives_the_same(self) -> None:
        spec = {"uniform": ["1ms", "9ms"]}
        self.assertEqual(self.drawn(spec, 5), self.drawn(spec, 5))

    def test_refusals_name_what_there_is(self) -> None:
        for spec, part in [
            ({"unifrom": [1, 2]}, "did you mean uniform?"), ({"uniform": [2, 1]}, "least before"),
            ({"uniform": [1]}, "[least, most]"), ({"normal": "1s"}, "[mean, deviation]"),
            ({"lognormal": ["1s", 9]}, "0 to 3"), ({}, "one distribution"),
            ({"uniform": [1, 2], "fixed": 1}, "one distribution"),
        ]:  # fmt: skip
            error = self.assertRaises(DefinitionError, parse_delay, spec)
            self.assertIn(part, str(error))

    def test_a_delay_is_taken_as_it_is(self) -> None:
        delay = Delay("fixed", 1.0)
        self.assertIs(delay, parse_delay(delay))

    def test_in_words(self) -> None:
        for spec, words in [
            ({"normal": ["1s", "100ms"]}, "normal 1s ± 100ms"),
            ({"lognormal": ["1s", "0.5"]}, "lognormal, median 1s, sigma 0.5"),
        ]:
            self.assertEqual(words, parse_delay(spec).describe())
