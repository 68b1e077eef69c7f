"""ZSI's names for ways of authentication, as in ``auth=(AUTH.httpbasic, user, password)``."""

from __future__ import annotations

import os
from base64 import b64decode
from enum import IntEnum
from typing import Any


class AUTH(IntEnum):
    """How a client shows who it is; only ``none`` and ``httpbasic`` are done here.

    ``zsibasic`` put the password into a header block in clear, ``httpdigest`` knew MD5 alone.
    """

    none = 0
    httpbasic = 1
    zsibasic = 2
    httpdigest = 4


class ClientBinding:
    """Who calls: ZSI's object for functions that `ZSI.dispatch` calls.

    Args:
        ps: the message.
        connection: the request that carries it, with ``getHeader``; None: none. See
            `ZSI.twisted.exchange.RequestFace`.
    """

    def __init__(self, ps: Any, connection: Any = None) -> None:
        self.ps = ps
        self.connection = connection

    @property
    def environ(self) -> dict[str, str]:
        """The environment, a copy; for `ZSI.dispatch.AsCGI` it has that of the request."""
        return dict(os.environ)

    def GetAuth(self) -> tuple[Any, ...]:
        """``(AUTH.none,)``, or ``(AUTH.httpbasic, user, password)`` as the client says it.

        Nothing has been checked: that is the service's to do.
        """
        said = self.connection.getHeader("authorization") if self.connection is not None else None
        scheme, _, word = (said or "").partition(" ")
        if scheme.lower() != "basic":
            return (AUTH.none,)
        try:
            user, colon, password = b64decode(word.strip(), validate=True).decode().partition(":")
        except ValueError:
            return (AUTH.none,)
        return (AUTH.httpbasic, user, password) if colon else (AUTH.none,)

    def GetNS(self) -> str:
        """The namespace of the body element; empty for none."""
        tag = str(self.ps.body_root.tag)
        return tag[1:].partition("}")[0] if tag[:1] == "{" else ""

    def GetRequest(self) -> Any:
        """The message, a `ZSI.parse.ParsedSoap`."""
        return self.ps
