"""Extremes of simple types: at the bounds, by name, all legal."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.extremes import MOST_VALUES, extremes
from ZSI.TC.builtin import BUILTIN


class ExtremesTests(SynchronousTestCase):
    def test_of_builtin_types(self) -> None:
        for name, wanted in (
            ("int", {"smallest": -(2**31), "largest": 2**31 - 1}),
            ("unsignedByte", {"smallest": 0, "largest": 255}),
            ("boolean", {"true": True, "false": False}),
        ):
            found = dict(extremes(BUILTIN[name]))
            self.assertEqual({key: found[key] for key in wanted}, wanted)

    def test_all_are_legal(self) -> None:
        for name, simple in BUILTIN.items():
            for what, value in extremes(simple):
                simple.format(value)
                self.assertTrue(what, name)

    def test_enumerations_and_patterns(self) -> None:
        color = BUILTIN["token"].restrict(enumeration=["red", "green"])
        self.assertEqual(dict(extremes(color)), {"is red": "red", "is green": "green"})
        many = BUILTIN["token"].restrict(enumeration=[f"v{n}" for n in range(MOST_VALUES + 1)])
        self.assertEqual(len(list(extremes(many))), MOST_VALUES)
        digits = BUILTIN["string"].restrict(pattern=["[0-9]{2}"])
        self.assertEqual(list(extremes(digits)), [])
