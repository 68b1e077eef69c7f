"""Service classes beside mocked services: real code for some operations, the mock for the rest.

A class over a generated stub answers the operations that it writes itself, through its own
handler chain. Stubs come before it, so that a test can make a real operation fail; samples
answer what it does not write. ``self.mock`` is its way to the mock::

    class Bank(BankServer):
        async def GetBalance(self, request):
            if request.account == "42":
                return self.mock.sample("GetBalance", balance="10.00")
            return await self.mock.answer(request)
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from ZSI.envelope import SOAP11
from ZSI.errors import FaultException
from ZSI.fault import fault_of_element
from ZSI.mock.engine import Engine, Mount
from ZSI.mock.errors import DefinitionError, nearest
from ZSI.mock.exchange import Call, Sent
from ZSI.mock.operations import MockOperation
from ZSI.mock.render import read_reply
from ZSI.parse import ParsedSoap
from ZSI.twisted.dispatching import target_of
from ZSI.twisted.exchange import HttpRequest, HttpResponse
from ZSI.twisted.waiting import deferred_of, waits
from ZSI.writer import SoapWriter

if TYPE_CHECKING:
    from datetime import datetime

    from ZSI.mock.facade import Mock
    from ZSI.mock.state import Store


def make_own(name: str, folder: str = "") -> Any:
    """The service that a rule file names: an instance of a class, or what a function makes.

    Args:
        name: ``my.module:EchoService``.
        folder: of the rule file; modules are looked for there too.

    Raises:
        DefinitionError: there is no such module or name, or making it failed.
    """
    module_name, colon, attribute = name.partition(":")
    if not colon or not attribute:
        raise DefinitionError(f"class {name}", expected="my.module:EchoService")
    place = str(Path(folder).absolute())
    if place not in sys.path:
        sys.path.insert(0, place)
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        raise DefinitionError(
            f"class {name}: {module_name} cannot be imported: {type(error).__name__}: {error}",
            expected=f"a module in {place} or on the Python path",
        ) from error
    make = getattr(module, attribute, None)
    if make is None:
        public = [known for known in vars(module) if not known.startswith("_")]
        raise DefinitionError(
            f"class {name}: {module_name} has no {attribute}", nearest=nearest(attribute, public)
        )
    try:
        made = make()
    except Exception as error:
        raise DefinitionError(
            f"class {name}: {type(error).__name__}: {error}",
            expected="a class, or a function, that takes no arguments",
        ) from error
    if not hasattr(made, "respond"):
        raise DefinitionError(
            f"class {name} makes {type(made).__name__}", expected="a service: a WSResource"
        )
    return made


def writes(own: Any, operation: MockOperation) -> bool:
    """Whether a service has written an operation itself, not left it as it was generated."""
    soap_name = own.root.get(operation.root, f"soap_{operation.name}")
    kind: Any = type(own)
    target = target_of(kind, soap_name)
    if target.operation is None:
        return callable(getattr(own, soap_name, None))
    soap = _function(own, soap_name)
    typed = _function(own, target.operation.method)
    return soap is not target.stub or typed is not target.typed_stub


def _function(own: Any, name: str) -> Any:
    method = getattr(own, name, None)
    return getattr(method, "__func__", method)


def own_answer(
    engine: Engine, mount: Mount, call: Call, request: Any
) -> HttpResponse | Deferred[HttpResponse] | None:
    """The answer of the service class to a call that no stub has taken.

    Args:
        engine: gets the exchange for its records.
        mount: has the classes. call: as far as it is known. request: the request face.

    Returns:
        The answer, now or later; None where no class has written the operation.
    """
    operation = call.operation
    own = mount.owns.get(operation.contract) if operation is not None else None
    if operation is None or own is None or not writes(own, operation):
        return None
    started = time.perf_counter()

    def record(response: HttpResponse) -> HttpResponse:
        seconds = call.seconds + time.perf_counter() - started
        engine.record(_recorded(call, response).with_(seconds=seconds))
        return response

    response = own.respond(request)
    if isinstance(response, HttpResponse):
        return record(response)
    waiting: Deferred[HttpResponse] = response
    return waiting.addCallback(record)


def _recorded(call: Call, response: HttpResponse) -> Call:
    """The exchange with what the class has sent; its reply typed if the contract can read it."""
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers]
    media_type = next((value for name, value in fields if name.lower() == "content-type"), None)
    headers = tuple(field for field in fields if field[0].lower() != "content-type")
    sent = Sent(response.status, response.body, media_type, headers)
    call = call.with_(source="class", sent=sent, error=None)
    if not response.body or dict(response.headers).get(b"Content-Encoding"):
        return call
    return call.with_(**read_reply(call, response.body))


class ServiceMock:
    """What a service class may ask of the mock around it, as ``self.mock``.

    Args:
        mock: the mock server.
        own: the service.
        reactor: holds delayed replies.
    """

    def __init__(self, mock: Mock, own: Any, reactor: Any) -> None:
        self._mock = mock
        self._own = own
        self._reactor = reactor

    def sample(self, name: str, fields: Mapping[str, Any] | None = None, **keys: Any) -> Any:
        """The sample of an operation's response, of the class's own type, with fields over it.

        Args:
            name: of the operation.
            fields: by path. keys: by name.
        """
        sample = self._mock.sample(name, {**(fields or {}), **keys})
        operation = next((o for o in self._own.operations.values() if o.name == name), None)
        if operation is None or operation.response is None:
            return sample
        text = bytes(SoapWriter().serialize(sample))
        return ParsedSoap(text).Parse(operation.response.typecode)

    async def answer(self, request: Any, session: str = "") -> Any:
        """What stubs, or the sample, answer to a request.

        Args:
            request: a typed request of one of the service's operations.
            session: whose stubs count.

        Returns:
            The typed response; None if the operation is one-way.

        Raises:
            FaultException: the answer is a fault.
        """
        operation = next(
            (o for o in self._own.operations.values() if o.request is type(request)), None
        )
        if operation is None:
            raise TypeError(f"{type(request).__name__} is no request of this service")
        mount = self._mount(operation.name)
        version = next(
            (o.version for o in mount.router.operations if o.name == operation.name), SOAP11
        )
        style = version.encoding_style if operation.encoded else None
        writer = SoapWriter(version=version, encodingStyle=style)
        sent = await self._exchange(mount, bytes(writer.serialize(request)), version, session)
        if operation.response is None and not sent.body:
            return None
        parsed = ParsedSoap(sent.body)
        if parsed.IsAFault():
            raise FaultException(fault_of_element(parsed.body_root))
        return parsed.Parse(operation.response.typecode)

    def _mount(self, name: str) -> Mount:
        for mount in self._mock.mounts:
            if self._own in mount.owns.values():
                for operation in mount.router.operations:
                    if operation.name == name and operation.problem is None:
                        return mount
        raise LookupError(f"no operation {name}")

    async def _exchange(self, mount: Mount, body: bytes, version: Any, session: str) -> Sent:
        headers = (("content-type", version.content_type()),)
        engine = self._mock.engine
        http = HttpRequest("POST", mount.path, mount.path, headers, body)
        call = engine.open(http, mount, session)
        given: Any = None
        handler = engine.handler(call)
        if handler is not None:
            try:
                given = handler(call.request)
                given = await deferred_of(given) if waits(given) else given
            except Exception as error:
                given = error
        call = engine.close(call, mount, given)
        if call.delay > 0:
            await deferLater(self._reactor, call.delay)
        assert call.sent is not None
        return call.sent

    @property
    def store(self) -> Store:
        """What handlers and templates keep."""
        return self._mock.store

    @property
    def now(self) -> datetime:
        """The mock's time."""
        return self._mock.clock()

    def url(self, name: str = "") -> str:
        """The URL of a port by its name, or of a path."""
        return self._mock.url(name)
