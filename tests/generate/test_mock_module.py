"""Typed mock modules: the same each time, never broken by what a contract calls things."""

from __future__ import annotations

import ast
from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ZSI.generate.commands import plan_files
from ZSI.generate.planner import make_plan
from ZSI.wsdl.load import load_contract

LANGUAGE = Path(__file__).parents[1] / "mock" / "language.wsdl"


class GeneratedTests(SynchronousTestCase):
    def test_the_same_text_each_time_and_lines_that_fit(self) -> None:
        plan = make_plan(load_contract(LANGUAGE))
        files = plan_files(plan, package=True, mock=True)
        text = files["Language_mock.py"].decode()
        self.assertEqual(files, plan_files(plan, package=True, mock=True))
        self.assertIn("from . import Language_types as _types", text)
        self.assertLess(max(map(len, text.splitlines())), 120)
        ast.parse(text)

    def test_real_contracts(self) -> None:
        shared = Path(__file__).parents[3] / "shared" / "wsdl"
        if not shared.exists():
            raise SkipTest("no ../shared/wsdl")
        tried = 0
        for path in sorted(shared.rglob("*.wsdl"), key=lambda p: p.stat().st_size)[::12]:
            if path.stat().st_size > 200_000:
                continue
            try:
                plan = make_plan(load_contract(path))
            except Exception:  # whether a contract can be read is for other tests
                continue
            for name, content in plan_files(plan, package=False, mock=True).items():
                if name.endswith("_mock.py"):
                    ast.parse(content)
                    tried += 1
        self.assertGreater(tried, 10)
