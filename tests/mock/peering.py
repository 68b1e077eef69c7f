"""What the tests of the peers' rows share: commands, servers, WSDLs, certificates."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import Said, bank_mock, serve
from tests.mock.test_pages import BINDINGS, IMPORTING, TYPES

ROOT = Path(__file__).parents[2]


def run(*words: str, folder: str | None = None) -> str:
    """The command ``zsi-mock``; gives what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "ZSI.mock", *words], cwd=folder or ROOT, env=environment,
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


class PeersTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.mock = bank_mock()
        self.balance = self.mock.op("GetBalance")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def ask(self, account: str = "42", **how: Any) -> Said:
        """A call of GetBalance, without a socket."""
        return serve(self.mock, "GetBalance", account=account, **how)

    def served(self, *words: str) -> Any:
        """``zsi-mock serve`` for the time of the test; gives what its ready file says."""
        ready = self.folder / "ready"
        command = [sys.executable, "-m", "ZSI.mock", "serve", *words]
        command += [] if "--endpoint" in words else ["--port", "0"]
        server = subprocess.Popen(
            [*command, "--ready-file", str(ready)], cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        end = time.monotonic() + 30
        while not ready.exists() and time.monotonic() < end:
            time.sleep(0.02)
        return json.loads(ready.read_text())

    def importing(self) -> Path:
        """A WSDL that imports bindings that include types, in folders."""
        (self.folder / "sub").mkdir()
        (self.folder / "sub" / "bindings.wsdl").write_text(BINDINGS)
        (self.folder / "sub" / "types.xsd").write_text(TYPES)
        (self.folder / "top.wsdl").write_text(IMPORTING)
        return self.folder / "top.wsdl"


def certified(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate of localhost for the time of a test."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "key.pem", folder / "cert.pem"
    form = serialization.Encoding.PEM
    paths[0].write_bytes(
        key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    paths[1].write_bytes(certificate.public_bytes(form))
    return paths
