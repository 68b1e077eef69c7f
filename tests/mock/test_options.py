"""Settings from command line, environment, rule files and defaults."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.errors import DefinitionError
from ZSI.mock.journal import JournalLimits
from ZSI.mock.mistakes import Mistakes
from ZSI.mock.options import (
    BY_NAME,
    OPTIONS,
    Config,
    Said,
    admin_endpoint,
    endpoints_of,
    from_command_line,
    from_environment,
    journal_limits,
    show_config,
)

LOOPBACK = "tcp:8080:interface=127.0.0.1:backlog=4096"


class TableTests(SynchronousTestCase):
    """What every setting says of itself."""

    def test_names(self) -> None:
        self.assertEqual(len(BY_NAME), len(OPTIONS))
        option = BY_NAME["ready_file"]
        self.assertEqual((option.long, option.variable), ("ready-file", "ZSI_MOCK_READY_FILE"))

    def test_defaults_are_what_their_kind_takes(self) -> None:
        for option in OPTIONS:
            self.assertTrue(option.words, option.name)
            if option.default not in (None, ()):
                mistakes = Mistakes()
                given = str(option.default) if not option.flag else option.default
                parsed = from_command_line({option.name: given}, mistakes)[option.name]
                self.assertEqual((parsed.value, mistakes.found), (option.default, []))


class ValuesTests(SynchronousTestCase):
    """What some settings take."""

    def given(self, name: str, value: str) -> tuple[object, list[str]]:
        mistakes = Mistakes()
        found = from_command_line({name: value}, mistakes)
        return found[name].value if name in found else None, [str(m) for m in mistakes.found]

    def test_sizes(self) -> None:
        for text, size in (("1000", 1000), ("64M", 64 << 20), ("2 kb", 2048), ("1GiB", 1 << 30)):
            self.assertEqual(self.given("journal_bytes", text), (size, []))
        for text in ("", "-1", "1.5M", "M", "1T", "lots"):
            value, said = self.given("journal_bytes", text)
            self.assertEqual(value, None)
            self.assertIn("expected bytes: a number, or one with K, M or G after it", said[0])

    def test_admin_and_journal(self) -> None:
        for name, value in (("admin", "0"), ("admin", "off"), ("admin", "tcp:8082"),
                            ("journal", "memory"), ("journal", "sqlite:x.db")):  # fmt: skip
            self.assertEqual(self.given(name, value), (value, []))
        self.assertIn("expected an integer from 0 to 65535", self.given("admin", "99999")[1][0])
        for value in ("disk", "sqlite:", "x.db"):
            self.assertIn("expected memory, or sqlite:FILE", self.given("journal", value)[1][0])

    def test_journal_limits(self) -> None:
        given = {"journal_entries": "5", "journal_bytes": "1M", "journal_body": "1K"}
        config = Config(from_command_line(given, Mistakes()))
        self.assertEqual(journal_limits(config), JournalLimits(5, 1 << 20, 1024))


class SourcesTests(SynchronousTestCase):
    """Each source, and which of them counts."""

    def test_command_line(self) -> None:
        mistakes = Mistakes()
        given = {"port": "9000", "json": True, "reload": False, "rules": ["a", "b"],
                 "wsdl": [], "host": None}  # fmt: skip
        found = from_command_line(given, mistakes)
        self.assertEqual(found["port"], Said(9000, "--port"))
        self.assertEqual(found["reload"], Said(False, "--no-reload"))
        self.assertEqual(found["rules"].value, ("a", "b"))
        self.assertEqual(set(found), {"port", "json", "reload", "rules"})

    def test_environment(self) -> None:
        mistakes = Mistakes()
        environ = {
            "ZSI_MOCK_RULES": "a:b", "ZSI_MOCK_ENDPOINT": "tcp:1 tcp:2", "ZSI_MOCK_JSON": "yes",
            "ZSI_MOCK_HOST": "", "OTHER": "x",
        }  # fmt: skip
        found = from_environment(environ, mistakes)
        self.assertEqual(found["rules"].value, ("a", "b"))
        self.assertEqual(found["endpoint"].value, ("tcp:1", "tcp:2"))
        self.assertEqual(found["json"], Said(True, "ZSI_MOCK_JSON"))
        self.assertNotIn("host", found)

    def test_mistakes_say_where(self) -> None:
        mistakes = Mistakes()
        from_command_line({"port": "http", "requests": "strikt"}, mistakes)
        from_environment({"ZSI_MOCK_PORT": "70000"}, mistakes)
        self.assertEqual(
            [str(error) for error in mistakes.found],
            [
                "--port: 'http'; expected an integer from 0 to 65535",
                "--requests: 'strikt'; expected strict, warn, off; did you mean strict?",
                "ZSI_MOCK_PORT: '70000'; expected an integer from 0 to 65535",
            ],
        )

    def test_order(self) -> None:
        file = {"port": Said(3, "r.yaml:1"), "seed": Said(3, "r.yaml:2"), "host": Said("h", "r:3")}
        environment = {"port": Said(2, "ENV"), "seed": Said(2, "ENV")}
        config = Config({"port": Said(1, "--port")}, environment, file)
        self.assertEqual((config["port"], config["seed"], config["host"]), (1, 2, "h"))
        self.assertEqual(config["front"], "fast")
        service = {"seed": Said(9, "r.yaml:7"), "prefix": Said("soap", "r.yaml:8")}
        self.assertEqual(config.said("seed", service).value, 2)
        self.assertEqual(config.said("prefix", service).value, "soap")
        self.assertEqual(config.with_file({})["host"], "127.0.0.1")

    def test_show_config(self) -> None:
        config = Config({"port": Said(1, "--port"), "admin_token": Said("s3cret", "--admin-token"),
                         "rules": Said(("a", "b"), "--rules"), "json": Said(True, "--json"),
                         "fallback": Said(object(), "r.yaml:2")})  # fmt: skip
        shown = show_config(config, {"bank": {"seed": Said(5, "r.yaml:4")}, "plain": {}})
        lines = {line.split()[0]: line.split()[1:] for line in shown.splitlines()}
        self.assertEqual(lines["port"], ["1", "--port"])
        self.assertEqual(lines["host"], ["127.0.0.1", "default"])
        self.assertEqual(lines["rules"], ["a", "b", "--rules"])
        self.assertEqual(lines["json"], ["true", "--json"])
        self.assertEqual(lines["ready_file"], ["-", "default"])
        self.assertEqual(lines["fallback"], ["a", "reply", "r.yaml:2"])
        self.assertIn("service bank:\n  seed ", shown)
        self.assertNotIn("s3cret", shown)


class EndpointsTests(SynchronousTestCase):
    """Where to listen."""

    def test_default(self) -> None:
        self.assertEqual(endpoints_of(Config()), (LOOPBACK,))
        self.assertEqual(
            endpoints_of(Config({"host": Said("::", "-"), "port": Said(0, "-")})),
            (r"tcp6:0:interface=\:\::backlog=4096",),
        )

    def test_endpoint_or_port(self) -> None:
        two = {"endpoint": Said(("ssl:1", "tcp:2"), "--endpoint")}
        port = {"port": Said(9, "--port")}
        self.assertEqual(endpoints_of(Config(two)), ("ssl:1", "tcp:2"))
        self.assertEqual(endpoints_of(Config(two, {}, port)), ("ssl:1", "tcp:2"))
        # the port of the command line is meant more than an endpoint in a file
        self.assertIn("tcp:9:", endpoints_of(Config(port, {}, two))[0])
        error = self.assertRaises(DefinitionError, endpoints_of, Config({**two, **port}))
        self.assertEqual(str(error), "--endpoint and --port; expected one of the two")

    def test_admin(self) -> None:
        def admin(value: str, **more: Said) -> str | None:
            return admin_endpoint(Config({"admin": Said(value, "--admin"), **more}))

        self.assertIsNone(admin("off"))
        self.assertEqual(admin("8081"), "tcp:8081:interface=127.0.0.1:backlog=4096")
        for local in ("tcp:1:interface=127.0.0.1", "unix:/run/m", r"tcp6:1:interface=\:\:1",
                      "tcp:1:interface=localhost"):  # fmt: skip
            self.assertEqual(admin(local), local)
        for open_ in ("tcp:8081", "tcp:1:interface=10.0.0.1", "tcp:1:interface=127.evil.example"):
            error = self.assertRaises(DefinitionError, admin, open_)
            self.assertIn("is open to other machines; expected a token", str(error))
            self.assertEqual(admin(open_, admin_token=Said("t", "-")), open_)
