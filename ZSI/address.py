"""ZSI's WS-Addressing of one message, under ZSI's module name."""

from __future__ import annotations

from ZSI.wsa import Address

__all__ = ["Address"]
