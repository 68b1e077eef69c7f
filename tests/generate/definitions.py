"""Whether a generated module only defines: looked at with ``ast``, never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

#: What generated modules call while they are imported.
CALLED = frozenset((
    "Registry", "Operation", "Documents", "TC.element", "TC.attribute", "TC.any_element",
    "TC.any_attributes", "TC.text", "TC.in_sequence", "TC.one_of", "TC.in_any_order",
    "TC.simple_type", "TC.array_type", "TC.type_of_element", "TC.key", "TC.unique", "TC.keyref",
    "TC.Namespace", "_registry.simple", "_registry.array", "_registry.attribute",
))  # fmt: skip
#: What their functions call when they are called themselves.
IN_FUNCTIONS = frozenset((
    "ps.Parse", "WSResource.__init__", "ServiceSOAPBinding.__init__", "isinstance", "TypeError",
    "type", "client.Binding", "self.binding.call",
))  # fmt: skip
_DATA = (
    ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Dict, ast.Subscript, ast.Slice,
    ast.keyword, ast.Load, ast.Store, ast.BinOp, ast.BitOr, ast.Starred, ast.UnaryOp, ast.USub,
    ast.JoinedStr, ast.FormattedValue, ast.BoolOp, ast.Or, ast.Not, ast.arguments, ast.arg,
)  # fmt: skip


def suspicious(source: str) -> list[str]:
    """What in a module is neither import, definition nor literal; one line each."""
    return list(_module(ast.parse(source)))


def _module(tree: ast.Module) -> Iterator[str]:
    for number, node in enumerate(tree.body):
        if isinstance(node, ast.ImportFrom | ast.Import):
            yield from _import(node)
        elif isinstance(node, ast.If):
            checking = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
            if not checking or not all(
                isinstance(n, ast.ImportFrom | ast.Import) for n in node.body
            ):
                yield f"line {node.lineno}: if"
        elif isinstance(node, ast.ClassDef):
            yield from _class(node)
        elif not (number == 0 and _is_docstring(node)):
            yield from _assignment(node)


def _import(node: ast.ImportFrom | ast.Import) -> Iterator[str]:
    module = getattr(node, "module", None) or ""
    known = ("", "__future__", "typing", "decimal", "twisted.internet.defer")
    sibling = isinstance(node, ast.ImportFrom) and node.level == 1
    if isinstance(node, ast.Import):
        module = node.names[0].name
        sibling = module.endswith("_types")
        known += ("builtins", "datetime")
    if not sibling and module not in known and not module.startswith("ZSI"):
        yield f"line {node.lineno}: import of {module}"


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _class(node: ast.ClassDef) -> Iterator[str]:
    for part in (*node.bases, *(keyword.value for keyword in node.keywords)):
        yield from _data(part)
    if node.decorator_list:
        yield f"line {node.lineno}: decorator"
    for inner in node.body:
        if isinstance(inner, ast.ClassDef):
            yield from _class(inner)
        elif isinstance(inner, ast.FunctionDef):
            yield from _function(inner)
        elif not _is_docstring(inner):
            yield from _assignment(inner)


def _function(node: ast.FunctionDef) -> Iterator[str]:
    """Stubs: calls by fixed names, nothing but data beside them."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and ast.unparse(inner.func) not in IN_FUNCTIONS | CALLED:
            name = ast.unparse(inner.func)
            if not name.replace("_", "a").isidentifier():  # else a class of the module
                yield f"line {inner.lineno}: call of {name}"
        if isinstance(inner, ast.Lambda | ast.Await | ast.Global | ast.Import | ast.ImportFrom):
            yield f"line {node.lineno}: {type(inner).__name__}"


def _assignment(node: ast.stmt) -> Iterator[str]:
    if _is_docstring(node):
        return
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if not all(isinstance(target, ast.Name) for target in targets):
            yield f"line {node.lineno}: assignment to {ast.unparse(targets[0])}"
        yield from _data(node.value)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from _data(node.value)
    else:
        yield f"line {node.lineno}: {type(node).__name__}"


def _data(node: ast.expr) -> Iterator[str]:
    """Literals and calls of known names, all the way down."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            if ast.unparse(inner.func) not in CALLED:
                yield f"line {inner.lineno}: call of {ast.unparse(inner.func)}"
        elif not isinstance(inner, _DATA):
            yield f"line {node.lineno}: {type(inner).__name__}"
