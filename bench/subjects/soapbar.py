"""soapbar on uvicorn with uvloop and httptools, one process."""

from __future__ import annotations

from bench import tools
from bench.values import ROOT, Command, Subject, Workload


def command(workload: Workload, port: int) -> Command:
    python = tools.pip("soapbar", "soapbar", "uvicorn", "uvloop", "httptools")
    argv = (str(python), "-m", "uvicorn", "--app-dir", str(ROOT / "bench" / "servers"))
    flags = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--backlog", "4096")
    return Command((*argv, *flags, "--port", str(port), "soapbar_app:app"))


SUBJECT = Subject(
    "soapbar",
    "soapbar on uvicorn, uvloop, httptools",
    frozenset({"echo", "typed, 20 fields"}),
    command,
)
