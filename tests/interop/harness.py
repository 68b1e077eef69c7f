"""Real SOAP clients as data: what each needs, how its stub is made, how it is called.

Every client gets the address of a WSDL, calls Echo("plop") and prints the value that came back.
A client that is not on this machine is told by name with the way to install it.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CLIENTS = HERE / "clients"
NODE_MODULES = HERE / "node" / "node_modules"
JAVA = Path("/usr/share/java")  # where Debian's packages put their jars

AXIS_JARS = (
    "axis",
    "axis-jaxrpc",
    "axis-saaj",
    "wsdl4j",
    "commons-logging",
    "commons-discovery",
    "javax.mail",
    "javax.activation",
)
JAXWS_JARS = ("jaxws-rt", "jaxws-tools")

#: A JVM with a compiler to warm up is the slowest of them: 4 s alone, more beside other tests.
TIMEOUT = 90.0


def program(name: str) -> bool:
    """Whether a program is on the PATH."""
    return shutil.which(name) is not None


def jars(names: tuple[str, ...]) -> str:
    """The class path made of these Debian jars."""
    return os.pathsep.join(str(JAVA / f"{name}.jar") for name in names)


def perl_module(name: str) -> bool:
    """Whether Perl finds a module."""
    if not program("perl"):
        return False
    return subprocess.run(["perl", f"-M{name}", "-e", "1"], capture_output=True).returncode == 0


def php_soap() -> bool:
    """Whether PHP and its SOAP extension are there."""
    if not program("php"):
        return False
    return b"soap" in subprocess.run(["php", "-m"], capture_output=True).stdout.lower().split()


@dataclass(frozen=True, slots=True)
class Client:
    """One client program.

    Args:
        present: whether it can run here.
        install: the command that would bring it.
        commands: argument lists run one after the other in an empty folder; ``{wsdl}``,
            ``{clients}`` and ``{url}`` are filled in. The last prints the answer.
    """

    present: bool
    install: str
    commands: tuple[tuple[str, ...], ...]

    def call(self, wsdl: str, folder: Path) -> str:
        """Run the commands in ``folder`` and return the last one's last line of output.

        Raises:
            AssertionError: a command failed; the message has what it said.
        """
        environment = {**os.environ, "NODE_PATH": str(NODE_MODULES)}
        said = ""
        for command in self.commands:
            filled = [
                word.format(wsdl=wsdl, url=wsdl.removesuffix("?wsdl"), clients=CLIENTS)
                for word in command
            ]
            done = subprocess.run(
                filled, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT
            )
            if done.returncode != 0:
                raise AssertionError(f"{' '.join(filled)}\n{done.stdout}\n{done.stderr}")
            said = done.stdout
        return said.strip().rpartition("\n")[2]


def _python(module: str, script: str) -> Client:
    return Client(
        importlib.util.find_spec(module) is not None,
        "pip install -e '.[test]'",
        ((sys.executable, f"{{clients}}/{script}", "{wsdl}"),),
    )


def _node(module: str, script: str) -> Client:
    return Client(
        program("node") and (NODE_MODULES / module).is_dir(),
        "npm install --prefix tests/interop/node",
        (("node", f"{{clients}}/{script}", "{wsdl}"),),
    )


def _soap_lite(form: str) -> Client:
    return Client(
        perl_module("SOAP::Lite"),
        "apt-get install libsoap-lite-perl",
        (("perl", "{clients}/soap_lite.pl", "{wsdl}", form),),
    )


def all_clients() -> dict[str, Client]:
    """Every client by name; looking for them costs some milliseconds each."""
    return {
        "zeep": _python("zeep", "call_zeep.py"),
        "suds": _python("suds", "call_suds.py"),
        "php": Client(
            php_soap(),
            "apt-get install php-cli php-soap",
            (("php", "{clients}/php.php", "{wsdl}"),),
        ),
        "soap_lite": _soap_lite("qualified"),
        "soap_lite_unqualified": _soap_lite("unqualified"),
        "node_soap": _node("soap", "node_soap.js"),
        "strong_soap": _node("strong-soap", "strong_soap.js"),
        "gsoap": Client(
            program("wsdl2h") and program("soapcpp2") and program("gcc"),
            "apt-get install gsoap libgsoap-dev gcc",
            (
                ("wsdl2h", "-c", "-o", "echo.h", "{wsdl}"),
                ("soapcpp2", "-c", "-C", "-w", "-x", "-I/usr/share/gsoap/import", "echo.h"),
                ("gcc", "-I.", "-o", "client", "{clients}/gsoap.c", "soapC.c", "soapClient.c")
                + ("-lgsoap",),
                ("./client", "{url}"),
            ),
        ),
        "axis1": Client(
            program("javac") and (JAVA / "axis.jar").exists(),
            "apt-get install libaxis-java default-jdk-headless",
            (("java", "-cp", jars(AXIS_JARS), "{clients}/Axis1.java", "{wsdl}"),),
        ),
        "jaxws": Client(
            program("javac") and program("wsimport"),
            "apt-get install jaxws default-jdk-headless",
            (
                ("wsimport", "-quiet", "-p", "echo", "{wsdl}"),
                ("java", "-cp", f".{os.pathsep}{jars(JAXWS_JARS)}")
                + ("{clients}/Jaxws.java", "{wsdl}"),
            ),
        ),
        "lwp_post": Client(
            program("POST"),
            "apt-get install libwww-perl",
            (
                ("sh", "-c", 'POST "$1" < "$2" && echo', "sh", "{url}")
                + ("{clients}/../../../envelope.xml",),
            ),
        ),
    }
