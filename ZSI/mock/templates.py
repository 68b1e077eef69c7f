"""Templates: text with ``{{ expressions }}`` in replies, faults, headers and files.

Jinja2's language without its programming: ``{{ }}``, ``{% if %}``, ``{% for %}``, ``{% set %}``
and comments; see `ZSI.mock.expressions` for what an expression may be. A template that is one
expression gives its value as it is, so ``{{ now + hours(1) }}`` is a time and not its text.

>>> from ZSI.mock.scope import Scope
>>> from ZSI.schema import Registry
>>> known = Known(Scope(Registry("doc", public=False)))
>>> template = compile_template("{{ 10000 + 2 }}", known)
>>> template.value(World()), template.text(World()), is_template("plain")
(10002, '10002', False)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from jinja2 import Environment, TemplateSyntaxError, nodes

from ZSI.errors import ZSIException, quote
from ZSI.mock.errors import DefinitionError, RenderError
from ZSI.mock.expressions import UNKNOWN, Compiler, Evaluate, Kind, Known, Made
from ZSI.mock.functions import (
    DEFAULT_TEMPLATE_LIMITS,
    Absent,
    Run,
    TemplateLimits,
)
from ZSI.mock.world import Loop, World
from ZSI.xmlio import escape_attribute

#: Only its parser is used; what it has no word for cannot be said.
_JINJA = Environment(keep_trailing_newline=True)
#: Writes text: ``(run, out)``.
_Write: TypeAlias = Callable[[Run, Callable[[str], None]], None]
#: What may go wrong in a calculation; anything else is our own mistake.
_FAILURES = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    ZSIException,
)  # fmt: skip


def is_template(text: Any) -> bool:
    """Whether a text has anything for a template to do."""
    return isinstance(text, str) and ("{{" in text or "{%" in text)


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A compiled template.

    Attributes:
        source: as written. kind: what is known of its value.
    """

    source: str
    kind: Kind
    _known: Known
    _limits: TemplateLimits
    _write: _Write
    _value: Evaluate | None

    def value(self, world: World) -> Any:
        """Its value: of a single expression as it is (None if absent), else its text.

        Raises:
            RenderError: an expression fails for this call, or costs too much.
        """
        if self._value is None:
            return self.text(world)
        try:
            found = self._value(Run(world, self._limits))
        except _FAILURES as error:
            raise self._failed(error) from None
        return None if isinstance(found, Absent) else found

    def text(self, world: World) -> str:
        """Its text.

        Raises:
            RenderError: as for `value`.
        """
        pieces: list[str] = []
        try:
            self._write(Run(world, self._limits), pieces.append)
        except _FAILURES as error:
            raise self._failed(error) from None
        return "".join(pieces)

    def _failed(self, error: Exception) -> RenderError:
        said = error.message if isinstance(error, RenderError) else error
        where = self._known.scope.where
        return RenderError(f"template {quote(self.source)}: {said}", where)


def compile_template(
    text: str,
    known: Known,
    *,
    xml: bool = False,
    limits: TemplateLimits = DEFAULT_TEMPLATE_LIMITS,
) -> Template:
    """Compile a template.

    Args:
        text: its source.
        known: what names mean.
        xml: what expressions give is escaped, for templates that are XML themselves.
        limits: what it may cost.

    Raises:
        DefinitionError: it cannot be read, or names what is not there.
    """
    where = known.scope.where
    if len(text) > limits.source_chars:
        raise DefinitionError(f"a template of over {limits.source_chars} characters", where=where)
    try:
        tree = _JINJA.parse(text)
        compiler = _Statements(known, limits.depth, xml)
        single = _single(tree)
        value = compiler.compile(single) if single is not None else None
        write = compiler.block(tree.body)
    except TemplateSyntaxError as error:
        line = f"line {error.lineno}: " if "\n" in text else ""
        raise DefinitionError(
            f"template {quote(text)}: {line}{error.message}", where=where
        ) from None
    except RecursionError:
        raise DefinitionError("the template is nested too deeply", where=where) from None
    except ValueError as error:  # a number of more digits than Python reads
        raise DefinitionError(f"template {quote(text)}: {error}", where=where) from None
    except DefinitionError as error:
        raise DefinitionError(
            f"template {quote(text)}: {error.message}",
            where=error.where or where,
            expected=error.expected,
            nearest=error.nearest,
        ) from None
    kind = value.kind if value is not None else UNKNOWN
    return Template(text, kind, known, limits, write, value.run if value is not None else None)


def _single(tree: nodes.Template) -> nodes.Expr | None:
    """The expression that the whole template is, if it is one."""
    if len(tree.body) != 1 or not isinstance(tree.body[0], nodes.Output):
        return None
    parts = tree.body[0].nodes
    return parts[0] if len(parts) == 1 and not isinstance(parts[0], nodes.TemplateData) else None


class _Statements(Compiler):
    """Compiles what stands around expressions."""

    def __init__(self, known: Known, depth: int, xml: bool) -> None:
        super().__init__(known, depth)
        self._xml = xml

    def block(self, body: list[nodes.Node]) -> _Write:
        parts = [self._statement(node) for node in body]

        def write(run: Run, out: Callable[[str], None]) -> None:
            for part in parts:
                part(run, out)

        return write

    def _statement(self, node: nodes.Node) -> _Write:
        method = _STATEMENTS.get(type(node))
        if method is None:
            raise self.error(
                f"a template has no {{% {type(node).__name__.lower()} %}}", "if, for or set"
            )
        return self.below(method, node)

    def _output(self, node: nodes.Output) -> _Write:
        parts = [self._piece(part) for part in node.nodes]

        def write(run: Run, out: Callable[[str], None]) -> None:
            for part in parts:
                out(part(run))

        return write

    def _piece(self, node: nodes.Expr) -> Callable[[Run], str]:
        made = self.compile(node)
        if self._xml and not isinstance(node, nodes.TemplateData):
            return lambda run: escape_attribute(run.text(made.run(run)))
        return lambda run: run.text(made.run(run))

    def _if(self, node: nodes.If) -> _Write:
        branches = [(self.compile(node.test), self.block(node.body))]
        branches += [(self.compile(each.test), self.block(each.body)) for each in node.elif_]
        otherwise = self.block(node.else_)

        def write(run: Run, out: Callable[[str], None]) -> None:
            for test, body in branches:
                if test.run(run):
                    body(run, out)
                    return
            otherwise(run, out)

        return write

    def _set(self, node: nodes.Assign) -> _Write:
        if not isinstance(node.target, nodes.Name):
            raise self.error("a template sets one name at a time", "{% set name = value %}")
        name, made = node.target.name, self.compile(node.node)
        self.local[name] = made.kind

        def write(run: Run, out: Callable[[str], None]) -> None:
            run.step()
            run.names = {**run.names, name: made.run(run)}

        return write

    def _for(self, node: nodes.For) -> _Write:
        if node.recursive or not isinstance(node.target, nodes.Name):
            raise self.error("a template loops with one name", "{% for item in items %}")
        name, items = node.target.name, self.compile(node.iter)
        outer = self.local
        self.local = {**outer, name: items.kind.item, "loop": UNKNOWN}
        try:
            test = self.compile(node.test) if node.test is not None else None
            body = self.block(node.body)
        finally:
            self.local = outer
        otherwise = self.block(node.else_)
        return _looping(name, items, test, body, otherwise)


def _looping(name: str, items: Made, test: Made | None, body: _Write, otherwise: _Write) -> _Write:
    def write(run: Run, out: Callable[[str], None]) -> None:
        before = run.names
        found = run.items(items.run(run))
        try:
            if test is not None:
                found = [item for item in found if test.run(_naming(run, before, name, item, None))]
            for index, item in enumerate(found, 1):
                body(_naming(run, before, name, item, Loop(index, len(found))), out)
        finally:
            run.names = before
        if not found:
            otherwise(run, out)

    return write


def _naming(run: Run, before: Mapping[str, Any], name: str, item: Any, loop: Loop | None) -> Run:
    run.step()
    run.names = {**before, name: item, "loop": loop}
    return run


_STATEMENTS: dict[type[nodes.Node], Callable[[_Statements, Any], _Write]] = {
    nodes.Output: _Statements._output,
    nodes.If: _Statements._if,
    nodes.Assign: _Statements._set,
    nodes.For: _Statements._for,
}
