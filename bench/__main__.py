"""``python -m bench [section ...]``: tables on stdout, JSON and a picture in ``bench/out``."""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import sys
from pathlib import Path

from bench import load, report
from bench.report import Section
from bench.settings import Settings, say
from bench.values import OUT

#: In the order of a whole run; a soak runs only when it is named.
SECTIONS = ("servers", "codecs", "profile", "delayed", "idle", "startup", "growth", "generation",
            "mock", "wiremock")  # fmt: skip
EXTRA = ("soak",)


def options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS + EXTRA))
    parser.add_argument("--seconds", type=float, default=4, help="of load a figure and round (4)")
    parser.add_argument("--rounds", type=int, default=3, help="figures are medians of these (3)")
    parser.add_argument("--only", default="", help="servers, by name, with commas")
    parser.add_argument("--workloads", default="", help="echo,typed,rpc/encoded,document")
    parser.add_argument("--minutes", type=float, default=60, help="of a soak (60)")
    parser.add_argument(
        "--requests", type=int, default=100_000, help="while a mock's memory is watched (100000)"
    )
    parser.add_argument("--doc", type=Path, help="a Markdown file whose figures are replaced")
    chosen = parser.parse_args(argv)
    for name in chosen.sections:
        if name not in SECTIONS + EXTRA:
            parser.error(f"{name!r} is no section; there are {', '.join(SECTIONS + EXTRA)}")
    return chosen


def names(words: str) -> frozenset[str]:
    return frozenset(word.strip() for word in words.split(",") if word.strip())


def main(argv: list[str]) -> int:
    chosen = options(argv)
    OUT.mkdir(parents=True, exist_ok=True)
    # what is started keeps its bytecode, as installed packages do
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    said, generate = load.choose()
    settings = Settings(
        chosen.seconds,
        chosen.rounds,
        names(chosen.only),
        names(chosen.workloads),
        chosen.minutes,
        chosen.requests,
        generate,
    )
    for key, value in report.machine().items():
        print(f"{key}: {value}")
    print(f"load: {said}, on the same machine\n")
    sections: list[Section] = []
    for name in chosen.sections or SECTIONS:
        say(f"== {name}")
        section = importlib.import_module(f"bench.sections.{name}").run(settings)
        sections.append(section)
        for table in section.tables:
            print(report.text(table), flush=True)
        for subject, why in section.absent.items():
            print(f"left out: {subject}: {why.splitlines()[0]}")
    data, image = report.write(sections, said, OUT)
    if chosen.doc:
        picture = chosen.doc.with_name("bench.svg")
        shutil.copyfile(image, picture)
        text = chosen.doc.read_text("utf-8")
        chosen.doc.write_text(report.with_figures(text, sections, said, picture.name), "utf-8")
    print(f"\nwritten: {data}, {image}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
