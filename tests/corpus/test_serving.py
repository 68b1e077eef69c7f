"""A slice of the served corpus: see `tests.corpus.serving`.

Covers: generated servers and clients over sockets, with zeep as the other side.
"""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.corpus import WSDLS
from tests.corpus.serving import Sweep, same
from tests.twisted_.services import Ping

ROOT = Path(__file__).parents[2]
#: One for each style; small.
SLICE = (
    "KDSoap/examples/bank_gui/BLZService.wsdl",  # document/literal, SOAP 1.1 and 1.2
    "KDSoap/examples/helloworld_server/helloworld.wsdl",  # document/encoded
    "KDSoap/unittests/dv_terminalauth/WS_DV_TerminalAuth.wsdl",  # rpc/literal
    "ZSI/doc/examples/client/send_request/complex/binding.wsdl",  # rpc/encoded
)


class ServingTests(SynchronousTestCase):
    """Served by generated stubs, called by zeep and by both generated clients."""

    def serve(self, wsdl: Path) -> None:
        sweep = Sweep(str(wsdl))
        try:
            sweep.run()
        finally:
            sweep.close()
        counts = sweep.report.counts
        self.assertEqual(sweep.report.wrong, [], wsdl)
        self.assertGreater(counts["zeep decoded"], 0, wsdl)
        self.assertEqual(counts["zeep decoded"], counts["zeep calls"], wsdl)
        self.assertEqual(counts["twisted calls"], counts["blocking calls"], wsdl)

    def test_echo(self) -> None:
        self.serve(ROOT / "echo.wsdl")

    def test_slice(self) -> None:
        if not WSDLS.is_dir():
            raise SkipTest(f"{WSDLS} is not there")
        for path in SLICE:
            self.serve(WSDLS / path)

    def test_same(self) -> None:
        self.assertTrue(same(Ping(text="a"), Ping(text="a")))
        self.assertFalse(same(Ping(text="a"), Ping(text="b")))
        self.assertFalse(same(None, Ping(text="b")))
