"""Rule files: what they say, how they include one another, and every mistake with its line."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock import rules
from ZSI.mock.rules import FILE_KEYS, RuleSet, read_rules


class Files(SynchronousTestCase):
    """Writes rule files into a folder of the test's own."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def read(self, text: str, **environ: str) -> RuleSet:
        return read_rules([self.write("r.yaml", text)], environ)

    def good(self, text: str, **environ: str) -> RuleSet:
        found = self.read(text, **environ)
        self.assertEqual([str(error) for error in found.mistakes], [])
        return found

    def said(self, found: RuleSet) -> list[str]:
        """The mistakes, the folder left out."""
        return [str(error).replace(f"{self.folder}/", "") for error in found.mistakes]


class ReadingTests(Files):
    """What files mean."""

    def test_just_stubs(self) -> None:
        found = self.good("- {op: A}\n- op: B\n  times: 2\n")
        self.assertEqual([stub.op for stub in found.stubs], ["A", "B"])
        self.assertEqual(str(found.stubs[1].where), f"{self.folder}/r.yaml:2")
        self.assertEqual(found.entries[found.stubs[1].number]["times"], "2")

    def test_empty(self) -> None:
        for text in ("", "# nothing yet\n", "stubs:\n", "stubs: []"):
            self.assertEqual(self.good(text).stubs, ())

    def test_settings(self) -> None:
        found = self.good("port: ${PORT}\nrequests: off\nunderstand: [a, b]\njson: yes", PORT="9")
        values = {name: said.value for name, said in found.settings.items()}
        expected = {"port": 9, "requests": "off", "understand": ("a", "b"), "json": True}
        self.assertEqual(values, expected)
        self.assertEqual(found.settings["requests"].origin, f"{self.folder}/r.yaml:2")

    def test_services(self) -> None:
        found = self.good(
            "namespaces: {a: 'urn:a', b: 'urn:b'}\n"
            "services:\n"
            "- bank.wsdl\n"
            "- wsdl: sub/shop.wsdl\n"
            "  name: shop\n"
            "  path: {Soap: /s}\n"
            "  port: 8081\n"
            "  seed: 5\n"
            "  namespaces: {b: 'urn:own'}\n"
            "  stubs:\n"
            "  - op: Buy\n"
            "- {class: 'my.mod:Service', path: /x, endpoint: ['tcp:1', 'tcp:2']}\n"
            "- wsdl: https://host/a?wsdl\n"
            "stubs: [{op: Any}]\n"
        )
        bank, shop, own, far = found.services
        self.assertEqual(bank.wsdl, f"{self.folder}/bank.wsdl")
        self.assertEqual((shop.wsdl, shop.name), (f"{self.folder}/sub/shop.wsdl", "shop"))
        self.assertEqual((shop.path, shop.port), ({"Soap": "/s"}, 8081))
        self.assertEqual(shop.settings["seed"].value, 5)
        self.assertEqual(shop.settings["seed"].origin, f"{self.folder}/r.yaml:8")
        self.assertEqual(shop.stubs[0].when.namespaces, {"a": "urn:a", "b": "urn:own"})
        self.assertEqual(str(shop.where), f"{self.folder}/r.yaml:4")
        self.assertEqual((own.cls, own.path, own.endpoints),
                         ("my.mod:Service", "/x", ("tcp:1", "tcp:2")))  # fmt: skip
        self.assertEqual((own.folder, own.wsdl), (str(self.folder), None))
        self.assertEqual(far.wsdl, "https://host/a?wsdl")
        self.assertEqual([stub.op for stub in found.stubs], ["Any"])

    def test_shared_settings_are_the_services_too(self) -> None:
        self.assertLessEqual(set(rules.SHARED), set(FILE_KEYS))
        self.assertIn("requests", rules.SHARED)
        self.assertNotIn("port", rules.SHARED)


class IncludeTests(Files):
    """Files that include others, and folders."""

    def test_order_is_that_of_reading(self) -> None:
        self.write("b.yaml", "- op: B1\n- op: B2\n")
        found = self.good("stubs: [{op: A}]\ninclude: b.yaml\n")
        numbers = {stub.op: stub.number for stub in found.stubs}
        self.assertLess(numbers["A"], numbers["B1"])
        found = self.good("include: b.yaml\nstubs: [{op: A}]\n")
        numbers = {stub.op: stub.number for stub in found.stubs}
        self.assertLess(numbers["B2"], numbers["A"])

    def test_paths_are_from_the_including_file(self) -> None:
        self.write("sub/a.yaml", "services: [x.wsdl]\ninclude: deeper/b.yaml")
        self.write("sub/deeper/b.yaml", "- {op: B, file: reply.xml}")
        found = self.good("include: [sub/a.yaml]")
        self.assertEqual(found.services[0].wsdl, f"{self.folder}/sub/x.wsdl")
        self.assertEqual(str(found.stubs[0].where), f"{self.folder}/sub/deeper/b.yaml:1")
        self.assertEqual([file.name for file in found.files], ["r.yaml", "a.yaml", "b.yaml"])

    def test_folder(self) -> None:
        self.write("d/2.yml", "- op: Second")
        self.write("d/1.yaml", "- op: First")
        self.write("d/readme.md", "not YAML: [")
        self.write("d/below/3.yaml", "- op: NotRead")
        found = read_rules([self.folder / "d"], {})
        self.assertEqual([stub.op for stub in found.stubs], ["First", "Second"])
        self.assertEqual(found.folders, (self.folder / "d",))

    def test_service_includes_stubs(self) -> None:
        self.write("s.yaml", "namespaces: {x: 'urn:x'}\nstubs: [{op: A}]")
        self.write("t.yaml", "- op: B")
        found = self.good(
            "services:\n- wsdl: b.wsdl\n  include: [s.yaml, t.yaml]\n  stubs: [{op: C}]\n"
        )
        self.assertEqual([stub.op for stub in found.services[0].stubs], ["A", "B", "C"])
        self.assertEqual(found.services[0].stubs[0].when.namespaces, {"x": "urn:x"})
        self.assertEqual(found.stubs, ())

    def test_same_setting_twice(self) -> None:
        self.write("b.yaml", "\nport: 2")
        self.assertEqual(self.said(self.read("port: 1\ninclude: b.yaml")),
                         ["b.yaml:2: port: port is said in r.yaml:1 as well"])  # fmt: skip
        self.write("b.yaml", "port: 1")
        self.good("port: 1\ninclude: b.yaml")

    def test_circle(self) -> None:
        self.write("b.yaml", "include: r.yaml")
        found = self.read("include: b.yaml")
        self.assertEqual(self.said(found), ["b.yaml:1: include: r.yaml includes itself"])

    def test_many_files(self) -> None:
        self.write("b.yaml", "include: [c.yaml, c.yaml]")
        self.write("c.yaml", "[]")
        with mock.patch.object(rules, "MOST_FILES", 3):
            found = self.read("include: [b.yaml, b.yaml]")
        self.assertIn("c.yaml: more than 3 files", self.said(found))


class MistakesTests(Files):
    """All of them, with file and line."""

    def test_all_at_once(self) -> None:
        self.write("b.yaml", "stubs:\n- op: X\n  tmies: 2\n")
        found = self.read(
            "prot: 1\n"
            "requests: strikt\n"
            "services:\n"
            "- wdsl: a.wsdl\n"
            "- wsdl: a.wsdl\n"
            "  port: 1\n"
            "  endpoint: tcp:2\n"
            "- [x]\n"
            "- wsdl: b.wsdl\n"
            "  stubs:\n"
            "  - op: A\n"
            "    when: x\n"
            "    delay: soon\n"
            "stubs:\n"
            "- just text\n"
            "include: [b.yaml, c.yaml]\n"
        )
        self.assertEqual(
            self.said(found),
            [
                "r.yaml:1: prot: no key 'prot' here; did you mean port or front?",
                "r.yaml:2: requests: 'strikt'; expected strict, warn, off; did you mean strict?",
                "r.yaml:4: wdsl: no key 'wdsl' here; did you mean wsdl?",
                "r.yaml:4: a service without wsdl or class",
                "r.yaml:6: port: port beside endpoint; expected one of the two",
                "r.yaml:3: services: [3]: no service; expected a mapping, or the path of a WSDL",
                "r.yaml:12: when: 'x'; expected a mapping",
                "r.yaml:13: delay: 'soon' is no time; expected a number with ms, s, m or h",
                "r.yaml:14: stubs: [1]: no stub; expected a mapping with op",
                "b.yaml:3: tmies: no key 'tmies' here; did you mean times?",
                "r.yaml:16: include: there is no file c.yaml; did you mean r.yaml or b.yaml?",
            ],
        )

    def test_not_yaml_elsewhere(self) -> None:
        """The other files are read all the same."""
        self.write("b.yaml", "a: [")
        found = self.read("include: b.yaml\nstubs: [{op: A}]")
        self.assertEqual(len(found.stubs), 1)
        self.assertTrue(self.said(found)[0].startswith("b.yaml:2: not YAML"))
        self.assertIn(self.folder / "b.yaml", found.files)

    def test_no_rules(self) -> None:
        self.assertEqual(
            self.said(self.read("just text")),
            ["r.yaml: no rules; expected a mapping with services or stubs, or a list of stubs"],
        )
        (self.folder / "empty").mkdir()
        found = read_rules([self.folder / "empty"], {})
        self.assertIn("no rule file in", self.said(found)[0])
        found = read_rules([self.folder / "none.yaml"], {})
        self.assertIn("none.yaml: cannot be read", self.said(found)[0])

    def test_part_of_a_service_has_no_services(self) -> None:
        self.write("s.yaml", "services: []")
        found = self.read("services:\n- wsdl: b.wsdl\n  include: s.yaml\n")
        self.assertEqual(
            self.said(found),
            [
                "s.yaml:1: services: no key 'services' here; expected stubs, include, namespaces",
            ],
        )
        self.assertEqual(found.services, ())
