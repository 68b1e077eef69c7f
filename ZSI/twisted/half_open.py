"""Clients that send no more while an answer is being made: do they wait for it, or have they gone?

TCP says the same of both: a FIN. But whoever has gone answers what still comes with a reset. So
an HTTP/1.1 client is sent ``100 Continue``, which all of them skip (RFC 9110, 15.2), and its
socket is asked for an error, at once and then once a second. HTTP/1.0 clients know no such answer:
they are waited for as long as one may take its answer, ``HttpLimits.write_seconds``.
"""

from __future__ import annotations

from collections.abc import Callable
from socket import SO_ERROR, SOL_SOCKET
from typing import Any

from ZSI.twisted.connections import Connections
from ZSI.twisted.exchange import HttpLimits


def can_be_asked(request: Any) -> bool:
    """Whether an interim answer may be sent: in HTTP/1.1, before the final one has begun."""
    return request.clientproto == b"HTTP/1.1" and not request.startedWriting


def ask(
    request: Any,
    write: Callable[[bytes], object],
    connections: Connections,
    limits: HttpLimits,
) -> float:
    """Find out whether the client is there, if there is a way.

    Args:
        request: the request face that waits for its answer.
        write: sends bytes to the client.
        connections: what looks after this one.
        limits: of the connection.

    Returns:
        The deadline by which to look for what became of it: `is_there`.
    """
    if can_be_asked(request):
        write(b"HTTP/1.1 100 Continue\r\n\r\n")
        connections.hurry()
        return connections.now
    return connections.now + limits.write_seconds


def is_there(request: Any, transport: Any) -> bool:
    """Whether the client still waits for its answer, once it has been asked."""
    return can_be_asked(request) and not transport.getHandle().getsockopt(SOL_SOCKET, SO_ERROR)
