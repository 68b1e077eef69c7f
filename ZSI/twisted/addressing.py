"""WS-Addressing for services: what the request says is read, what the answer has to say written.

A service takes part by its factory::

    class Service(EchoServer):
        factory = WSAddressHandlerChainFactory

The chain is the usual one with `WSAddressHandler` after the handler of bytes. A request without
an Action is refused; the answer says its Action (the contract's, or that of the service's
``wsAction``), a MessageID, which request it relates to, and whom it is for. Answers go back on the
connection that the request came by, whatever ReplyTo says: no service calls an address that a
message names.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from zope.interface import provider

from ZSI.envelope import check_understood
from ZSI.errors import quote
from ZSI.names import QName
from ZSI.twisted.chain import DefaultCallbackHandler
from ZSI.twisted.dispatching import (
    HandlerError,
    Target,
    find_target,
    takes_request,
    target_of,
)
from ZSI.twisted.interfaces import (
    CallbackChainInterface,
    DataHandler,
    DefaultHandlerChain,
    HandlerChainInterface,
)
from ZSI.twisted.waiting import then
from ZSI.wsa import UNDERSTOOD, Address

_WSA, _SOAP = "wsa_", "soap_"


@provider(HandlerChainInterface)
class WSAddressHandler:
    """Reads the addressing of requests, and writes that of answers; class or instance."""

    #: The header blocks that need nobody else.
    understood = UNDERSTOOD

    @classmethod
    def processRequest(cls, ps: Any, **kw: Any) -> Any:
        """Put the request's `Address` on the message.

        Raises:
            WSActionException: the request has no Action.
        """
        ps.address = Address()
        ps.address.parse(ps)
        return ps

    @classmethod
    def processResponse(
        cls, sw: Any, *, request: Any = None, resource: Any = None, **kw: Any
    ) -> Any:
        """Write the answer's header blocks."""
        exchange = request.exchange if request is not None else None
        ps = exchange.parsed if exchange is not None else None
        if sw is not None and ps is not None:
            made = Address(action=reply_action(resource, ps))
            made.setResponseFromWSAddress(ps.address, None)
            made.serialize(sw)
        return sw


def reply_action(resource: Any, ps: Any) -> str | None:
    """The action of the answer to a message: of ``wsAction``, or of the contract; else None."""
    target: Target | None = getattr(ps, "target", None)
    if target is None:
        return None
    said: str | None = getattr(resource, "wsAction", {}).get(target.soap_name)
    if said is None and target.operation is not None:
        said = target.operation.reply_action
    return said


def _is_own(kind: type, name: str) -> bool:
    """Whether a service has a method, and not only as it was generated."""
    generated = next(
        (base for base in kind.__mro__ if "operations" in base.__dict__), kind.__base__
    )
    return hasattr(kind, name) and getattr(kind, name) is not vars(generated).get(name)


def find_by_action(resource: Any, ps: Any, request: Any) -> Target:
    """The method of a message: ``wsa_Op`` where there is one, by its body or by its Action.

    Raises:
        UnknownOperation: the service has none.
    """
    kind: Any = type(resource)
    name = QName.from_clark(str(ps.body_root.tag)) if ps.body_root is not None else None
    said = (resource.root.get(name), resource.soapAction.get(ps.address.getAction()))
    guesses = [f"{_WSA}{g.removeprefix(_WSA).removeprefix(_SOAP)}" for g in said if g]
    if name is not None:
        guesses.append(f"{_WSA}{name.localname}")
    found = next((guess for guess in guesses if _is_own(kind, guess)), None)
    ps.target = target_of(kind, found) if found else find_target(resource, ps, request)
    target: Target = ps.target
    return target


@provider(CallbackChainInterface)
class WSAddressCallbackHandler(DefaultCallbackHandler):
    """Calls ``wsa_Op(ps, address)`` where the service has it, else ``soap_Op(ps)``."""

    find = staticmethod(find_by_action)

    @classmethod
    def processRequest(cls, ps: Any, *, resource: Any, request: Any = None, **kw: Any) -> Any:
        """Find the operation, call it, return its response.

        Raises:
            UnknownOperation, MustUnderstand, HandlerError: as of the base.
        """
        target = cls.find(resource, ps, request)
        if not target.soap_name.startswith(_WSA):
            return super().processRequest(ps, resource=resource, request=request, **kw)
        if request is not None:
            request.exchange.operation = target.name.removeprefix(_WSA)
        check_understood(ps.message, {*resource.understood, *UNDERSTOOD}, resource.actors)
        method = getattr(resource, target.soap_name)
        keywords = {"request": request} if takes_request(method) else {}
        return then(method(ps, ps.address, **keywords), partial(_response, target.soap_name))


def _response(name: str, pair: Any) -> Any:
    if type(pair) is not tuple or len(pair) != 2:
        raise HandlerError(
            f"{name} returned {quote(pair)}: it has to return the pair (request, response)"
        )
    return pair[1]


class WSAddressHandlerChainFactory:
    """Makes the chain of each request; ``protocol`` may be another chain class."""

    protocol: Any = DefaultHandlerChain

    @classmethod
    def newInstance(cls) -> Any:
        """The usual chain, with the addressing."""
        return cls.protocol(WSAddressCallbackHandler, DataHandler, WSAddressHandler)
