"""Findings in the making."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import Finding, Where
from ZSI.wsdl.notes import Notes


class NotesTests(SynchronousTestCase):
    def test_said_once(self) -> None:
        notes = Notes()
        where = Where("a.xsd", 1)
        notes.add("rule", "text", where)
        notes.add("rule", "text", where, "notice")
        notes.add("rule", "text", Where("a.xsd", 2))
        self.assertEqual(
            list(notes.findings.values()),
            [Finding("rule", "text", where), Finding("rule", "text", Where("a.xsd", 2))],
        )

    def test_muted(self) -> None:
        notes = Notes(muted=True)
        notes.add("rule", "text")
        self.assertEqual(notes.findings, {})
