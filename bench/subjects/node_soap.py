"""node-soap on Node's http server."""

from __future__ import annotations

from bench import tools
from bench.values import ROOT, Command, Subject, Workload


def command(workload: Workload, port: int) -> Command:
    node = tools.need("node", "Debian: nodejs")
    modules = tools.npm("soap", "^1.13.0")
    script = ROOT / "bench" / "servers" / "node_soap.js"
    return Command(
        (node, str(script), str(port), str(workload.wsdl), workload.path),
        environment={"NODE_PATH": str(modules), "NODE_ENV": "production"},
    )


SUBJECT = Subject(
    "node-soap",
    "npm's soap on Node's http server",
    frozenset({"echo", "typed, 20 fields", "document, 0.9 MB"}),
    command,
    warm_up=3.0,
)
