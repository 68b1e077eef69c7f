"""Services over generated stubs, as a rule file names them."""

from __future__ import annotations

from generated.EchoServer_server import EchoRequest, EchoResponse, EchoServer


class Greeter(EchoServer):
    """Greets."""

    async def Echo(self, request: EchoRequest) -> EchoResponse:
        return EchoResponse(value=f"hello {request.value}")
