"""ZSI's way to serve plain functions: a message calls the function named like its body element.

::

    def add(a, b):
        return a + b

    if __name__ == "__main__":
        dispatch.AsServer(port=8080, rpc=True)

Three styles. ``rpc``: the parts are arguments, by name, or by position where they are an array or
called ``item``; what is returned becomes ``addResponse``. ``docstyle``: the function gets and
returns an lxml element. Else it gets one object, by the typecode that ``typesmodule`` has for the
element (`ZSI.TC.Any` without), and returns one that has a typecode.

Only functions count that the modules define themselves, or name in ``__all__``: what they import is
nobody's business, and neither is what begins with an underscore.
"""

from __future__ import annotations

import inspect
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any, NoReturn

from lxml import etree
from zope.interface import provider

from ZSI import TC
from ZSI.auth import ClientBinding
from ZSI.envelope import SOAP11, check_understood
from ZSI.errors import EvaluateException, RequestRefused, UnknownOperation, ZSIException
from ZSI.limits import DEFAULT_LIMITS
from ZSI.names import QName
from ZSI.parse import ParsedSoap
from ZSI.ServiceContainer import ServiceContainer, ServiceSOAPBinding
from ZSI.twisted.interfaces import (
    CallbackChainInterface,
    DataHandler,
    DefaultHandlerChain,
    HandlerChainInterface,
)
from ZSI.twisted.refusals import fault_response
from ZSI.twisted.waiting import then
from ZSI.writer import SoapWriter

_binding: ContextVar[ClientBinding | None] = ContextVar("ClientBinding", default=None)


def GetClientBinding() -> ClientBinding | None:
    """Who calls the function that is running; None elsewhere."""
    return _binding.get()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function has returned, and how it is written."""

    value: Any
    typecode: Any


@dataclass(frozen=True, slots=True)
class Functions:
    """The functions on offer, and how they are called; arguments as of `AsServer`.

    >>> def hello(name):
    ...     return f"hello, {name}"
    >>> functions = Functions([hello], rpc=True)
    >>> functions.call(ParsedSoap("<hello><name>Ada</name></hello>", envelope=False)).value
    'hello, Ada'
    """

    modules: Iterable[Any] | None = None
    docstyle: bool = False
    typesmodule: Any = None
    rpc: bool = False
    nsdict: Mapping[str, str] = field(default_factory=dict)

    def table(self) -> dict[str, Callable[..., Any]]:
        """The functions by name.

        Raises:
            TypeError: two have one name.
        """
        modules = (sys.modules["__main__"],) if self.modules is None else self.modules
        found: dict[str, Callable[..., Any]] = {}
        for module in modules:
            for name, function in _offered(module):
                if found.setdefault(name, function) is not function:
                    raise TypeError(f"{name} is offered twice, by {function!r} as well")
        return found

    def call(self, ps: Any, connection: Any = None) -> Answer:
        """Call the function that a message means.

        Args:
            ps: the message.
            connection: the request that carries it.

        Raises:
            UnknownOperation: there is none. EvaluateException: an argument cannot be read.
        """
        known = self.table()
        if ps.body_root is None:
            raise UnknownOperation("an empty Body", known)
        name = QName.from_clark(str(ps.body_root.tag))
        function = known.get(name.localname)
        if function is None:
            raise UnknownOperation(name.clark, known)
        parameters = inspect.signature(function)
        args, kw = self._arguments(ps, "item" in parameters.parameters)
        try:
            parameters.bind(*args, **kw)
        except TypeError as error:
            raise EvaluateException(f"{name.localname}: {error}") from None
        token = _binding.set(ClientBinding(ps, connection))
        try:
            result = function(*args, **kw)
        finally:
            _binding.reset(token)
        # without the namespace: senders may invent as many as they like, and each is remembered
        reply = f"{name.localname}Response"
        answer: Answer = then(result, lambda value: self._answer(value, reply))
        return answer

    def _arguments(self, ps: Any, has_item: bool) -> tuple[list[Any], dict[str, Any]]:
        root = ps.body_root
        if self.docstyle:
            return [root], {}
        if not self.rpc:
            return [ps.Parse(self._typecode(root))], {}
        children = [child for child in root if isinstance(child.tag, str)]
        names = [QName.from_clark(str(child.tag)).localname for child in children]
        parsed = ps.Parse(TC.Any(aslist=True)) if children else []
        if self.typesmodule is not None:
            parsed = [self._typecode(child).parse(child, ps) for child in children]
        if _is_array(root) or (set(names) == {"item"} and not has_item):
            return list(parsed), {}
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise EvaluateException(f"{twice[0]} stands twice: a part is one argument")
        return [], dict(zip(names, parsed, strict=True))

    def _typecode(self, elt: etree._Element) -> Any:
        """The typecode that ``typesmodule`` has for an element; else `TC.Any`."""
        local = QName.from_clark(str(elt.tag)).localname
        found = getattr(self.typesmodule, local, None)
        return getattr(found, "typecode", None) or TC.Any()

    def _answer(self, result: Any, name: str) -> Answer:
        if self.docstyle:
            return Answer(result, TC.XML(name))
        typecode = getattr(result, "typecode", None)
        if typecode is None:
            typecode = TC.Any(name, parts=True)
        return Answer(result, typecode)


def _offered(module: Any) -> Iterable[tuple[str, Callable[..., Any]]]:
    """The functions that a module (or a function by itself) offers, by name."""
    if isinstance(module, FunctionType):
        return [(module.__name__, module)]
    said = getattr(module, "__all__", ())
    here = module.__name__ if isinstance(module, ModuleType) else None
    return [
        (name, thing)
        for name, thing in vars(module).items()
        if isinstance(thing, FunctionType) and name[:1] != "_"
        and (name in said or here is None or thing.__module__ == here)
    ]  # fmt: skip


def _is_array(elt: etree._Element) -> bool:
    return any(str(name).endswith(("}arrayType", "}itemType")) for name in elt.attrib)


# ---------------------------------------------------------------------- by HTTP


@provider(CallbackChainInterface)
class _CallbackHandler:
    """Calls the function."""

    @classmethod
    def processRequest(cls, ps: Any, *, resource: Any, request: Any = None, **kw: Any) -> Any:
        """What the function gives; errors as of `Functions.call`."""
        if ps.body_root is not None:
            request.exchange.operation = QName.from_clark(str(ps.body_root.tag)).localname
        check_understood(ps.message, resource.understood, resource.actors)
        return resource.functions.call(ps, request)


@provider(HandlerChainInterface)
class _AnswerHandler(DataHandler):
    """Writes what the function has returned."""

    @classmethod
    def processResponse(
        cls, output: Any, *, request: Any = None, resource: Any = None, **kw: Any
    ) -> Any:
        """Write an `Answer`; errors as of the typecode."""
        writer = SoapWriter(version=request.exchange.version, nsdict=resource.functions.nsdict)
        return writer.serialize(output.value, output.typecode)


class _ChainFactory:
    """Makes the chain of a service of functions."""

    @classmethod
    def newInstance(cls) -> DefaultHandlerChain:
        return DefaultHandlerChain(_CallbackHandler, _AnswerHandler)


class FunctionService(ServiceSOAPBinding):
    """Functions as a service; for a container of one's own, at a path.

    Args:
        functions: which, and how they are called.
        post: the path.
    """

    factory = _ChainFactory

    def __init__(self, functions: Functions, post: str = "/") -> None:
        super().__init__(post)
        self.functions = functions


class FunctionServer(ServiceContainer):
    """A server whose functions answer at every path."""

    def getNode(self, url: str) -> Any:
        """The service, wherever a message goes."""
        return self.NodeTree["/"]


def AsServer(
    port: int = 80,
    modules: Iterable[Any] | None = None,
    docstyle: bool = False,
    nsdict: Mapping[str, str] | None = None,
    typesmodule: Any = None,
    rpc: bool = False,
    addr: str = "",
) -> None:
    """Serve functions until interrupted.

    Args:
        port, addr: to listen on; an empty address: every interface, as in ZSI.
        modules: whose functions; None: those of ``__main__``.
        docstyle, rpc, typesmodule: see the module.
        nsdict: further prefixes for answers to declare.
    """
    functions = Functions(modules, docstyle, typesmodule, rpc, nsdict or {})
    with FunctionServer((addr, port), [FunctionService(functions)]) as server:
        server.serve_forever()


# ---------------------------------------------------------------------- by CGI


def AsCGI(
    nsdict: Mapping[str, str] | None = None,
    typesmodule: Any = None,
    rpc: bool = False,
    modules: Iterable[Any] | None = None,
    *,
    docstyle: bool = False,
) -> None:
    """Answer the one message on standard input (RFC 3875); arguments as of `AsServer`."""
    functions = Functions(modules, docstyle, typesmodule, rpc, nsdict or {})
    length = os.environ.get("CONTENT_LENGTH", "")
    size = int(length) if length.isdigit() else 0
    status, body = _answered(functions, size)
    head = f"Status: {status}\r\nContent-Type: text/xml; charset=utf-8\r\n"
    out = sys.stdout.buffer
    out.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    out.flush()


def _answered(functions: Functions, size: int) -> tuple[int, bytes]:
    """Status and body of the answer to a message of so many bytes."""
    version = SOAP11
    try:
        if os.environ.get("REQUEST_METHOD") != "POST":
            raise RequestRefused("this is a SOAP service: POST envelopes to it", 405)
        if size > DEFAULT_LIMITS.body_bytes:
            raise RequestRefused("the message is too large", 413)
        kind = os.environ.get("CONTENT_TYPE")
        ps = ParsedSoap(sys.stdin.buffer.read(size), media_type=kind)
        version = ps.version
        check_understood(ps.message, (), ())
        answer = functions.call(ps)
        writer = SoapWriter(version=version, nsdict=functions.nsdict)
        return 200, bytes(writer.serialize(answer.value, answer.typecode))
    except Exception as error:
        if not isinstance(error, ZSIException):
            traceback.print_exc()  # to the web server's log
        response = fault_response(error, version)
        return response.status, response.body


def AsHandler(request: Any = None, modules: Any = None, **kw: Any) -> NoReturn:
    """ZSI's handler for mod_python, which is no more.

    Raises:
        NotImplementedError: always; says what to use.
    """
    raise NotImplementedError("mod_python is no more: use AsCGI, AsServer or ZSI.twisted.wsgi")


def AsJonPy(request: Any = None, modules: Any = None, **kw: Any) -> NoReturn:
    """ZSI's handler for jonpy, which is no more; errors as of `AsHandler`."""
    AsHandler(request, modules, **kw)
