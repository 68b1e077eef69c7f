"""From a contract to Python: what ``wsdl2py`` is made of.

ZSI's names for what was wrong with a WSDL are one error here: `ZSI.wsdl.model.ContractError`.

>>> from ZSI.generate import WsdlGeneratorError
>>> WsdlGeneratorError.__name__
'ContractError'
"""

from __future__ import annotations

from typing import Any, Final

_ERRORS: Final = frozenset(
    ("WSDLFormatError", "WsdlGeneratorError", "Wsdl2PythonError", "WSInteropError")
)


def __getattr__(name: str) -> Any:
    """One of ZSI's errors."""
    if name not in _ERRORS:
        raise AttributeError(f"ZSI.generate has no {name}")
    from ZSI.wsdl.model import ContractError  # not for those who only want a part of this package

    return ContractError
