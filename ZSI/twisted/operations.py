"""What generated server classes carry: their operations and their WSDL. No twisted here.

A server class has ``root`` and ``soapAction`` (ZSI's dictionaries from what comes to a method
name), ``operations`` (from that method name to an `Operation`) and ``documents``.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

T = TypeVar("T")

#: What a typed handler may return: the response, or a Deferred or coroutine of it.
Reply: TypeAlias = T | Awaitable[T]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a service, as the generator found it in the WSDL.

    Attributes:
        name: as in the WSDL.
        method: of the typed method (`name`, or with an underscore where that is taken).
        request: the class of its input message, with a ``typecode``.
        response: of its output message; None for a one-way operation.
        action: the WS-Addressing action of the request; ``reply_action`` of the response.
        style: of the binding; ``encoded`` for SOAP section 5 encoding.
        headers: classes of the header blocks that the WSDL declares for the request.
        faults: classes of the declared fault details.
    """

    name: str
    method: str
    request: Any
    response: Any = None
    action: str | None = None
    reply_action: str | None = None
    style: Literal["document", "rpc"] = "document"
    encoded: bool = False
    headers: tuple[Any, ...] = ()
    faults: tuple[Any, ...] = ()

    @property
    def one_way(self) -> bool:
        """Whether nobody waits for a response."""
        return self.response is None

    @property
    def root(self) -> tuple[str | None, str]:
        """The name of the body element that calls it: of the first part, if there are several.

        ``(None, "")`` where the Body is empty.
        """
        return (self.parts or [(None, "")])[0]

    @property
    def parts(self) -> list[tuple[str | None, str]]:
        """The names of all body elements of a request."""
        typecode = self.request.typecode
        if typecode.body:
            return [field.name for field in self.request.complex_type().children if field.name]
        return [(typecode.nspname, typecode.pname)]


class Documents:
    """The WSDL and what it imports, copied beside the generated modules; read when asked for.

    Args:
        file: the ``__file__`` of the generated module.
        folder: where the copies are, relative to it.
        names: of the files; the WSDL first.
    """

    def __init__(self, file: str, folder: str, *names: str) -> None:
        self.names = names
        self._folder = Path(file).parent / folder

    @property
    def path(self) -> Path:
        """Where the copy of the WSDL is."""
        return self._folder / self.names[0]

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """The documents by name, the WSDL first.

        Raises:
            OSError: a file is not there any more: run wsdl2py again.
        """
        return {name: (self._folder / name).read_bytes() for name in self.names}
