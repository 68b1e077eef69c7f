"""``zsi-mock serve`` and ``twistd zsi-mock`` in processes of their own.

Covers: ZSI.mock.serving, ZSI.mock.tap, ZSI.mock.__main__, twisted.plugins.zsi_mock_plugin.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from twisted.internet.error import CannotListenError
from twisted.python import usage
from twisted.python.failure import Failure
from twisted.trial.unittest import SkipTest

from tests.mock.serving import BANK, element, envelope, post
from tests.mock.test_cli import run
from tests.mock.test_rules import Files
from ZSI.mock import serving, tap
from ZSI.mock.errors import DefinitionError

ROOT = Path(__file__).parents[2]
SERVE = ("-m", "ZSI.mock", "serve")
TWISTD = ("-m", "twisted", "-n", "--pidfile=", "--logfile=-", "zsi-mock")


class Processes(Files):
    """Starts servers in a folder of their own, on any free port."""

    def setUp(self) -> None:
        super().setUp()
        self.write("bank.wsdl", BANK.read_text("utf-8"))

    def command(self, *words: str) -> tuple[list[str], dict[str, str]]:
        environ = {**os.environ, "ZSI_MOCK_CACHE": "off", "PYTHONPATH": str(ROOT)}
        if words[1] == "twisted":
            run = "import sys; from twisted.scripts.twistd import run; sys.exit(run())"
            words = ("-c", run, *words[2:])
        return [sys.executable, *words], environ

    def run_one(self, *words: str) -> subprocess.CompletedProcess[str]:
        command, environ = self.command(*words)
        return subprocess.run(
            command, env=environ, cwd=self.folder, capture_output=True, text=True, timeout=30
        )

    def start(self, *words: str) -> dict[str, Any]:
        """Start a server; gives its ready file."""
        command, environ = self.command(*words, "--port", "0", "--ready-file", "ready.json")
        ready = self.folder / "ready.json"
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            self.process = subprocess.Popen(
                command, env=environ, cwd=self.folder, stdout=out, stderr=err
            )
        self.addCleanup(self.stop)
        deadline = time.monotonic() + 30
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.fail(f"it did not start:\n{self.out()}\n{self.err()}")
            time.sleep(0.02)
        found: dict[str, Any] = json.loads(ready.read_text("utf-8"))
        return found

    def out(self) -> str:
        return (self.folder / "out").read_text("utf-8")

    def err(self) -> str:
        return (self.folder / "err").read_text("utf-8")

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(20)


class ServeTests(Processes):
    """The command."""

    def test_from_start_to_end(self) -> None:
        self.write("r.yaml", "- {op: GetBalance, reply: {balance: 10.00}}\n")
        ready = self.start(*SERVE, "bank.wsdl", "--rules", "r.yaml")
        answer = post(ready["url"], "GetBalance", account="42")
        self.assertEqual(answer.text("balance"), "10.00")
        lines = self.out().splitlines()
        self.assertEqual(lines[0], "zsi-mock serves (Ctrl-C stops it)")
        self.assertRegex(lines[-1], r"GetBalance\(account=42\) stub r.yaml:1 200 \d+\.\d ms$")
        self.pasted(next(line for line in lines if line.startswith("  curl ")))
        self.assertEqual(self.stop(signal.SIGINT), 0)
        self.assertEqual(self.err(), "")
        self.assertFalse((self.folder / "ready.json").exists())

    def test_signals(self) -> None:
        """The terminal is closed: it ends in order; asked twice, it waits for nobody."""
        self.write("r.yaml", "services: [bank.wsdl]\nstubs: [{op: GetBalance, delay: 60s}]\n")
        self.start(*SERVE, "r.yaml")
        self.assertEqual(self.stop(signal.SIGHUP), 0)
        self.assertFalse((self.folder / "ready.json").exists())
        url = urlsplit(self.start(*SERVE, "r.yaml")["url"])
        with socket.create_connection((url.hostname or "", url.port or 0)) as client:
            body = envelope(element("GetBalance", {"account": "1"}))
            head = f"POST {url.path} HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\n"
            head += f"Content-Length: {len(body)}\r\n\r\n"
            client.sendall(head.encode() + body)
            time.sleep(0.3)
            began = time.monotonic()
            for _ in range(2):
                self.process.send_signal(signal.SIGINT)
                time.sleep(0.2)
            self.assertEqual((self.process.wait(20), self.err()), (0, ""))
            self.assertLess(time.monotonic() - began, 4)

    def pasted(self, line: str) -> None:
        """The line that it offers works as it stands."""
        if shutil.which("curl") is None:
            raise SkipTest("curl is not installed here")
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=20)
        self.assertIn("<ns1:balance>10.00</ns1:balance>", done.stdout)

    def test_reload_under_load(self) -> None:
        """32 connections, rules that change: no request is lost, no answer mixes two of them."""

        def rules(number: int) -> str:
            currency = ("EUR", "USD")[number % 2]
            return f"- {{op: GetBalance, reply: {{balance: {number}.00, currency: {currency}}}}}\n"

        path = self.write("r.yaml", rules(0))
        url = self.start(*SERVE, "bank.wsdl", "--rules", "r.yaml")["url"]
        seen: set[tuple[str | None, str | None]] = set()
        statuses: set[int] = set()
        wanted = {(f"{number}.00", ("EUR", "USD")[number % 2]) for number in range(3)}
        deadline = time.monotonic() + 20

        def client() -> None:
            while not wanted <= seen and time.monotonic() < deadline:
                answer = post(url, "GetBalance", account="1")
                statuses.add(answer.status)
                seen.add((answer.text("balance"), answer.text("currency")))

        clients = [threading.Thread(target=client) for _ in range(32)]
        for thread in clients:
            thread.start()
        for number in (1, 2):
            new = self.write("new", rules(number))
            new.replace(path)
            while (f"{number}.00", ("EUR", "USD")[number % 2]) not in seen:
                self.assertLess(time.monotonic(), deadline, f"{seen}\n{self.out()[-500:]}")
                time.sleep(0.05)
        for thread in clients:
            thread.join()
        self.assertEqual((seen, statuses), (wanted, {200}))

    def test_port_that_is_taken(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            done = self.run_one(*SERVE, "bank.wsdl", "--port", str(taken.getsockname()[1]))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"^zsi-mock: cannot listen on 127.0.0.1:\d+: Address already "
                         r"in use; --port chooses another, 0 any free one\n$")  # fmt: skip

    def test_the_option_that_has_chosen_a_port_is_named(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            endpoint = f"tcp:{port}:interface=127.0.0.1"
            self.write("own.yaml", f"services: [{{wsdl: bank.wsdl, port: {port}}}]")
            free = ", 0 any free one"
            for words, advice in (
                (("--port", "0", "--admin", port, "bank.wsdl"), f"--admin chooses another{free}"),
                (("--endpoint", endpoint, "bank.wsdl"), "--endpoint chooses another"),
                (("own.yaml",), "port: in the rules chooses another"),
            ):
                done = self.run_one(*SERVE, *words)
                self.assertEqual((done.returncode, done.stdout), (1, ""), words)
                self.assertRegex(done.stderr, rf"^zsi-mock: cannot listen on 127.0.0.1:{port}: "
                                 rf"Address already in use; {advice}\n$")  # fmt: skip


class TwistdTests(Processes):
    """``twistd zsi-mock``."""

    def test_from_start_to_end(self) -> None:
        ready = self.start(*TWISTD, "--wsdl", "bank.wsdl", "--front", "web")
        answer = post(ready["url"], "GetBalance", account="42")
        self.assertEqual(answer.text("account"), "42")
        self.assertIn(self.stop(), (0, -signal.SIGTERM))  # twistd dies of the signal it got
        self.assertIn("GetBalance(account=42) sample 200", self.out())

    def test_plugin_is_cheap(self) -> None:
        """twistd imports every plugin to list it."""
        done = self.run_one(
            "-c", "import sys, twisted.plugins.zsi_mock_plugin as plugin; "
            "print(plugin.zsi_mock.tapname, [n for n in sys.modules if n.startswith('ZSI')])",
        )  # fmt: skip
        self.assertEqual(done.stdout, "zsi-mock []\n")


class MistakesTests(Processes):
    """What cannot be served is said before anything is opened, without a traceback."""

    def test_command(self) -> None:
        self.write("r.yaml", "- {op: GetBalence}\n- {op: Transfer, times: x}\n")
        done = run("serve", f"{self.folder}/bank.wsdl", "--rules", f"{self.folder}/r.yaml")
        said = "r.yaml:2: times: 'x'; expected an integer from 0 to 1000000000\n"
        said += "r.yaml:1: op: no operation GetBalence; did you mean GetBalance?\n"
        self.assertEqual((done.code, done.out), (1, ""))
        self.assertEqual(done.err.replace(f"{self.folder}/", ""), said)
        done = run("serve", f"{self.folder}/gone.wsdl")
        self.assertEqual((done.code, done.out), (66, ""))
        self.assertIn("gone.wsdl", done.err)

    def test_twistd(self) -> None:
        options = tap.Options()
        options.parseOptions(["--wsdl", f"{self.folder}/gone.wsdl", "--cache", "off"])
        error = self.assertRaises(SystemExit, tap.makeService, options)
        self.assertIn("gone.wsdl", str(error))
        self.assertTrue(str(error).startswith("zsi-mock: "))


class OptionsTests(Files):
    """twistd's options are those of the command line."""

    def parse(self, *words: str) -> Any:
        options = tap.Options()
        with mock.patch.dict(os.environ, {"ZSI_MOCK_SEED": "5"}):
            options.parseOptions(words)
        return options.config

    def test_options(self) -> None:
        config = self.parse("--wsdl", "a", "--wsdl=b", "--json", "--no-reload", "--port=9", "c")
        self.assertEqual(config["wsdl"], ("a", "b", "c"))
        self.assertEqual(self.parse("--rules=s", "a.wsdl", "r.yml")["rules"], ("s", "r.yml"))
        self.assertEqual((config["json"], config["reload"], config["port"]), (True, False, 9))
        self.assertEqual((config["seed"], config.said("pedantic").origin), (5, "default"))

    def test_mistakes(self) -> None:
        error = self.assertRaises(usage.UsageError, self.parse, "--front", "x", "--port", "y")
        self.assertIn("--port: 'y'", str(error))
        self.assertIn("--front: 'x'", str(error))


class WordsTests(Files):
    """What is said when there is no listening, and to whom."""

    def test_why(self) -> None:
        def why(error: BaseException) -> str:
            return serving.why(Failure(error), "--port")

        taken = CannotListenError(None, 80, OSError(13, "Permission denied"))
        self.assertEqual(why(taken), "cannot listen on *:80: Permission denied; "
                         "--port chooses another, 0 any free one")  # fmt: skip
        nowhere = CannotListenError("h", 80, OSError(-2, "Name or service not known"))
        self.assertEqual(why(nowhere), "cannot listen on h:80: Name or service not known; "
                         "--host chooses another")  # fmt: skip
        self.assertEqual(why(FileNotFoundError(2, "No such file", "x")), "x: No such file")
        self.assertEqual(why(DefinitionError("x")), "x")
        self.assertEqual(why(RuntimeError("x")), "RuntimeError: x")

    def test_reader_that_has_gone(self) -> None:
        class Gone(io.StringIO):
            def write(self, text: str) -> int:
                raise BrokenPipeError

        with redirect_stdout(Gone()):
            serving.say("one")
            serving.say("two")
