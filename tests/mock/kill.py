"""Kills a mock server with -9 under load and looks at the journal that it leaves.

``python -m tests.mock.kill 50`` does it fifty times at random moments.
"""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

from tests.mock.serving import BANK, post, send

ROOT = Path(__file__).parents[2]
#: Seconds that a server may take to start.
PATIENCE = 60.0


def kill_once(journal: Path, seed: int) -> int:
    """Start a server, load it, kill it at a random moment, and hold its journal to its word.

    Returns:
        How many exchanges the HTTP interface had listed.

    Raises:
        AssertionError: the file is damaged, or lacks an exchange that had been listed.
    """
    ready = journal.with_suffix(".ready")
    command = [sys.executable, "-m", "ZSI.mock", "serve", str(BANK), "--port", "0", "--admin", "0"]
    command += ["--ready-file", str(ready), "--journal", f"sqlite:{journal}", "--no-reload"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        urls = _urls(ready, server)
        listed, ended = _load(urls, server, random.Random(seed).uniform(0.1, 0.8))
    finally:
        server.kill()
        server.wait()
    assert ended == -signal.SIGKILL, ended
    connection = sqlite3.connect(journal)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = {number for (number,) in connection.execute("SELECT number FROM exchange")}
        for (data,) in connection.execute("SELECT data FROM exchange"):
            json.loads(data)
    finally:
        connection.close()
    newest = max(kept, default=0)
    missing = {number for number in listed if number not in kept and number > newest - 1_000}
    assert not missing, f"listed, but not kept: {sorted(missing)[:10]}"
    return len(listed)


def _urls(ready: Path, server: subprocess.Popen[bytes]) -> dict[str, str]:
    end = time.monotonic() + PATIENCE
    while not ready.exists():
        assert server.poll() is None and time.monotonic() < end, "the server did not start"
        time.sleep(0.02)
    found: dict[str, str] = json.loads(ready.read_text())
    return found


def _load(
    urls: dict[str, str], server: subprocess.Popen[bytes], seconds: float
) -> tuple[set[int], int]:
    """Calls from four threads while one looks at the journal, until the server is killed.

    The seconds count from the first look that showed something: a busy machine may be late.
    """
    listed: set[int] = set()

    def call() -> None:
        while server.poll() is None:
            with suppress(OSError, HTTPException):
                post(urls["url"], "GetBalance", account="42")

    def look() -> None:
        while server.poll() is None:
            with suppress(OSError, HTTPException, ValueError):
                found = send(f"{urls['admin']}/journal?last=50", "GET", None, {}).body
                listed.update(entry["number"] for entry in json.loads(found))

    threads = [threading.Thread(target=work) for work in (call, call, call, call, look)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + PATIENCE
    while not listed and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(seconds)
    server.send_signal(signal.SIGKILL)
    code = server.wait()
    for thread in threads:
        thread.join()
    return listed, code


def main() -> None:
    """As often as the command line says."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    total = 0
    for seed in range(times):
        with tempfile.TemporaryDirectory() as folder:
            total += kill_once(Path(folder) / "journal.db", seed)
    print(f"killed {times} times; {total} exchanges had been listed, and all were kept")


if __name__ == "__main__":
    main()
