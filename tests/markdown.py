"""Fenced blocks and links of a Markdown file, for tests that run what the docs say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: In the line before a fence: run this block (shell), or say who does or why nobody does.
MARK = re.compile(r"<!--\s*(run|run by \S+|not run: .+?|not checked: .+?)\s*-->$")
LINK = re.compile(r"\[[^\]]*\]\((?!\w+:)([^)#\s]+)[^)]*\)")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: where it is, its language, its mark, its text."""

    path: Path
    line: int
    language: str
    mark: str
    text: str

    @property
    def where(self) -> str:
        return f"{self.path.name}:{self.line}"


def blocks(path: Path) -> Iterator[Block]:
    """The fenced blocks of a file, in order."""
    lines = path.read_text("utf-8").splitlines()
    number = 0
    while number < len(lines):
        opening = re.match(r"^(\s*)```(\w*)\s*$", lines[number])
        if not opening:
            number += 1
            continue
        end = next(i for i in range(number + 1, len(lines)) if lines[i].strip() == "```")
        indent = len(opening[1])
        before = MARK.match(lines[number - 1].strip()) if number else None
        text = "".join(line[indent:] + "\n" for line in lines[number + 1 : end])
        yield Block(path, number + 1, opening[2], before[1] if before else "", text)
        number = end + 1


def links(path: Path) -> Iterator[str]:
    """Relative targets of links outside fenced blocks."""
    text = re.sub(r"^\s*```.*?^\s*```", "", path.read_text("utf-8"), flags=re.S | re.M)
    for found in LINK.finditer(text):
        yield found[1]


@dataclass(frozen=True, slots=True)
class Command:
    """One ``$ command`` of a console block and the output that follows it."""

    shell: str
    output: str


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block; a line after a backslash, or with ``> ``, goes on."""
    shell: list[str] = []
    output: list[str] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if shell:
                yield Command("\n".join(shell), "\n".join(output))
            shell, output = [line[2:]], []
        elif shell and not output and (line.startswith("> ") or shell[-1].endswith("\\")):
            shell.append(line.removeprefix("> "))
        else:
            output.append(line)
    if shell:
        yield Command("\n".join(shell), "\n".join(output))
