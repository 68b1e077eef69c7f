"""twisted.web, a Resource that returns its body, form parsing off."""

from __future__ import annotations

import sys

from bench.values import Command, Subject, Workload


def command(workload: Workload, port: int) -> Command:
    return Command((sys.executable, "-m", "bench.servers.bare_web", str(port)))


SUBJECT = Subject(
    "bare twisted.web",
    "a Resource returning its body, parsePOSTFormSubmission=False, no SOAP",
    frozenset({"echo", "typed, 20 fields", "rpc/encoded, 20 structs", "document, 0.9 MB"}),
    command,
)
