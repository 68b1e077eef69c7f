"""Stubs of the contracts in ``bench/services``, made by wsdl2py into ``bench/out/stubs``."""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
from types import ModuleType

from bench.values import OUT, Absent
from bench.workloads import SERVICES
from ZSI.generate.commands import wsdl2py


def stub(service: str, module: str = "types") -> ModuleType:
    """A module of a contract's stub, generated anew in each run.

    Args:
        service: of ``bench/services``.
        module: "types", "server" or "client".

    Raises:
        Absent: wsdl2py does not take the contract; the text is its message.
    """
    package = f"{service}_stub"
    stubs = OUT / "stubs"
    if package not in sys.modules:
        folder = stubs / package
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
        with contextlib.redirect_stderr(io.StringIO()) as said:
            try:
                wsdl2py(["-w", "-o", str(folder), str(SERVICES / f"{service}.wsdl")])
            except SystemExit as ended:
                raise Absent(f"wsdl2py: {said.getvalue().strip()}") from ended
        if str(stubs) not in sys.path:
            sys.path.insert(0, str(stubs))
    return importlib.import_module(f"{package}.{service.capitalize()}_{module}")
