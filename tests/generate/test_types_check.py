"""Generated code passes ``mypy --strict``; wrong uses of it do not."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tests.generate.made import MadeTests
from tests.generate.test_build import EVERYTHING
from tests.generate.test_server_module import FAULTY
from ZSI.generate.commands import plan_files

ROOT = Path(__file__).parents[2]

GOOD = """
from decimal import Decimal
from typing import Any, assert_type

from twisted.internet.defer import Deferred

from made import Small_client as client
from made import Small_server as server
from made import Small_types as types

item = types.Item(size="S", price=Decimal("1"))
gift = types.Gift(size="XL", for_="you")
order = types.Order(id=1, zip=None, item=[item, gift])
order.item.append(gift)
assert_type(order.item, list[types.Item])
assert_type(item.price, Decimal | None)
old: Any = item  # ZSI's spellings are not typed
old._price = old.get_element_price()


class Service(server.S):
    async def Ask(self, request: server.In) -> server.Out:
        return server.Out(value=len(request.value))


class Later(server.S):
    def Ask(self, request: server.In) -> Deferred[server.Out]:
        return Deferred()


def call() -> Deferred[client.Out]:
    return client.SLocator().getP().Ask(client.In(value="x"))
"""

#: A line each, and a word of what mypy says of it.
BAD = (
    ("types.Item()", "Missing named argument"),
    ('types.Item(size="M")', "arg-type"),
    ('types.Item(size="S", prize=1)', "Unexpected keyword"),
    ('types.Order(id="1", zip=None, item=[])', "arg-type"),
    ('types.Item(size="S").price + 1', "Unsupported operand"),
    ("client.SLocator().getP().Ask(types.Answer(value=1))", "arg-type"),
    ('types.Item(size="S").prize', "attr-defined"),
    ('types.Item(size="S").prize = None', "attr-defined"),
    ('types.Item(size="S").get_element_price()', "attr-defined"),
)


class TypeCheckTests(MadeTests):
    """One run of mypy over everything."""

    if find_spec("mypy") is None:
        skip = "mypy is not installed"

    def test_strict(self) -> None:
        types = FAULTY["types"] + EVERYTHING.replace(
            '<xs:element name="Ask" type="xs:string"/>', "").replace(
            '<xs:element name="Answer" type="xs:int"/>', "")  # fmt: skip
        plan = self.plan(**{**FAULTY, "types": types})
        for name, content in plan_files(plan, package=True).items():
            self.write(f"made/{name}", content)
        self.write("made/__init__.py", "")
        self.write("good.py", GOOD)
        lines = "\n".join(line for line, _ in BAD)
        imports = "from made import Small_client as client, Small_types as types"
        self.write("bad.py", f"{imports}\n{lines}")
        environment = {**os.environ, "MYPYPATH": f"{self.folder.absolute()}:{ROOT}"}
        command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
        command += ["--config-file", str(ROOT / "pyproject.toml")]
        command += ["--cache-dir", str(ROOT / ".mypy_cache" / "tests")]
        for module in ("made.Small_server", "made.Small_client", "good", "bad"):
            command += ["-m", module]
        ran = subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=self.folder, timeout=300
        )
        said = ran.stdout.splitlines()
        self.assertEqual([line for line in said if not line.startswith("bad.py")], [], ran.stderr)
        for number, (_, expected) in enumerate(BAD, 2):
            found = [line for line in said if line.startswith(f"bad.py:{number}:")]
            self.assertTrue(any(expected in line for line in found), f"{number}: {found}")
