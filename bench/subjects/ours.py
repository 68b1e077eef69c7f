"""Our own echo service, typed, through DeferHandlerChain, on both fronts."""

from __future__ import annotations

from bench.values import Absent, Command, Subject, Workload


def command(workload: Workload, port: int) -> Command:
    raise Absent("the service is not there yet")


FRONT = Subject("ours, fast front", "ZSI.twisted.front", frozenset({"echo"}), command)
WEB = Subject("ours, twisted.web", "ZSI.twisted.site", frozenset({"echo"}), command)
