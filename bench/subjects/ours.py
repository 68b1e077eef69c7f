"""Our own service as its users start it: twistd, the generated stub, DeferHandlerChain."""

from __future__ import annotations

import sys

from bench.values import ROOT, Absent, Command, Subject, Workload

ALL = frozenset({"echo", "typed, 20 fields", "rpc/encoded, 20 structs", "document, 0.9 MB"})


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


def _serve(workload: Workload, port: int, front: str) -> Command:
    """twistd for the echo; for the other contracts a few lines around their stubs."""
    if workload.name == "echo":
        return _twistd(port, front, 0)
    service = workload.path.strip("/")
    return Command((sys.executable, "-m", "bench.servers.ours", str(port), service, front))


FRONT = Subject(
    "ours on the fast front",
    "echo_service on ZSI.twisted.front",
    ALL,
    lambda workload, port: _serve(workload, port, "fast"),
)
WEB = Subject(
    "ours on twisted.web",
    "echo_service on ZSI.twisted.site",
    ALL,
    lambda workload, port: _serve(workload, port, "web"),
)
