"""The echo service as a user starts it: twistd in a process of its own, on a free port."""

from __future__ import annotations

import atexit
import os
import re
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
STARTED = re.compile(rb"starting on (\d+)")


class EchoServer:
    """``twistd -ny server.tac`` with its log kept; ``url`` once it listens.

    Args:
        delay: seconds before each answer.
        patience: seconds to wait for it to listen.

    Raises:
        AssertionError: it ended or did not listen in time; the message has its log.
    """

    def __init__(self, delay: float = 0.0, patience: float = 20.0, **settings: str) -> None:
        environment = {
            **os.environ,
            "ECHO_DELAY": str(delay),
            "ECHO_ENDPOINT": "tcp:0:interface=127.0.0.1",
            **settings,
        }
        command = [sys.executable, "-c", "from twisted.scripts.twistd import run; run()"]
        command += ["--nodaemon", "--pidfile=", "--logfile=-", "--python=server.tac"]
        # a file, for a pipe that nobody reads fills up and stops the server
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as the server
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=self._log, stderr=subprocess.STDOUT
        )
        self.port = self._wait_for_port(time.monotonic() + patience)
        self.url = f"http://127.0.0.1:{self.port}/echo"

    @staticmethod
    def available() -> bool:
        """Whether the service is there to be started."""
        return (ROOT / "server.tac").exists()

    @property
    def log(self) -> bytes:
        """What it has logged so far."""
        return os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0)

    def _wait_for_port(self, deadline: float) -> int:
        while time.monotonic() < deadline and self.process.poll() is None:
            if found := STARTED.search(self.log):
                return int(found[1])
            time.sleep(0.02)
        log = self.log
        self.stop()
        raise AssertionError(f"twistd did not listen:\n{log.decode(errors='replace')}")

    def stop(self) -> None:
        """End it and wait until it has."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self) -> EchoServer:
        return self

    def __exit__(self, *ignored: object) -> None:
        self.stop()


@cache
def shared_echo_server(front: str = "fast") -> EchoServer:
    """One server without delay for all the tests that only call it; ends with the process."""
    server = EchoServer(ECHO_FRONT=front)
    atexit.register(server.stop)
    return server
