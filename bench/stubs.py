"""Stubs of the contracts in ``bench/services``, made by wsdl2py into ``bench/out/stubs``."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from bench.values import OUT, Absent
from bench.workloads import SERVICES


def stub(service: str) -> ModuleType:
    """The server module of a contract, made anew in each run.

    Raises:
        Absent: wsdl2py does not take it yet; the text is its message.
    """
    from ZSI.generate.commands import main

    package = f"{service}_stub"
    name = f"{package}.{service.capitalize()}_server"
    if name in sys.modules:
        return sys.modules[name]
    stubs = OUT / "stubs"
    folder = stubs / package
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").touch()
    try:
        status = main(["-w", "-o", str(folder), str(SERVICES / f"{service}.wsdl")])
    except SystemExit as ended:
        status = ended.code
    if isinstance(status, int) and status:
        raise Absent(f"wsdl2py ended with {status} for {service}.wsdl")
    if str(stubs) not in sys.path:
        sys.path.insert(0, str(stubs))
    return importlib.import_module(name)
