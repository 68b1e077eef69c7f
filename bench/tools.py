"""Rivals brought into ``bench/out`` by their own package managers, once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.values import OUT, Absent

PATIENCE = 240.0  # seconds for one install


def run(*argv: str | Path, cwd: Path | None = None) -> str:
    """Output of a command.

    Raises:
        Absent: there is no such program, or it failed; the text has its last line.
    """
    words = [str(word) for word in argv]
    try:
        done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise Absent(f"{words[0]}: {problem}") from problem
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise Absent(f"{' '.join(words[:3])} failed: {lines[-1]}")
    return done.stdout


def need(program: str, hint: str) -> str:
    """Where a program is, or `Absent` with the way to get it."""
    found = shutil.which(program)
    if found is None:
        raise Absent(f"{program} is not on the PATH ({hint})")
    return found


def npm(package: str, requirement: str) -> Path:
    """The folder in which Node finds this package, installed there at need."""
    home = OUT / "node"
    if not (home / "node_modules" / package).is_dir():
        need("npm", "Node.js brings it")
        home.mkdir(parents=True, exist_ok=True)
        flags = ("--no-audit", "--no-fund", "--no-package-lock")
        run("npm", "install", *flags, "--prefix", home, f"{package}@{requirement}")
    return home / "node_modules"


def pip(name: str, *requirements: str) -> Path:
    """The Python of a virtual environment of this name with these packages."""
    home = OUT / name
    python = home / "bin" / "python"
    stamp = home / ".installed"
    if not stamp.exists():
        run(sys.executable, "-m", "venv", home)
        run(python, "-m", "pip", "install", "--quiet", *requirements)
        stamp.write_text("\n".join(requirements), "utf-8")
    return python
