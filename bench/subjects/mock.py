"""zsi-mock as its users start it, with contracts and rule files made for the figure."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from bench.values import OUT, Command, Subject, Workload
from bench.workloads import ECHO

HOME = OUT / "mock"
#: Stubs, operations and mounts beside the one that is asked for.
STUBS = 1_000
MANY = 200


def serve(port: int, *words: str | Path, cache: Path | str = HOME / "cache") -> Command:
    """``zsi-mock serve`` on a port; the console goes where the server's log goes.

    Args:
        words: WSDLs and options.
        cache: the folder of contracts that have been read.
    """
    flags = ("--port", str(port), "--cache", str(cache))
    argv = (sys.executable, "-m", "ZSI.mock", "serve", *map(str, words), *flags)
    return Command(argv)


def _written(name: str, text: str) -> Path:
    HOME.mkdir(parents=True, exist_ok=True)
    path = HOME / name
    path.write_text(text, "utf-8")
    return path


def rules(name: str, stubs: Iterable[str]) -> Path:
    """A rule file for the echo's contract."""
    head = ["services:", f"  - wsdl: {ECHO.wsdl}", "    stubs:"]
    return _written(name, "\n".join([*head, *(f"      - {stub}" for stub in stubs)]) + "\n")


def comparing(count: int) -> Path:
    """Stubs that each compare the field with another value; the request has the last one's."""
    values = [*(f"value {number}" for number in range(1, count)), "plop"]
    return rules(
        f"stubs-{count}.yaml",
        (f"{{op: Echo, when: {{value: {value}}}, reply: {{}}}}" for value in values),
    )


def templated() -> Path:
    """A field compared, and a reply with a value of the request in a template."""
    reply = '{value: "{{ request.value }}"}'
    return rules("template.yaml", [f"{{op: Echo, when: {{value: plop}}, reply: {reply}}}"])


def operations(count: int) -> Path:
    """The echo's contract with so many operations, each with an element of its own."""
    text = ECHO.wsdl.read_text("utf-8")
    schema, messages, port_type, binding = [], [], [], []
    element = text[text.index('<xsd:element name="Echo">') : text.index("</xsd:schema>")]
    message = text[text.index("<message ") : text.index("<portType")]
    port = text[text.index("<operation ") : text.index("</portType>")]
    bound = text[text.index("<operation ", text.index("<binding")) : text.index("</binding>")]
    for number in range(1, count):
        for part, found in (
            (element, schema), (message, messages), (port, port_type), (bound, binding)
        ):  # fmt: skip
            found.append(part.replace("Echo", f"Echo{number}"))
    for mark, found in (
        ("</xsd:schema>", schema), ("<portType", messages), ("</portType>", port_type),
        ("</binding>", binding),
    ):  # fmt: skip
        text = text.replace(mark, "".join(found) + mark, 1)
    return _written(f"operations-{count}.wsdl", text)


def mounts(count: int) -> list[Path]:
    """So many contracts; the last is the echo's, the others live at other paths."""
    text = ECHO.wsdl.read_text("utf-8")
    others = [
        _written(f"mount-{number}.wsdl", text.replace(":8080/echo", f":8080/echo/{number}"))
        for number in range(1, count)
    ]
    return [*others, ECHO.wsdl]


def _subject(name: str, about: str, *words: str | Path) -> Subject:
    def command(workload: Workload, port: int) -> Command:
        return serve(port, *words)

    return Subject(name, about, frozenset({ECHO.name}), command)


#: How the names of all of them begin, and two that others are compared with.
PREFIX = "ours mocks:"
SAMPLE = f"{PREFIX} the sample"
ONE_STUB = f"{PREFIX} one stub"
TEMPLATED = f"{PREFIX} a match, a template"


def subjects() -> list[Subject]:
    """Everything that is compared with the typed echo; contracts and rules are written."""
    one, many = comparing(1), comparing(STUBS)
    return [
        _subject(SAMPLE, "request and reply checked", ECHO.wsdl),
        _subject(ONE_STUB, "compares a field", "--rules", one),
        _subject(f"{PREFIX} {STUBS:,} stubs", "compare a field each", "--rules", many),
        _subject(f"{PREFIX} {MANY} operations", "of one contract", operations(MANY)),
        _subject(f"{PREFIX} {MANY} contracts", "at paths of their own", *mounts(MANY)),
    ]


def template_command(port: int, cache: Path | str = HOME / "cache") -> Command:
    """The work of WireMock's mapping."""
    return serve(port, "--rules", templated(), cache=cache)
