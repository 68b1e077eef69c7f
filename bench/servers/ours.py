"""Any contract of ``bench/services`` on our own stack; an operation gives back its request.

python -m bench.servers.ours PORT SERVICE fast|web
"""

from __future__ import annotations

import sys
from typing import Any

from twisted.internet import reactor
from twisted.web.resource import Resource

from bench.stubs import stub
from ZSI.twisted.endpoints import serve
from ZSI.twisted.WSresource import WSResource


def service(name: str) -> WSResource:
    """The generated stub with its ``soap_`` methods made concrete, as a user would write them."""
    module = stub(name, "server")
    # a name that the stub needs itself gets an underscore
    base: type[WSResource] = getattr(module, f"{name.capitalize()}_", None) or getattr(
        module, name.capitalize()
    )

    def concrete(method: str) -> Any:
        def answer(self: WSResource, ps: Any, **kw: Any) -> Any:
            request, _ = getattr(base, method)(self, ps, **kw)
            return request, request

        return answer

    methods = {method: concrete(method) for method in dir(base) if method.startswith("soap_")}
    made: WSResource = type(name.capitalize(), (base,), methods)()
    return made


def main(port: str, name: str, front: str) -> None:
    root = Resource()
    root.putChild(name.encode(), service(name))
    endpoint = f"tcp:{port}:interface=127.0.0.1:backlog=4096"
    running = serve(root, reactor, endpoint=endpoint, front=front)
    running.privilegedStartService()
    running.startService()
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
