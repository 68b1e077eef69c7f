"""The rules of the house as functions: sources in, one line for each violation out.

``test_architecture`` runs them on the repository, and on small sources that break them.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

#: Rooms that stand on one floor; a room imports from its own floor and from those below it.
FLOORS: tuple[frozenset[str], ...] = tuple(
    frozenset(floor.split())
    for floor in (
        "names limits errors heap version",
        "xmlio",
        "schema",
        "TC",
        "versions envelope fault faultxml attachments wsa security",
        "parse writer",
        "wsdl",
        "route call blocking samples sample_values generate",
        "twisted",
        # ZSI's old door plates
        "client ServiceContainer ServiceProxy dispatch address auth digest_auth resolvers wstools"
        " TCcompound TCnumbers TCtimes TCapache",
        "mock",
        "testing pytest_plugin plugins",
    )
)
FLOOR = {room: number for number, floor in enumerate(FLOORS) for room in floor}
PLATES = FLOORS[9]

#: What talks to the network or starts a process, and so may import twisted.
TWISTED_ROOMS = frozenset({"twisted", "testing", "pytest_plugin", "plugins"}) | PLATES
TWISTED_MODULES = frozenset(
    f"ZSI.mock.{edge}"
    for edge in ("admin", "mixing", "pages", "resource", "server", "service", "serving", "tap")
)
#: Entry points: they choose the reactor for everything below them.
#: ZSI.twisted.client is one since ZSI's documented constructor of a client has no reactor.
ENTRY_POINTS = frozenset(
    {
        "ZSI.generate.commands",
        "ZSI.mock.serving",
        "ZSI.mock.tap",
        "ZSI.twisted.client",
        "echo_service",
    }
)

MODULE_LINES = 600
FUNCTION_LINES = 60


@dataclass(frozen=True, slots=True)
class Source:
    """One module: its dotted name, its text, its tree."""

    name: str
    text: str
    tree: ast.Module
    package: bool = False

    @classmethod
    def of(cls, name: str, text: str, package: bool = False) -> Source:
        return cls(name, text, ast.parse(text), package)

    @property
    def room(self) -> str:
        """The part of the name that stands on a floor: ``TC`` of ``ZSI.TC.simple``."""
        parts = self.name.split(".")
        if parts[0] == "ZSI":
            return parts[1] if len(parts) > 1 else ""
        return "plugins" if parts[0] == "twisted" else parts[0]


def read_sources(root: Path, *folders: str) -> list[Source]:
    """Every Python module below these folders, or these files, of a repository."""
    found = []
    for folder in folders:
        start = root / folder
        for path in sorted(start.rglob("*.py")) if start.is_dir() else [start]:
            parts = list(path.relative_to(root).with_suffix("").parts)
            if "node_modules" in parts or "out" in parts or not path.exists():
                continue
            package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if package else parts)
            found.append(Source.of(name, path.read_text("utf-8"), package))
    return found


class _Imports(ast.NodeVisitor):
    """Collects imported modules with their lines; what only type checkers see is left out."""

    def __init__(self, source: Source) -> None:
        parts = source.name.split(".")
        self.package = parts if source.package else parts[:-1]
        self.found: list[tuple[int, str, str]] = []  # line, module, name taken from it or ""

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) not in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for statement in node.body:
                self.visit(statement)
        for statement in node.orelse:
            self.visit(statement)

    def visit_Import(self, node: ast.Import) -> None:
        self.found += [(node.lineno, alias.name, "") for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = self.package[: len(self.package) - node.level + 1] if node.level else []
        module = ".".join([*base, *([node.module] if node.module else [])])
        self.found += [(node.lineno, module, alias.name) for alias in node.names]


def imports(source: Source) -> list[tuple[int, str, str]]:
    """Line, module and taken name of each import that runs."""
    visitor = _Imports(source)
    visitor.visit(source.tree)
    return visitor.found


def internal_imports(source: Source, modules: Mapping[str, Source]) -> Iterator[tuple[int, str]]:
    """Line and module of each import from ZSI; ``from ZSI import TC`` is an import of ZSI.TC."""
    for line, module, name in imports(source):
        if module.split(".")[0] == "ZSI":
            taken = f"{module}.{name}"
            yield line, taken if taken in modules else module


def direction(sources: Iterable[Source]) -> Iterator[str]:
    """Imports that climb, rooms without a floor, imports of ``ZSI`` itself from inside."""
    modules = {source.name: source for source in sources}
    for source in modules.values():
        if source.name == "ZSI":
            continue
        if source.room not in FLOOR:
            yield f"{source.name}: {source.room} has no floor yet: give it one in FLOORS"
            continue
        for line, target in internal_imports(source, modules):
            room = target.split(".")[1] if "." in target else ""
            if not room:
                yield f"{source.name}:{line}: imports ZSI itself; import the module meant"
            elif FLOOR.get(room, 0) > FLOOR[source.room]:
                yield f"{source.name}:{line}: {source.room} must not import {target} above it"


def outside(source: Source, modules: Iterable[Source]) -> Iterator[str]:
    """``ZSI/__init__`` re-exports what imports no twisted."""
    by_name = {module.name: module for module in modules}
    seen: set[str] = set()
    waiting = [target for _, target in internal_imports(source, by_name)]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in by_name:
            continue
        seen.add(name)
        if any(module.split(".")[0] == "twisted" for _, module, _ in imports(by_name[name])):
            yield f"{source.name}: reaches twisted through {name}"
        waiting += [target for _, target in internal_imports(by_name[name], by_name)]


def cycles(sources: Iterable[Source]) -> Iterator[str]:
    """Groups of modules that import one another, each group once."""
    modules = {source.name: source for source in sources if source.name != "ZSI"}
    graph = {
        name: sorted({target for _, target in internal_imports(source, modules)} & set(modules))
        for name, source in modules.items()
    }
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> Iterator[str]:
        if name in path:
            yield " -> ".join((*path[path.index(name) :], name))
            return
        if name in done:
            return
        for target in graph[name]:
            if target != name:
                yield from walk(target, (*path, name))
        done.add(name)

    for name in graph:
        yield from walk(name, ())


def sizes(sources: Iterable[Source]) -> Iterator[str]:
    """Modules and functions that have grown too long to be read."""
    for source in sources:
        lines = source.text.count("\n")
        if lines > MODULE_LINES:
            yield f"{source.name}: {lines} lines; more than {MODULE_LINES}"
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    yield f"{source.name}:{node.lineno}: {node.name} has {length} lines"


def twisted_imports(sources: Iterable[Source]) -> Iterator[str]:
    """Imports of twisted in rooms that do no I/O."""
    for source in sources:
        if source.room in TWISTED_ROOMS or source.name in TWISTED_MODULES | ENTRY_POINTS:
            continue
        for line, module, _ in imports(source):
            if module.split(".")[0] == "twisted":
                yield f"{source.name}:{line}: imports {module}, and does no I/O"


def global_reactor(sources: Iterable[Source]) -> Iterator[str]:
    """The reactor taken from the air, or what takes it behind one's back."""
    for source in sources:
        if source.name in ENTRY_POINTS:
            continue
        for line, module, name in imports(source):
            if f"{module}.{name}".rstrip(".") == "twisted.internet.reactor":
                yield f"{source.name}:{line}: imports the global reactor; take it as a parameter"
            if name == "deferToThread":
                yield f"{source.name}:{line}: deferToThread takes the global reactor"


def parsers(sources: Iterable[Source]) -> Iterator[str]:
    """XML parsed anywhere but in xmlio."""
    for source in sources:
        if source.name == "ZSI.xmlio":
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in (
                "etree.XMLParser",
                "etree.fromstring",
                "etree.XML",
                "etree.parse",
                "etree.iterparse",
                "etree.XMLPullParser",
                "etree.HTMLParser",
            ):
                yield f"{source.name}:{node.lineno}: {ast.unparse(node)}; parse with ZSI.xmlio"


#: The mock's cache of contracts is made and read by one user's own processes.
PICKLES = frozenset({"ZSI.mock.cache"})


def evaluation(sources: Iterable[Source]) -> Iterator[str]:
    """Text made into code, and pickles."""
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("eval", "exec", "compile"):
                yield f"{source.name}:{node.lineno}: {ast.unparse(node.func)} of text"
        for line, module, _ in imports(source):
            if module in ("pickle", "marshal", "shelve") and source.name not in PICKLES:
                yield f"{source.name}:{line}: imports {module}"


_RELAXATION = re.compile(
    r"#\s*(?:type:\s*ignore(?P<codes>\[[\w, -]+\])?"
    r"|noqa(?P<rules>:\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*)?"
    r"|pragma:\s*no\s*cover)",
)


def relaxations(sources: Iterable[Source]) -> Iterator[str]:
    """``type: ignore`` and ``noqa`` without a code or without a reason on the line."""
    for source in sources:
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type != tokenize.COMMENT:
                continue
            found = list(_RELAXATION.finditer(token.string))
            if not found:
                continue
            where = f"{source.name}:{token.start[0]}"
            for match in found:
                if "pragma" not in match[0] and not (match["codes"] or match["rules"]):
                    yield f"{where}: {match[0]} names no rule"
            if not re.search(r"[A-Za-z]{2,}", _RELAXATION.sub("", token.string)):
                yield f"{where}: {token.string.strip()} gives no reason"


def unmirrored(root: Path, sources: Iterable[Source]) -> Iterator[str]:
    """Modules of ZSI without a test file that mirrors them or names them in its docstring.

    A family of small modules may share a test file whose docstring has a line
    ``Covers: ZSI.wsdl.nodes, ZSI.wsdl.notes``.
    """
    files = list((root / "tests").rglob("test_*.py"))
    tests = {_plain(path.relative_to(root / "tests")) for path in files}
    covered: set[str] = set()
    for path in files:
        docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        for line in re.findall(r"^Covers: (.+(?:\n.+)*)", docstring, re.M):
            covered.update(re.findall(r"\w+(?:\.\w+)*", line))
    for source in sources:
        parts = source.name.split(".")[1:]
        if source.package or not parts or source.name in covered:
            continue
        mirror = Path(*parts[:-1], f"test_{parts[-1]}.py")
        if _plain(mirror) not in tests:
            yield f"{source.name}: no tests/{'/'.join(mirror.parts)}"


def _plain(path: Path) -> tuple[str, ...]:
    """A test's path without what Python's names force on it: ``twisted_`` mirrors ``twisted``."""
    *folders, file = path.with_suffix("").parts
    return (
        *(folder.rstrip("_").lower() for folder in folders),
        "test_" + file.removeprefix("test_").strip("_").lower(),
    )
