"""Servers as processes: started on a free port, watched through /proc, stopped."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from bench.values import Command, Workload

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def family(pid: int) -> list[int]:
    """A process and all that it has started, those of its children too."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:
                continue  # ended meanwhile
    return found


class Server:
    """A running server; a context manager that ends it.

    Args:
        command: how to start it.
        port: where it will listen.
        patience: seconds to wait for that. pause: seconds between two looks.

    Raises:
        RuntimeError: it ended or never listened; the text has the end of its log.
    """

    def __init__(
        self, command: Command, port: int, patience: float = 40.0, pause: float = 0.005
    ) -> None:
        self.port = port
        self._pause = pause
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as the server
        started = time.perf_counter()
        self.process = subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            env={**os.environ, **command.environment},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._wait(started + patience)
        except BaseException:
            self.stop()
            raise

    def _wait(self, deadline: float) -> None:
        while time.perf_counter() < deadline:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(self._pause)
        last = (self.log().strip().splitlines() or ["it said nothing"])[-1]
        raise RuntimeError(f"does not listen: {last}\n{self.log()[-2000:]}")

    def log(self) -> str:
        """What it has said so far."""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode(errors="replace")

    def cpu(self) -> float:
        """Seconds of processor that it and its children have used."""
        total = 0
        for pid in family(self.process.pid):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            total += int(fields[11]) + int(fields[12])
        return total / TICK

    def memory(self) -> float:
        """Resident megabytes of it and its children."""
        total = 0
        for pid in family(self.process.pid):
            try:
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
            except OSError:
                continue
        return total / 1e6

    def peak(self) -> float:
        """Most resident megabytes that the process itself has had."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
        return 0.0

    def ask(self, workload: Workload) -> tuple[int, bytes]:
        """Status and body of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", workload.path, workload.body, workload.headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def check(self, workload: Workload) -> None:
        """Raise RuntimeError unless it answers the workload as it should."""
        status, body = self.ask(workload)
        if status != 200 or workload.expected not in body:
            raise RuntimeError(f"wrong answer {status}: …{body[-300:]!r}\n{self.log()[-2000:]}")

    def stop(self) -> None:
        """End the process and its children, and wait for that."""
        pids = family(self.process.pid) if self.process.poll() is None else []
        for pid in reversed(pids):
            try:
                os.kill(pid, 15)
            except ProcessLookupError:
                continue
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
