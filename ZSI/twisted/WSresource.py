"""ZSI's documented names for services on Twisted, under the module that ZSI had them in."""

from __future__ import annotations

from ZSI.twisted.addressing import (
    WSAddressCallbackHandler,
    WSAddressHandler,
    WSAddressHandlerChainFactory,
)
from ZSI.twisted.chain import (
    DefaultCallbackHandler,
    DefaultHandlerChainFactory,
    DeferHandlerChain,
    LoggingHandlerChain,
)
from ZSI.twisted.interfaces import (
    CallbackChainInterface,
    CheckInputArgs,
    DataHandler,
    DefaultHandlerChain,
    HandlerChainInterface,
)
from ZSI.twisted.operations import Operation, Reply
from ZSI.twisted.resource import WSResource

__all__ = [
    "CallbackChainInterface",
    "CheckInputArgs",
    "DataHandler",
    "DefaultCallbackHandler",
    "DefaultHandlerChain",
    "DefaultHandlerChainFactory",
    "DeferHandlerChain",
    "HandlerChainInterface",
    "LoggingHandlerChain",
    "Operation",
    "Reply",
    "WSAddressCallbackHandler",
    "WSAddressHandler",
    "WSAddressHandlerChainFactory",
    "WSResource",
]
