"""The service as its users run it: twistd in the background, many calls at once, an early end."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from bench.load import mass
from tests.running import ROOT, STARTED, EchoServer

TWISTD = "from twisted.scripts.twistd import run; run()"


def post(url: str, body: bytes) -> tuple[int, bytes]:
    """Status and body of a call."""
    request = urllib.request.Request(url, body, {"Content-Type": "text/xml"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def eventually(what: object, seconds: float = 15.0) -> object:
    """The first true value of a function, or a failure when the time is over."""
    assert callable(what)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if value := what():
            return value
        time.sleep(0.02)
    raise AssertionError(f"nothing within {seconds} s")


class ServingTests(SynchronousTestCase):
    """Real processes."""

    def setUp(self) -> None:
        if not EchoServer.available():
            raise SkipTest("server.tac is not there")

    def test_background(self) -> None:
        """``twistd -y server.tac`` answers, logs to twistd.log, stops on its pid's SIGTERM."""
        folder = Path(self.mktemp())
        folder.mkdir()
        for name in ("server.tac", "echo_service.py"):
            shutil.copy(ROOT / name, folder / name)
        shutil.copytree(ROOT / "generated", folder / "generated")
        environment = {
            **os.environ,
            "ECHO_DELAY": "0",
            "ECHO_ENDPOINT": "tcp:0:interface=127.0.0.1",
        }
        command = [sys.executable, "-c", TWISTD, "-y", "server.tac"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        log, pid_file = folder / "twistd.log", folder / "twistd.pid"
        eventually(pid_file.exists)
        pid = int(str(eventually(pid_file.read_text)))
        self.addCleanup(self.end, pid)
        eventually(lambda: STARTED.search(log.read_bytes()))
        port = int(STARTED.findall(log.read_bytes())[-1])
        url = f"http://127.0.0.1:{port}/echo"
        status, body = post(url, (ROOT / "envelope.xml").read_bytes())
        self.assertEqual(status, 200)
        self.assertIn(b">plop<", body)
        os.kill(pid, signal.SIGTERM)
        eventually(lambda: not pid_file.exists())
        self.assertIn("Server Shut Down", log.read_text())

    def end(self, pid: int) -> None:
        """Whatever the test found, nothing is left running."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def test_parallel_calls(self) -> None:
        """200 calls of 1 s take little more than 1 s together, and each gets its own value."""
        with EchoServer(delay=1.0) as server:
            tally = mass.call_all(server.port, 200, 20)
        self.assertEqual((tally.answered, tally.wrong), (200, 0), tally.problems)
        self.assertTrue(1.0 <= tally.seconds < 5.0, tally.seconds)

    def test_settings_that_make_no_sense(self) -> None:
        """The service says which one, and does not start."""
        for name, value in (("ECHO_DELAY", "soon"), ("ECHO_FRONT", "side")):
            with self.assertRaises(AssertionError) as caught:
                EchoServer(**{name: value})
            self.assertIn(f"{name}={value!r}", str(caught.exception))

    def test_bad_then_good(self) -> None:
        """A fault of the request's version, nothing of the inside in it, and it goes on."""
        good = (ROOT / "envelope.xml").read_bytes()
        soap12 = b"http://www.w3.org/2003/05/soap-envelope"
        soap11 = b"http://schemas.xmlsoap.org/soap/envelope/"
        empty = b'<e:Envelope xmlns:e="%b"><e:Body/></e:Envelope>'
        unknown = b'<e:Envelope xmlns:e="%b"><e:Body><Nope/></e:Body></e:Envelope>'
        cases = (
            (b"not xml", 500, soap11),
            (b"<a/>", 500, soap11),
            (good.replace(soap11, b"urn:other"), 500, soap11),
            (empty % soap11, 500, soap11),
            (empty % soap12, 400, soap12),
            (unknown % soap11, 500, soap11),
            (unknown % soap12, 400, soap12),
            (good.replace(b"ns1:value", b"ns1:other"), 500, soap11),
            (b'<!DOCTYPE a [<!ENTITY b "c">]>' + good, 500, soap11),
            (
                good.replace(b"<soapenv:Header/>", b"<soapenv:Header><x xmlns='urn:x' "
                b"soapenv:mustUnderstand='1'/></soapenv:Header>"),
                500,
                soap11,
            ),
            (good + b" " * 11_000_000, 413, soap11),
        )  # fmt: skip
        with EchoServer() as server:
            for body, expected, namespace in cases:
                status, answer = post(server.url, body)
                self.assertEqual(status, expected, (body[:200], answer))
                self.assertIn(b"Fault>", answer, body[:200])
                self.assertIn(namespace, answer, body[:200])
                for inside in (b"Traceback", b".py", b"0x", str(ROOT).encode()):
                    self.assertNotIn(inside, answer, body[:200])
                self.assertEqual(post(server.url, good)[0], 200)
            self.assertNotIn(b"Unhandled Error", server.log)
