"""Contracts of our own that are odd, but legal: what is in no real one that we know.

Covers: reading, generating, samples and serving of names that Python or other names are in the way
of, circles of all kinds, arrays of arrays, redefinition, substitution, mixed bindings, overloading.
"""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.corpus import sampling, worker
from tests.corpus.serving import Sweep
from ZSI.generate.commands import main

ODD = Path(__file__).with_name("odd")
#: A file each, or a folder with the documents that it imports.
CONTRACTS = sorted([*ODD.glob("*.wsdl"), *ODD.glob("*/main.wsdl")])
#: Those with messages that have no finite instance, or none that its facets allow.
UNMADE = {"endless", "impossible"}
#: Those that are served and called over a socket.
SERVED = (
    "arrays", "empty_messages", "empty_rpc", "fault_types", "headers", "mixed", "overload3",
    "rpc_elements", "same_message", "services", "soap12_encoded", "two_uses",
)  # fmt: skip
#: What is no WSDL 1.1, and a word of what is said of it.
REFUSED = {
    '<description xmlns="http://www.w3.org/ns/wsdl"/>': "WSDL 2.0",
    '<schema xmlns="http://www.w3.org/2001/XMLSchema"/>': "wsdl2py -x",
    "<!DOCTYPE html><html><body><p>Not found<br></body></html>": "not well-formed",
    '<html xmlns="http://www.w3.org/1999/xhtml"><head/></html>': "an HTML page",
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>': "a SOAP message",
    '<application xmlns="http://wadl.dev.java.net/2009/02"/>': "wadl",
    '{"openapi": "3.0.0"}': "not well-formed",
    "": "nothing came",
    "PK\x03\x04": "not well-formed",
}


def name_of(path: Path) -> str:
    """What a contract is called here."""
    return path.parent.name if path.name == "main.wsdl" else path.stem


class OddTests(SynchronousTestCase):
    """Each of them, as the sweep over real ones tries it."""

    def test_generated_and_imported(self) -> None:
        folder = Path(self.mktemp())
        self.patch(sys, "path", list(sys.path))
        for path in CONTRACTS:
            report = worker.sweep(str(path), folder / f"odd_{name_of(path)}")
            found = (report["stage"], report.get("error"), report.get("wrong"))
            self.assertEqual(found, ("done", None, []), report)

    def test_samples(self) -> None:
        """They are read back as they were, and every judge agrees."""
        for path in CONTRACTS:
            report = sampling.sweep(str(path))
            self.assertEqual(report["wrong"], [], path)
            self.assertEqual(bool(report["unmade"]), name_of(path) in UNMADE, report)
            counts = report["counts"]
            self.assertEqual(counts.get("equal"), counts.get("samples"), path)

    def test_served(self) -> None:
        for name in SERVED:
            sweep = Sweep(str(ODD / f"{name}.wsdl"))
            try:
                sweep.run()
            finally:
                sweep.close()
            counts = sweep.report.counts
            self.assertEqual(sweep.report.wrong, [], name)
            self.assertGreater(counts["twisted calls"], 0, name)
            self.assertEqual(counts["twisted calls"], counts["blocking calls"], name)
            self.assertEqual(counts["twisted calls"], counts["zeep decoded"], name)

    def test_refused(self) -> None:
        """What is something else is called by its name, in one line."""
        for text, word in REFUSED.items():
            path = Path(self.mktemp())
            path.write_text(text, "utf-8")
            told: Any = io.StringIO()
            with contextlib.redirect_stderr(told):
                ended = self.assertRaises(SystemExit, main, [str(path)])
            self.assertEqual(ended.code, 66, text)
            self.assertRegex(told.getvalue(), rf"^wsdl2py: [^\n]*{word}[^\n]*\n$")
