"""A slice of the sweep over real WSDLs; all of it with ``make corpus``.

Covers: what only real contracts show.
"""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.corpus import BAD_WSDLS, WSDLS, sampling, worker
from ZSI.generate.commands import main

#: Small ones, of every style and with every oddity.
SLICE = (
    "KDSoap/examples/bank_gui/BLZService.wsdl",
    "KDSoap/examples/helloworld_server/helloworld.wsdl",
    "KDSoap/unittests/wsdl_rpc/mywsdl_rpc.wsdl",
    "ZSI/test/wsdl2py/wsdl/NoMessagePart.wsdl",
    "axis-axis1-java/axis-ant/src/test/wsdl/clash/clash.wsdl",
    "deb-php8.2/interop/Round2/GroupB/round2_groupB.wsdl",
    "mule-wsdl-parser/circular/service-11-A.wsdl",
    "node-soap/wsdl/recursive.wsdl",
    "soap4r/test/wsdl/overload/overload.wsdl",
    "wsdl2phpgenerator/utf8/utf8.wsdl",
)
BAD = (
    "KDSoap__test_enum.wsdl",
    "imposter-go__petstore.wsdl",
    "metro-jax-ws__wsimport_4.wsdl",
    "unresolved__node-soap__xsd_include_http.wsdl",
)


class SliceTests(SynchronousTestCase):
    """A few of them, in this process."""

    if not WSDLS.is_dir():
        skip = f"{WSDLS} is not there"

    def test_generated_and_imported(self) -> None:
        folder = Path(self.mktemp())
        self.patch(sys, "path", list(sys.path))
        for number, path in enumerate(SLICE):
            report = worker.sweep(str(WSDLS / path), folder / f"slice{number}")
            self.assertEqual((report["stage"], report["wrong"]), ("done", []), report.get("error"))

    def test_samples(self) -> None:
        for path in SLICE:
            report = sampling.sweep(str(WSDLS / path))
            self.assertEqual((report["wrong"], report["unmade"]), ([], []), path)
            self.assertEqual(report["counts"]["equal"], report["counts"]["samples"])

    def test_refused(self) -> None:
        """One line that says where, what and what to try; exit code 66."""
        for path in BAD:
            told: Any = io.StringIO()
            with contextlib.redirect_stderr(told):
                ended = self.assertRaises(SystemExit, main, [str(BAD_WSDLS / path)])
            self.assertEqual(ended.code, 66)
            self.assertRegex(told.getvalue(), r"^wsdl2py: [^\n]+\n$")
