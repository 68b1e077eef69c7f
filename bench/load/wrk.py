"""wrk with a script that prints what we need."""

from __future__ import annotations

import math
import subprocess
import tempfile
from pathlib import Path

from bench.values import Load, Workload

SCRIPT = Path(__file__).with_name("report.lua")


def load(port: int, workload: Workload, connections: int, seconds: float) -> Load:
    """Drive a server with keep-alive connections from one thread.

    Raises:
        RuntimeError: wrk said something unexpected.
    """
    url = f"http://127.0.0.1:{port}{workload.path}"
    with tempfile.NamedTemporaryFile() as body:
        body.write(workload.body)
        body.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{math.ceil(seconds)}s", "--timeout", "30s"]
        command += ["-s", str(SCRIPT), url, "--", body.name, workload.operation]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("figures ")]
    if not lines:
        raise RuntimeError(f"wrk gave no figures:\n{done.stdout}\n{done.stderr}")
    requests, duration, p50, p99, p999, errors = map(float, lines[-1][1:])
    return Load(int(requests), duration / 1e6, p50 / 1e3, p99 / 1e3, p999 / 1e3, int(errors))
