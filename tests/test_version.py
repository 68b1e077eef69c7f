"""The release as a tuple of numbers."""

from __future__ import annotations

import sys
from subprocess import run

from twisted.trial.unittest import SynchronousTestCase

import ZSI
from ZSI import version


class VersionTests(SynchronousTestCase):
    """ZSI's two ways to ask."""

    def test_numbers(self) -> None:
        """Three numbers, the same both ways."""
        self.assertEqual(len(version.Version), 3)
        self.assertTrue(all(isinstance(part, int) for part in version.Version))
        self.assertEqual(ZSI.Version(), version.Version)

    def test_unknown_name(self) -> None:
        """Nothing else is made up."""
        self.assertRaises(AttributeError, getattr, version, "Verison")

    def test_costs_nothing_unasked(self) -> None:
        """Importing ZSI does not look the release up."""
        code = "import sys, ZSI; print('importlib.metadata' in sys.modules)"
        said = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        self.assertEqual(said.stdout.strip(), "False")
