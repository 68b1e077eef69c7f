"""Tests of ZSI.mock.matchers."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock import matchers as m


class MatcherTests(SynchronousTestCase):
    def test_each_is_its_spelling_in_rule_files(self) -> None:
        for helper, name, argument in [
            (m.matching("x"), "$re", "x"), (m.one_of(1, 2), "$in", (1, 2)),
            (m.not_("x"), "$not", "x"), (m.any_of(1, 2), "$any", (1, 2)),
            (m.all_of(1), "$all", (1,)), (m.present, "$present", True),
            (m.absent, "$absent", True), (m.nil, "$nil", True), (m.valid, "$valid", True),
            (m.valid_as("xsd:date"), "$valid", "xsd:date"), (m.count(2), "$count", 2),
            (m.contains("x"), "$contains", "x"), (m.between(1, None), "$range", (1, None)),
        ]:  # fmt: skip
            self.assertEqual(m.Operator(name, argument), helper)

    def test_a_mapping_is_taken_apart(self) -> None:
        operators, fields = m.operators_in({"a": 1, "$re": "x", "$nil": False})
        self.assertEqual([m.Operator("$re", "x"), m.Operator("$nil", False)], operators)
        self.assertEqual({"a": 1}, fields)
