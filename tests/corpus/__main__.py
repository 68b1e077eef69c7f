"""Sweeps every WSDL of ``../shared/wsdl`` and prints a table.

``python -m tests.corpus [--json] [--keep DIR] [--no-mypy] [NAME …]``; NAME: a part of a path.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.corpus import BAD_WSDLS, WSDLS

#: Seconds that one WSDL may take, and that a refusal may take.
PATIENCE = 60.0
REFUSAL_PATIENCE = 5.0
ROOT = Path(__file__).parents[2]


def index(folder: Path) -> Iterator[dict[str, str]]:
    """The lines of a folder's INDEX.tsv."""
    with (folder / "INDEX.tsv").open(newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def worker(module: str, *arguments: str) -> dict[str, Any]:
    """Run a worker; what it says, or how it ended."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=PATIENCE, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return {"stage": "time", "error": f"not done after {PATIENCE:.0f} s"}
    try:
        found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        return found
    except (ValueError, IndexError):
        said = ran.stderr.decode(errors="replace").strip().splitlines()
        return {"stage": "ended", "error": f"exit {ran.returncode}: {said[-1] if said else ''}"}


def sweep(row: dict[str, str], folder: Path) -> dict[str, Any]:
    """The report of one WSDL."""
    report = worker("tests.corpus.worker", str(WSDLS / row["path"]), str(folder))
    return {"path": row["path"], "dangling": int(row["dangling_refs"]), "package": folder.name,
            **report}  # fmt: skip


def check_types(folder: Path, reports: list[dict[str, Any]]) -> None:
    """``mypy --strict`` over all packages in one run; adds ``mypy`` to the reports."""
    packages = [r["package"] for r in reports if r["stage"] == "done"]
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
    command += ["--config-file", str(ROOT / "pyproject.toml")]
    command += ["--cache-dir", str(ROOT / ".mypy_cache" / "corpus")]
    command += [f"-p{package}" for package in packages]
    environment = {**os.environ, "MYPYPATH": f"{folder}:{ROOT}"}
    ran = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    lines = ran.stdout.splitlines()
    for report in reports:
        if report["stage"] == "done":
            report["mypy"] = [line for line in lines if f"{report['package']}/" in line]
    if ran.returncode not in (0, 1) or ran.stderr.strip():
        print(ran.stderr[-2000:], *lines[-5:], sep="\n", file=sys.stderr)


def refusal(row: dict[str, str]) -> dict[str, Any]:
    """What the command says of a file that cannot be read."""
    command = [
        sys.executable,
        "-m",
        "ZSI.generate.commands",
        "--check",
        str(BAD_WSDLS / row["path"]),
    ]
    try:
        ran = subprocess.run(
            command, capture_output=True, text=True, timeout=REFUSAL_PATIENCE, cwd=ROOT
        )
    except subprocess.TimeoutExpired:
        return {"path": row["path"], "exit": None, "said": "no answer"}
    return {"path": row["path"], "exit": ran.returncode, "said": ran.stderr.strip()}


def table(reports: list[dict[str, Any]]) -> Iterator[str]:
    """The lines of the table."""
    for report in reports:
        seconds = sum(report.get("seconds", {}).values())
        wrong = report.get("error") or ""
        if report.get("mypy"):
            wrong = f"mypy: {len(report['mypy'])}: {report['mypy'][0]}"
        shown = "ok" if not wrong else report["stage"]
        yield (
            f"{shown:8} {report.get('classes', 0):5} classes {report.get('operations', 0):4} ops "
            f"{seconds:6.2f} s {report.get('mb', 0):4} MB  {report['path']}"
        )
        if wrong:
            yield f"         {wrong[:300]}"


def main() -> None:
    """The sweep."""
    parser = argparse.ArgumentParser("python -m tests.corpus")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--no-mypy", action="store_true")
    args = parser.parse_args()
    if not WSDLS.is_dir():
        sys.exit(f"{WSDLS} is not there")
    folder = args.keep or Path(tempfile.mkdtemp())
    rows = [r for r in index(WSDLS) if not args.names or any(n in r["path"] for n in args.names)]
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda p: sweep(p[1], folder / f"c{p[0]:03}"), enumerate(rows)))
        refused = list(pool.map(refusal, index(BAD_WSDLS))) if not args.names else []
    if not args.no_mypy:
        check_types(folder, reports)
    if args.json:
        print(json.dumps({"wsdls": reports, "refused": refused}, indent=1))
        return
    print(*table(reports), sep="\n")
    good = [r for r in reports if r["stage"] == "done" and not r.get("mypy")]
    for name, kind in (("sound", False), ("others", True)):
        chosen = [r for r in reports if bool(r["dangling"]) is kind]
        print(f"{name}: {sum(r in good for r in chosen)} of {len(chosen)}")
    right = [row for row in refused if row["exit"] == 66 and "\n" not in row["said"]]
    for row in refused:
        if row not in right:
            print(f"not refused: {row['path']}: exit {row['exit']}: {row['said'][:300]}")
    print(f"refused: {len(right)} of {len(refused)}")


if __name__ == "__main__":
    main()
