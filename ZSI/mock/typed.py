"""What generated mock modules (``wsdl2py --mock``) are made of: verbs that know their fields.

    class BankMock(typed.TypedMock):
        GetBalance = typed.operation(_GetBalance, "GetBalance")

An editor completes operations, fields and faults, and ``mypy --strict`` refuses a wrong name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar, overload

from ZSI.mock.dsl import Verbs, fail, reply
from ZSI.mock.matchers import Operator
from ZSI.mock.stubs import Stub

if TYPE_CHECKING:
    from typing import Self

    from ZSI.mock.facade import Mock
    from ZSI.mock.server import MockServer
    from ZSI.mock.variations import Variation

__all__ = ["Call", "Fields", "Function", "Spec", "TypedMock", "TypedVerbs", "operation"]

T = TypeVar("T")
Request = TypeVar("Request")
Response = TypeVar("Response")
V = TypeVar("V", bound="TypedVerbs[Any, Any]")

#: What may stand for a value: the value, its text or a template, an operator, nested fields,
#: items, or a function that gives it.
Spec: TypeAlias = (
    T | str | Operator | Mapping[str, Any] | Sequence[Any] | Callable[[Any], Any] | None
)
#: Fields by path.
Fields: TypeAlias = Mapping[str, Any]
#: A function of the typed request that answers.
Function: TypeAlias = Callable[[Any], Any]


class Call(Generic[Request, Response]):
    """A call that came, as assertions give it; at run time `ZSI.mock.journal.Entry`."""

    request: Request
    reply: Response | BaseException | None
    session: str
    number: int
    request_body: bytes
    reply_body: bytes


class TypedVerbs(Verbs, Generic[Request, Response]):
    """The verbs of one operation; generated classes add those that take its fields.

    ``op``, ``wsdl`` and ``input`` are set on the generated class.
    """

    op: ClassVar[str] = ""
    input: ClassVar[str | None] = None
    wsdl: ClassVar[Path]

    @property
    def calls(self) -> list[Call[Request, Response]]:
        """The calls so far that the conditions hold for, oldest first."""
        return super().calls

    @classmethod
    def variations(cls) -> list[Variation]:
        """Legal replies of many shapes, each by its name; see `ZSI.mock.variations`."""
        from ZSI.mock.variations import variations

        return variations(cls.wsdl, cls.op, input=cls.input)

    def _response(self, paths: tuple[Fields, ...], fields: Mapping[str, Any]) -> Response:
        made: Response = self._sample(paths, fields)
        return made

    def _reply(self, given: tuple[Any, ...], fields: Mapping[str, Any]) -> Self:
        return self._said(replies=(reply(*given, **fields),))

    def _fail(self, name: Any, fields: Mapping[str, Any]) -> Self:
        return self._said(replies=(fail(name, **fields),))

    def _called_with(
        self, paths: tuple[Fields, ...], fields: Mapping[str, Any]
    ) -> list[Call[Request, Response]]:
        __tracebackhide__ = True
        return self._asked(paths, fields).assert_called()

    def _called_once_with(
        self, paths: tuple[Fields, ...], fields: Mapping[str, Any]
    ) -> Call[Request, Response]:
        __tracebackhide__ = True
        found: Call[Request, Response] = super()._called_once_with(paths, fields)
        return found


class operation(Generic[V]):
    """An operation of a typed mock: its verbs on an instance, its class on the class.

    Args:
        verbs: the class of its verbs.
    """

    def __init__(self, verbs: type[V]) -> None:
        self._verbs = verbs

    @overload
    def __get__(self, instance: None, owner: type[TypedMock]) -> type[V]: ...

    @overload
    def __get__(self, instance: TypedMock, owner: type[TypedMock]) -> V: ...

    def __get__(self, instance: TypedMock | None, owner: type[TypedMock]) -> type[V] | V:
        if instance is None:
            return self._verbs
        return instance._verbs(self._verbs)


class TypedMock:
    """A mock server whose operations are typed; generated classes name them.

    Args:
        server: what serves: a `MockServer`, a mock under trial, or a `RemoteMock`.

    With pytest: ``bank = soap_mock(BankMock)``; elsewhere: ``with BankMock.serve() as bank:``.
    """

    #: The WSDL that the class was generated from.
    path: ClassVar[Path]

    def __init__(self, server: Any) -> None:
        self._server = server

    @classmethod
    def wsdl(cls) -> Path:
        """The WSDL that the class was generated from."""
        return cls.path

    @classmethod
    def serve(cls, **options: Any) -> Self:
        """A server of its own, for the time of a ``with`` block; options as for `MockServer`."""
        from ZSI.mock.server import MockServer

        return cls(MockServer(cls.path, **options))

    @property
    def mock(self) -> Mock:
        """Journal, store, clock, gates, report and reset: see `ZSI.mock.facade.Mock`."""
        found: Mock = self._server.mock
        return found

    @property
    def url(self) -> str:
        """The URL of the first service."""
        found: str = self._server.url
        return found

    def port(self, name: str) -> Self:
        """The operations of one port alone: ``bank.port("BankSoap12").GetBalance``."""
        made = type(self)(self._server)
        made._prefix = f"{name}/"
        return made

    _prefix = ""

    def _verbs(self, verbs: type[V]) -> V:
        """The verbs of an operation, checked to be there."""
        mock = self._server.mock
        known = mock.op(self._prefix + verbs.op, input=verbs.input)
        stub: Stub = known.stub
        return verbs(mock, stub)

    def __enter__(self) -> Self:
        server: MockServer = self._server
        server.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.stop()
