"""The harness of the bench: its arithmetic, its documents, its picture."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from bench import documents, report
from bench.__main__ import SECTIONS, options
from bench.chart import Bars, Lines, picture
from bench.load import bundled, mass
from bench.subjects import mock
from bench.workloads import ECHO, WORKLOADS
from ZSI.mock.contract import MockContract
from ZSI.mock.facade import Mock
from ZSI.mock.rules import read_rules
from ZSI.twisted.exchange import HttpRequest


class DocumentsTests(SynchronousTestCase):
    """What is measured is what the tables say."""

    def test_size_and_shape(self) -> None:
        flat = documents.flat(7000)
        self.assertTrue(800_000 < len(flat) < 1_000_000, len(flat))
        self.assertEqual(len(etree.fromstring(flat)[0][0]), 7000)
        deepest = max(
            len(list(e.iterancestors())) for e in etree.fromstring(documents.deep(1)).iter()
        )
        self.assertEqual(deepest, documents.DEPTH + 3)
        self.assertEqual(len(etree.fromstring(documents.wide(1))[0][0][0].attrib), documents.WIDTH)

    def test_every_reference_has_its_target(self) -> None:
        root = etree.fromstring(documents.multirefs(50))
        hrefs = root.xpath("//@href")
        self.assertEqual(len(hrefs), 50)
        self.assertEqual({f"#{name}" for name in root.xpath("//@id")}, set(hrefs))

    def test_bare(self) -> None:
        for kind in documents.KINDS[:3]:
            root = etree.fromstring(documents.bare(kind.make(2)))
            self.assertEqual(root.tag, f"{{{documents.NS}}}{kind.operation}")

    def test_workloads_are_answered_by_their_own_body(self) -> None:
        """Every service echoes: what is expected of the answer is in the request."""
        for workload in WORKLOADS.values():
            self.assertIn(workload.expected, workload.body)


class ReportTests(SynchronousTestCase):
    """Tables and pictures."""

    def test_table(self) -> None:
        made = report.text(report.Table("title", ("what", "n"), (("a", 12345.6), ("bb", None))))
        self.assertEqual(
            made.splitlines()[2:], ["what       n", "------------", "a     12,346", "bb         -"]
        )

    def test_figures_in_a_page(self) -> None:
        """Written twice, they stand there once; the rest of the page stays."""
        section = report.Section(
            "s", (report.Table("title", ("what",), (("a",),)),), (), {"x": "y"}
        )
        page = f"before\n{report.MARKS[0]}\nold\n{report.MARKS[1]}\nafter\n"
        for _ in range(2):
            page = report.with_figures(page, [section], "wrk", "bench.svg")
        self.assertTrue(page.startswith("before\n") and page.endswith("\nafter\n"), page)
        self.assertEqual(page.count("title"), 1)
        self.assertIn("- left out: x: y", page)
        self.assertNotIn("old", page)
        self.assertRaises(ValueError, report.with_figures, "no marks", [section], "wrk", "p")

    def test_picture_is_xml(self) -> None:
        charts = [
            Bars("a < b", "requests/s", {"ours": 2.0, "other & co": 1.0}),
            Lines("growth", "n", "ms", {"read": [(1, 2.0), (10, 20.0)]}),
        ]
        root = etree.fromstring(picture(charts).encode())
        words = {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}
        self.assertLessEqual({"a < b (requests/s)", "other & co", "read"}, words)
        widths = [float(r.get("width")) for r in root.xpath("//*[@height='16']")]
        self.assertAlmostEqual(widths[0], 2 * widths[1])

    def test_options(self) -> None:
        self.assertEqual(options(["codecs", "idle"]).sections, ["codecs", "idle"])
        self.assertRaises(SystemExit, options, ["nonsense"])
        self.assertEqual(options([]).sections or list(SECTIONS), list(SECTIONS))


class MockTests(SynchronousTestCase):
    """What the mock is measured with is what the tables say."""

    def setUp(self) -> None:
        self.patch(mock, "HOME", Path(self.mktemp()))

    def test_contracts(self) -> None:
        """All operations of the large contract can be served; the echo is one of them."""
        contract = MockContract.load(mock.operations(5))
        names = [operation.name for operation in contract.operations]
        self.assertEqual(names, ["Echo", "Echo1", "Echo2", "Echo3", "Echo4"])
        self.assertEqual([o.problem for o in contract.operations], [None] * 5)
        paths = [MockContract.load(path).paths()["EchoServer"] for path in mock.mounts(3)]
        self.assertEqual(paths, ["/echo/1", "/echo/2", "/echo"])

    def test_rules(self) -> None:
        """Of many stubs the last one matches the workload; the template's does, too."""
        for path, count in ((mock.comparing(3), 3), (mock.templated(), 1)):
            stubs = [stub for s in read_rules([str(path)]).services for stub in s.stubs]
            self.assertEqual(len(stubs), count)
            served = Mock([MockContract.load(ECHO.wsdl)])
            served.engine.load(stubs)
            call = served.engine.open(
                HttpRequest("POST", "/echo", "/echo", (), ECHO.body), served.mounts[0]
            )
            self.assertIs(call.stub, stubs[-1])
            self.assertIn(ECHO.expected, served.engine.close(call, served.mounts[0]).sent.body)


class LoadTests(SynchronousTestCase):
    """The bundled generators against a server that gives each request back."""

    def setUp(self) -> None:
        class Mirror(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.port = self.server.server_port

    def test_bundled(self) -> None:
        made = bundled.load(self.port, ECHO, 2, 0.3)
        self.assertGreater(made.requests, 10)
        self.assertEqual(made.errors, 0)
        self.assertTrue(0 < made.p50 <= made.p99 <= made.p999)

    def test_mass(self) -> None:
        tally = mass.call_all(self.port, 30, 10)
        self.assertEqual((tally.answered, tally.wrong), (30, 0), tally.problems)

    def test_summary(self) -> None:
        made = bundled.summary([i / 1000 for i in range(1000)], 2.0, 3)
        self.assertEqual((made.rate, made.p50, made.p99, made.errors), (500.0, 500.0, 990.0, 3))
