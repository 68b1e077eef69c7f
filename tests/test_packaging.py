"""The wheel holds what users need and nothing that is ours alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

ROOT = Path(__file__).parents[1]
SOURCES = ("ZSI", "twisted", "tests", "bench", "generated", "echo_service.py")
SOURCES += ("pyproject.toml", "setup.py", "README.md", "LICENSE")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "out", "captures", "*.egg-info")


def built(folder: Path) -> Path:
    """The wheel, built from a copy: setuptools leaves its workings beside the sources."""
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=LEFT_OUT)
        elif source.exists():
            shutil.copy(source, folder / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise AssertionError(done.stdout[-2000:] + done.stderr[-2000:])
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


class WheelTests(SynchronousTestCase):
    """One wheel, looked into."""

    def test_contents(self) -> None:
        """ZSI with its data, the twistd plugin where there is one, and the metadata."""
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(built(Path(folder))) as wheel:
            names = wheel.namelist()
            tops = {name.partition("/")[0] for name in names}
            info = next(top for top in tops if top.endswith(".dist-info"))
            self.assertEqual(tops - {"twisted"}, {"ZSI", info})
            plugins = [name for name in names if name.startswith("twisted/")]
            self.assertEqual([name for name in plugins if "/plugins/" not in name], [])
            self.assertNotIn("twisted/plugins/__init__.py", names)
            self.assertLessEqual(self.data_files(), set(names))
            self.assertIn("ZSI/py.typed", names)
            points = wheel.read(f"{info}/entry_points.txt").decode()
            self.assertIn("wsdl2py = ZSI.generate.commands:main", points)
            self.assertEqual([n for n in names if n.endswith((".pyc", ".orig"))], [])

    def data_files(self) -> set[str]:
        """Every file of the package that is neither source nor made by running it."""
        return {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / "ZSI").rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }


class MetadataTests(SynchronousTestCase):
    """What pyproject.toml promises."""

    def test_scripts_exist(self) -> None:
        """Each console script names a module and a function that are there."""
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        for name, target in project["scripts"].items():
            module, function = target.split(":")
            source = ROOT / (module.replace(".", "/") + ".py")
            self.assertTrue(source.exists(), name)
            self.assertIn(f"def {function}(", source.read_text("utf-8"), name)

    def test_python_versions(self) -> None:
        """The linter, the type checker and the metadata agree on the oldest Python."""
        settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
        self.assertEqual(settings["project"]["requires-python"], ">=3.11")
        self.assertEqual(settings["tool"]["mypy"]["python_version"], "3.11")
        self.assertEqual(settings["tool"]["ruff"]["target-version"], "py311")
