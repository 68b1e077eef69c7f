"""Tests for ZSI's documented names."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.twisted import WSresource, interfaces

DOCUMENTED = """
    WSResource DefaultHandlerChain LoggingHandlerChain DeferHandlerChain DefaultHandlerChainFactory
    DefaultCallbackHandler DataHandler CheckInputArgs HandlerChainInterface CallbackChainInterface
"""
IN_INTERFACES = """
    CheckInputArgs HandlerChainInterface CallbackChainInterface DataHandler DefaultHandlerChain
"""


class WSresourceTests(SynchronousTestCase):
    """The names are where ZSI's users import them from."""

    def test_names(self) -> None:
        for name in DOCUMENTED.split():
            self.assertIn(name, WSresource.__all__)
            self.assertTrue(hasattr(WSresource, name), name)
        for name in IN_INTERFACES.split():
            self.assertIs(getattr(interfaces, name), getattr(WSresource, name))

    def test_attributes(self) -> None:
        self.assertEqual(WSresource.WSResource.encoding, "UTF-8")
        self.assertIs(WSresource.WSResource.factory, WSresource.DefaultHandlerChainFactory)
        self.assertIs(
            WSresource.DefaultHandlerChainFactory.protocol, WSresource.DefaultHandlerChain
        )
