"""The recipe for JUnit in docs/mock/testing-recipes.md, compiled and run as it stands.

It needs a JDK from 17, and JUnit 5 and Jackson where Maven keeps them; else it is skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ZSI.mock.examples import example

ROOT = Path(__file__).parents[2]
MAVEN = Path.home() / ".m2" / "repository"
JARS = (
    "org/junit/jupiter/junit-jupiter-api/5.{minor}",
    "org/junit/jupiter/junit-jupiter-engine/5.{minor}",
    "org/junit/platform/junit-platform-commons/1.{minor}",
    "org/junit/platform/junit-platform-engine/1.{minor}",
    "org/junit/platform/junit-platform-launcher/1.{minor}",
    "org/opentest4j/opentest4j/1.3.0",
    "org/apiguardian/apiguardian-api/1.1.2",
    "com/fasterxml/jackson/core/jackson-databind/2.",
    "com/fasterxml/jackson/core/jackson-core/2.",
    "com/fasterxml/jackson/core/jackson-annotations/2.",
)
CLIENT = """
import java.net.URI;
import java.net.http.*;
import java.util.regex.*;

class BankClient {
    final String url;
    BankClient(String url) { this.url = url; }

    String balance(String account) throws Exception {
        String body = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>"
            + "<GetBalance xmlns='urn:example:bank'><account>" + account
            + "</account></GetBalance></e:Body></e:Envelope>";
        String said = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "text/xml; charset=utf-8").header("SOAPAction", "")
            .POST(HttpRequest.BodyPublishers.ofString(body)).build(),
            HttpResponse.BodyHandlers.ofString()).body();
        Matcher found = Pattern.compile("balance>([^<]*)<").matcher(said);
        return found.find() ? found.group(1) : said;
    }
}
"""
LAUNCHER = """
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.*;
import org.junit.platform.launcher.listeners.*;

class Run {
    public static void main(String[] names) {
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(names[0])).build(), listener);
        var summary = listener.getSummary();
        summary.getFailures().forEach(each -> System.out.println(each.getException()));
        System.out.println(summary.getTestsSucceededCount() + " succeeded, "
            + summary.getTotalFailureCount() + " failed");
        System.exit(0);
    }
}
"""


def class_path() -> str:
    """The jars of one release of JUnit 5, and of any of Jackson.

    Raises:
        SkipTest: they are not all there.
    """
    launchers = MAVEN.glob("org/junit/platform/junit-platform-launcher/1.*/*.jar")
    for minor in sorted({path.parent.name.partition(".")[2] for path in launchers}):
        found = []
        for jar in JARS:
            folder, _, version = jar.format(minor=minor).rpartition("/")
            pattern = f"{version}*/*.jar" if version.endswith(".") else f"{version}/*.jar"
            paths = sorted((MAVEN / folder).glob(pattern))
            found += paths[-1:]
        if len(found) == len(JARS):
            return os.pathsep.join(map(str, found))
    raise SkipTest("no JUnit 5 and Jackson in Maven's repository (a Maven build fetches them)")


class JUnitTests(SynchronousTestCase):
    def setUp(self) -> None:
        if shutil.which("javac") is None:
            raise SkipTest("no JDK (Debian: openjdk-17-jdk-headless)")
        self.jars = class_path()
        text = (ROOT / "docs" / "mock" / "testing-recipes.md").read_text()
        found = re.search(r"```java\n(.*?)```", text, re.DOTALL)
        assert found is not None, "there is no recipe"
        self.recipe = found[1]
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        shutil.copy(example("bank"), self.folder / "bank.wsdl")
        command = self.folder / "bin" / "zsi-mock"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ZSI.mock "$@"\n')
        command.chmod(0o755)

    def run_junit(self, recipe: str) -> str:
        """Compile and run a test class; gives what it says."""
        for name, text in (("BalanceTest", recipe), ("BankClient", CLIENT), ("Run", LAUNCHER)):
            (self.folder / f"{name}.java").write_text(text)
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "CLASSPATH": f"{self.jars}{os.pathsep}.",
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        }  # fmt: skip
        said = ""
        for command in (["javac", "BalanceTest.java", "BankClient.java", "Run.java"],
                        ["java", "Run", "BalanceTest"]):  # fmt: skip
            done = subprocess.run(command, cwd=self.folder, env=environment, timeout=120,
                                  check=False, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)  # fmt: skip
            said += done.stdout
            self.assertEqual(done.returncode, 0, said)
        return said

    def test_as_it_stands_and_with_another_account(self) -> None:
        self.assertIn("1 succeeded, 0 failed", self.run_junit(self.recipe))
        said = self.run_junit(self.recipe.replace('.balance("42")', '.balance("41")'))
        self.assertIn("0 succeeded, 1 failed", said)
        self.assertIn("account: expected = '42', was '41'", said.replace("&apos;", "'"))
