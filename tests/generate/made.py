"""Small contracts, generated and imported."""

from __future__ import annotations

import importlib
import itertools
import sys
from types import ModuleType
from typing import Any

from tests.wsdl.small import SmallTests, schema_text, wsdl_text
from ZSI.generate.build import Built
from ZSI.generate.commands import plan_files
from ZSI.generate.plan import ClassPlan, Plan
from ZSI.generate.planner import make_plan
from ZSI.generate.types_module import TypesModule
from ZSI.parse import ParsedSoap
from ZSI.writer import SoapWriter

_numbers = itertools.count()


class Made:
    """What was generated from one contract: its modules, imported."""

    def __init__(self, types: ModuleType, server: ModuleType, client: ModuleType) -> None:
        self.types: Any = types
        self.server: Any = server
        self.client: Any = client


class MadeTests(SmallTests):
    """Plans, prints and imports small contracts."""

    def plan(self, types: str = "", **parts: str) -> Plan:
        """The plan of a WSDL with these declarations."""
        if types:
            parts["types"] = types
        return make_plan(self.contract(wsdl_text(**parts)))

    def planned(self, types: str, python: str) -> ClassPlan:
        """One class of the plan of a schema."""
        plan = make_plan(self.schema(schema_text(types)))
        return next(made for made in plan.classes if made.python == python)

    def source(self, types: str) -> str:
        """The types module of a schema."""
        plan = make_plan(self.schema(schema_text(types)))
        (text,) = TypesModule(plan, package=True).files().values()
        return text

    def printed(self, types: str) -> str:
        """The definitions of a types module, without its head and tail."""
        text = self.source(types)
        start = text.index("\n", text.index("_registry = Registry(")) + 1
        return text[start : text.index("ns0 = ")].strip("\n")

    def make(self, types: str = "", **parts: str) -> Made:
        """Generate the modules of a WSDL and import them."""
        plan = self.plan(types, **parts)
        package = f"made_{next(_numbers)}"
        for name, content in plan_files(plan, package=True).items():
            self.write(f"{package}/{name}", content)
        self.write(f"{package}/__init__.py", "")
        sys.path.insert(0, str(self.folder))
        self.addCleanup(sys.path.remove, str(self.folder))
        importlib.invalidate_caches()
        modules = [
            importlib.import_module(f"{package}.{plan.base}_{kind}")
            for kind in ("types", "server", "client")
        ]
        for module in [name for name in sys.modules if name.startswith(package)]:
            self.addCleanup(sys.modules.pop, module, None)
        return Made(*modules)

    def build(self, types: str = "", **parts: str) -> Built:
        """The classes of a WSDL in memory."""
        return Built(self.plan(types, **parts))

    def travelled(self, value: Any, typecode: Any = None) -> Any:
        """A value written into an envelope and read again."""
        typecode = typecode or type(value).typecode
        return ParsedSoap(bytes(SoapWriter().serialize(value, typecode))).Parse(typecode)
