"""Tests of ZSI.mock.errors."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import Where
from ZSI.mock.errors import DefinitionError, PathError, RenderError, below, listed, nearest


class DefinitionErrorTests(SynchronousTestCase):
    def test_says_place_expected_and_nearest(self) -> None:
        error = DefinitionError(
            "no field 'x'", where=Where("r.yaml", 3, "when"), expected="y", nearest=["y", "z"]
        )
        self.assertEqual(
            "r.yaml:3: when: no field 'x'; expected y; did you mean y or z?", str(error)
        )

    def test_the_first_place_stays(self) -> None:
        error = DefinitionError("m").at(Where("a", 1)).at(Where("b", 2))
        self.assertEqual("a:1: m", str(error))

    def test_without_place(self) -> None:
        self.assertEqual("m", str(DefinitionError("m")))
        self.assertEqual("m", str(DefinitionError("m", where=Where())))

    def test_a_path_error_keeps_path_and_column(self) -> None:
        error = PathError("m", "a/b", 2).at(Where("a", 1))
        self.assertEqual(("a/b", 2, "a:1: m"), (error.path, error.column, str(error)))

    def test_render_error(self) -> None:
        self.assertEqual("a:1: m", str(RenderError("m", Where("a", 1))))
        self.assertEqual("m", str(RenderError("m")))


class NamesTests(SynchronousTestCase):
    def test_nearest_whatever_the_case(self) -> None:
        self.assertEqual(("Account",), nearest("ACOUNT", ["Account", "other"]))
        self.assertEqual((), nearest("zzz", ["Account"]))

    def test_below_adds_keys(self) -> None:
        self.assertEqual("when: a: b", below(below(Where(path="when"), "a"), "b").path)
        self.assertEqual(Where(path="when"), below(None, "when"))

    def test_long_lists_are_cut(self) -> None:
        self.assertEqual(
            "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 3 more", listed(map(str, range(15)))
        )
        self.assertEqual("nothing here", listed([], "nothing here"))
