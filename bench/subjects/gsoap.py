"""gSOAP: a stand-alone C server made from the WSDL, a thread a connection."""

from __future__ import annotations

from bench import tools
from bench.values import OUT, ROOT, Command, Subject, Workload

HINT = "Debian: gsoap libgsoap-dev gcc"


def command(workload: Workload, port: int) -> Command:
    for program in ("wsdl2h", "soapcpp2", "gcc"):
        tools.need(program, HINT)
    home = OUT / "gsoap"
    server = home / "server"
    if not server.exists():
        home.mkdir(parents=True, exist_ok=True)
        main = ROOT / "bench" / "servers" / "gsoap_main.c"
        tools.run("wsdl2h", "-c", "-o", "echo.h", workload.wsdl, cwd=home)
        imports = "-I/usr/share/gsoap/import"
        tools.run("soapcpp2", "-c", "-S", "-L", "-w", "-x", imports, "echo.h", cwd=home)
        sources = (main, "soapC.c", "soapServer.c")
        tools.run("gcc", "-O2", "-I.", "-o", server, *sources, "-lgsoap", "-lpthread", cwd=home)
    return Command((str(server), str(port)))


SUBJECT = Subject("gSOAP", "C, a thread a connection, both cores", frozenset({"echo"}), command)
