"""stub"""
from __future__ import annotations
from typing import Any
class Variation: ...
def variations(wsdl: Any, op: str, *, input: str | None = None) -> list[Variation]: return []
