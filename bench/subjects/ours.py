"""Our own service as its users start it: twistd, the generated stub, DeferHandlerChain."""

from __future__ import annotations

import sys

from bench.values import ROOT, Absent, Command, Subject, Workload

ECHOES = frozenset({"echo"})


def _twistd(port: int, front: str, delay: float) -> Command:
    if not (ROOT / "server.tac").exists():
        raise Absent("server.tac is not there")
    code = "from twisted.scripts.twistd import run; run()"
    flags = ("--nodaemon", "--pidfile=", "--logfile=/dev/null", "--python=server.tac")
    return Command(
        (sys.executable, "-c", code, *flags),
        environment={
            "ECHO_DELAY": str(delay),
            "ECHO_FRONT": front,
            "ECHO_ENDPOINT": f"tcp:{port}:interface=127.0.0.1:backlog=4096",
        },
    )


def delayed(subject: Subject, port: int, delay: float) -> Command:
    """The echo service on the front of this subject, answering so many seconds late."""
    return _twistd(port, "web" if subject is WEB else "fast", delay)


def _front(workload: Workload, port: int) -> Command:
    return _twistd(port, "fast", 0)


def _web(workload: Workload, port: int) -> Command:
    return _twistd(port, "web", 0)


FRONT = Subject("ours on the fast front", "echo_service on ZSI.twisted.front", ECHOES, _front)
WEB = Subject("ours on twisted.web", "echo_service on ZSI.twisted.site", ECHOES, _web)
