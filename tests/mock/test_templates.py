"""Tests of ZSI.mock.templates."""

from __future__ import annotations

import datetime
import time
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import bank, bank_call, buy, call_of, refusal
from tests.mock.test_facts import SESSION
from tests.mock.test_paths import BUY, ORDERS, REST
from tests.mock.test_predicates import SECURITY
from ZSI.mock.errors import DefinitionError, RenderError
from ZSI.mock.functions import TemplateLimits
from ZSI.mock.templates import Kind, Template, World, compile_template, is_template
from ZSI.mock.world import Loop
from ZSI.TC import NIL

NOON = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
TOKEN = '<Token xmlns="urn:test:shop"><key>k1</key></Token>'
CALL = call_of(buy(), BUY.format(ORDERS + REST), TOKEN + SECURITY)
WORLD = World(
    CALL, NOON, Random(7), lambda port: f"http://host/{port}", {"sid": "s9", "list": [1, 2]}, 3
)


def template(text: str, **more: Any) -> Template:
    return compile_template(text, buy().known, **more)


def text(source: str) -> str:
    return template(source).text(WORLD)


def value(source: str) -> Any:
    return template(source).value(WORLD)


class TextTests(SynchronousTestCase):
    def test_what_a_template_says(self) -> None:
        for source, expected in [
            ("plain", "plain"), ("a{{ 1 + 1 }}b", "a2b"), ("{{ request.class }}", "c"),
            ("{{ request.class_ }}-{{ request['class'] }}", "c-c"),
            ("{{ request['@version'] }}", "2"),
            ("{{ request.order[1].number }}", "2"),
            ("{{ request.order[0].line[0].price }}", "1.50"),
            ("{{ request.order[0].line[0].price['@currency'] }}", "EUR"),
            ("{{ request.order|length }}", "2"), ("{{ request.buyer.company }}", "ACME"),
            ("{{ request.buyer.surname }}", ""), ("[{{ request.when }}]", "[]"),
            ("{{ request.tree.label|default('none') }}", "none"), ("{{ request.remark }}", ""),
            ("{{ request.codes }}", "1 2"), ("{{ request.codes[1] }}", "2"),
            ("{{ request.codes|sum }}", "3"),
            ("{{ request.circle[0].radius }}", "1.0"), ("{{ request['o:note'][0] }}", "hi"),
            ("{{ request.anything }}", "tu"), ("{{ request.anything.deep[0] }}", "t"),
            ("{{ request.order[9].number }}", ""), ("{{ request.order[0]['number'] }}", "1"),
            ("{{ header.Token.key }}", "k1"),
            ("{{ header['wsse:Security'].UsernameToken.Username }}", "ada"),
            ("{{ header.Token.uses }}", ""), ("{{ header['wsa:MessageID']|default('no') }}", "no"),
            ("{{ mock.url('Soap') }}", "http://host/Soap"), ("{{ mock.number }}", "3"),
            ("{{ now }}", "2026-11-23T12:00:00Z"), ("{{ now + hours(1) }}", "2026-11-23T13:00:00Z"),
            ("{{ today - days(1) }}", "2026-11-22"), ("{{ now.year }}", "2026"),
            ("{{ now|strftime('%d/%m') }}", "23/11"),
            ("{{ store.sid }}", "s9"), ("{{ store['sid'] }}", "s9"), ("[{{ store.none }}]", "[]"),
            ("{{ store.list|join(',') }}", "1,2"),
            ("{{ http.method }} {{ http.path }}", "POST /bank"),
            ("{{ http.header('X')|default('-') }}", "-"), ("{{ 'a' ~ 1 ~ true }}", "a1true"),
            ("{{ 0.1 + 0.2 }}", "0.3"), ("{{ 1 / 4 }}", "0.25"),
            ("{{ 7 // 2 }}{{ 7 % 2 }}{{ -3 }}{{ +3 }}", "31-33"),
            ("{{ request.order[0].number * 1.5 }}", "1.5"),
            ("{{ 'x' if request.class == 'c' else 'y' }}", "x"),
            ("{{ 'x' if false }}", ""), ("{{ 1 < 2 < 3 and not 1 > 2 or false }}", "true"),
            ("{{ 'b' in ['a', 'b'] }}{{ 'z' not in 'abc' }}", "truetrue"),
            ("{{ (1, 2)|join }}", "12"),
            ("{% if request.when %}a{% elif request.class %}b{% else %}c{% endif %}", "b"),
            ("{% if request.tree is defined %}a{% else %}b{% endif %}", "b"),
            ("{% for o in request.order %}{{ loop.index }}:{{ o.number }};{% endfor %}",
             "1:1;2:2;"),
            ("{% for o in request.order %}{% for l in o.line %}{{ l.name }}{{ loop.last }} "
             "{% endfor %}{% endfor %}", "afalse btrue ctrue "),
            ("{% for o in request.order if o.number > 1 %}{{ loop.length }}{{ o.number }}"
             "{% endfor %}", "12"),
            ("{% for o in request.tree %}x{% else %}none{% endfor %}", "none"),
            ("{% for n in range(3) %}{{ n }}{% endfor %}", "012"),
            ("{% set a = 1 %}{% set a = a + 1 %}{{ a }}", "2"),
            ("{% for n in range(2) %}{% set x = n %}{{ x }}{% endfor %}", "01"),
            ("{# note #}x", "x"),
            ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"), ("{{ '{{' }}", "{{"), ("a\n", "a\n"),
            ("{{ request.class|upper|pad(3, '*') }}", "**C"),
            ("{{ request.order|first is defined }}", "true"),
            ("{{ random.int(5, 5) }}", "5"), ("{{ [fake.city]|length }}", "1"),
            ("{{ uuid()|length }}", "36"),
            ("{{ request.order[0].line[0].price + 1 }}", "2.50"),
            ("{{ request.buyer.id|int + 1 }}", "8"),
        ]:  # fmt: skip
            self.assertEqual(expected, text(source), source)

    def test_the_names_of_loops_end_with_them(self) -> None:
        self.assertIn(
            "no name 'n'", refusal(lambda: template("{% for n in [1] %}{% endfor %}{{ n }}"))
        )
        self.assertEqual(
            "0", text("{% set x = 0 %}{% for n in [1] %}{% set x = n %}{% endfor %}{{ x }}")
        )

    def test_xml(self) -> None:
        made = compile_template("<a b='{{ store.x }}'>{{ store.x }}</a>", buy().known, xml=True)
        self.assertEqual(
            "<a b='&lt;&amp;&quot;'>&lt;&amp;&quot;</a>", made.text(World(store={"x": '<&"'}))
        )

    def test_what_is_a_template(self) -> None:
        for given_, expected in [("{{x}}", True), ("{% x %}", True), ("{x}", False), (5, False)]:
            self.assertEqual(expected, is_template(given_))


class ValueTests(SynchronousTestCase):
    def test_one_expression_gives_its_value(self) -> None:
        for source, expected in [
            ("{{ now + hours(1) }}", NOON + datetime.timedelta(hours=1)),
            ("{{ 10000 + 1 }}", 10001),
            ("{{ request.order[0].number }}", 1), ("{{ request.order }}", CALL.request.order),
            ("{{ request.buyer }}", CALL.request.buyer), ("{{ request.when }}", None),
            ("{{ request.remark }}", NIL), ("{{ request.codes }}", [1, 2]),
            ("{{ 1.50 }}", Decimal("1.5")),
            ("x{{ 1 }}", "x1"), ("{{ 1 }}{{ 2 }}", "12"), ("{% if true %}5{% endif %}", "5"),
            ("{{ random.decimal(1, 1) }}", Decimal("1.00")), ("{{ request.class == 'c' }}", True),
        ]:  # fmt: skip
            self.assertEqual(expected, value(source), source)

    def test_what_is_known_of_it(self) -> None:
        for source, name, many in [
            ("{{ request.order }}", "Order", True), ("{{ request.order[0] }}", "Order", False),
            ("{{ request.class }}", "string", False), ("{{ now }}", None, False),
            ("x", None, False),
        ]:  # fmt: skip
            kind = template(source).kind
            found = getattr(kind.type, "name", None)
            self.assertEqual((name, many), (found[1] if found else None, kind.many), source)

    def test_variables_around(self) -> None:
        known = buy().known.with_variables(line=Kind(buy().scope.type("Line")), loop=Kind())
        made = compile_template("{{ line.name }}{{ loop.index }}", known)
        line = CALL.request.order[0].line[0]
        self.assertEqual("a2", made.text(WORLD.with_variables(line=line, loop=Loop(2, 3))))
        self.assertIn(
            "no field 'nam' in Line", refusal(lambda: compile_template("{{ line.nam }}", known))
        )

    def test_without_a_call(self) -> None:
        self.assertEqual("", template("{{ request.class }}{{ header.Token.key }}").text(World()))


class RefusalTests(SynchronousTestCase):
    """What is wrong is said when it is said."""

    def test_definitions(self) -> None:
        for source, part in [
            ("{{ request.clas }}", "did you mean class"),
            ("{{ requst.x }}", "did you mean request"),
            ("{{ request.order.number }}", "asked of a list of Order"),
            ("{{ request.class.x }}", "asked of a value"),
            ("{{ request.order[0].nmber }}", "did you mean number"),
            ("{{ header.Tokn.key }}", "did you mean Token"),
            ("{{ header.Token.kee }}", "did you mean key"), ("{{ header['zz:x'] }}", "prefix 'zz'"),
            ("{% for o in request.order %}{{ o.nmber }}{% endfor %}", "did you mean number"),
            ("{{ x|upper }}", "no name 'x'"), ("{{ 'x'|uper }}", "did you mean upper"),
            ("{{ 'x' is stringy }}", "did you mean string"),
            ("{{ randm.int(1, 2) }}", "did you mean random"),
            ("{{ random.itn(1, 2) }}", "did you mean int"),
            ("{{ random.int(1) }}", "random.int: missing"),
            ("{{ random.int }}", "random.int: missing"), ("{{ fake.cty }}", "did you mean city"),
            ("{{ 'x'.upper() }}", "methods are filters: x|upper"),
            ("{{ request.class() }}", "cannot be called"),
            ("{{ 'x'|replace('a') }}", "|replace: missing"),
            ("{{ hours }}", "hours alone is no value"),
            ("{{ header }}", "header alone"), ("{{ random }}", "random alone"),
            ("{{ a", "template '{{ a'"),
            ("{% if %}x{% endif %}", "template"), ("{% unknown %}", "unknown"),
            ("{{ request.order[0:1] }}", "no slices"),
            ("{% set a, b = [1, 2] %}", "one name at a time"),
            ("{% for a, b in [] %}{% endfor %}", "with one name"),
            ("{% macro m() %}{% endmacro %}", "no {% macro %}"),
            ("{% include 'x' %}", "no {% include %}"),
            ("{% import 'x' as y %}", "no {% import %}"), ("{% extends 'x' %}", "no {% extends %}"),
            ("{% block x %}{% endblock %}", "no {% block %}"),
            ("{% call x() %}{% endcall %}", "no {% callblock %}"),
            ("{% filter upper %}x{% endfilter %}", "no {% filterblock %}"),
            ("{% set x %}y{% endset %}", "no {% assignblock %}"),
            ("{% with a = 1 %}{% endwith %}", "no {% with %}"),
            ("{{ {'a': 1} }}", "no dict here"), ("{{ range(*[1]) }}", "no * in calls"),
            ("{% set ns.x = 1 %}", "one name at a time"), ("{{ self }}", "no name 'self'"),
            ("{% for x in [] recursive %}{% endfor %}", "with one name"),
        ]:  # fmt: skip
            said = refusal(lambda s=source: template(s))  # type: ignore[misc]  # bound at once
            self.assertIn(part, said, source)
            self.assertTrue(said.startswith("rules.yaml:7: "), said)

    def test_calls(self) -> None:
        for source, part in [
            ("{{ request.order[0].number / 0 }}", "template '{{ request.order"),
            ("{{ request.when + hours(1) }}", "absent"),
            ("{{ 'a' + 1 }}", "calculating with 'a'"),
            ("{{ request.class|int }}", "breaks xsd:decimal"),
            ("{{ now < 5 }}", "not supported"), ("{{ mock.url() }}", None),
            ("{{ [[1]] }}", "a list in a list"),
            ("{{ store }}", "a mapping is no text"), ("{{ ['a', 1]|sort }}", "not supported"),
            ("{{ days(10 ** 12) }}", "template"), ("{{ store.sid.x }}", "x is asked of 's9'"),
            ("{{ 5[0] }}", "[0] is asked of 5"),
        ]:  # fmt: skip
            made = template(source)
            if part is None:
                self.assertEqual("http://host/", made.text(WORLD))
                continue
            error = self.assertRaises(RenderError, made.text, WORLD)
            self.assertIn(part, str(error), source)
            self.assertTrue(str(error).startswith("rules.yaml:7: template"), error)


class HostileTests(SynchronousTestCase):
    """A template reaches messages and nothing else, and ends within its limits."""

    def test_no_way_out(self) -> None:
        for source in [
            "{{ ''.__class__ }}", "{{ ''['__class__'] }}", "{{ ''|attr('__class__') }}",
            "{{ request.__class__ }}", "{{ request['__class__'] }}", "{{ request.__dict__ }}",
            "{{ request.complex_type() }}", "{{ request.typecode }}", "{{ request._registry }}",
            "{{ request.order.append }}", "{{ request.order[0].__init__ }}", "{{ ().__class__ }}",
            "{{ now.__class__ }}", "{{ now.strftime('x') }}", "{{ store.__class__ }}",
            "{{ store.items() }}",
            "{{ store.pop('sid') }}", "{{ cycler('a') }}", "{{ lipsum() }}", "{{ namespace() }}",
            "{{ joiner() }}", "{{ dict(a=1) }}", "{{ self.__class__ }}", "{{ loop }}",
            "{{ config }}",
            "{{ request.class.__class__.__mro__ }}", "{{ random.__class__ }}",
            "{{ mock.__globals__ }}",
            "{{ random.random.__self__ }}", "{{ ''.join }}", "{{ 'x'|map('upper') }}",
            "{{ true.__class__ }}",
            "{{ [].__class__ }}", "{{ (1).real }}", "{{ fake.city.__class__ }}",
            "{{ request.class.upper }}",
            "{{ ''.format() }}", "{{ '%s' % request }}", "{{ x.__globals__ }}",
            "{{ range.__self__ }}",
            "{{ header.Token.__class__ }}", "{{ header['wsse:Security'].__class__ }}",
        ]:  # fmt: skip
            try:
                shown = template(source).text(WORLD)
            except (DefinitionError, RenderError):
                continue
            self.assertEqual("", shown, source)

    def test_no_way_out_by_names_made_at_run_time(self) -> None:
        for name in ["__class__", "_registry", "complex_type", "typecode", "__dict__", "_content"]:
            for root in [
                "request",
                "request.order[0]",
                "now",
                "store",
                "request.class",
                "header.Token",
            ]:
                made = template(f"{{% set n = '{name[:2]}' ~ '{name[2:]}' %}}{{{{ {root}[n] }}}}")
                try:
                    self.assertEqual("", made.text(WORLD))
                except RenderError as error:
                    self.assertIn("is asked of", str(error))

    def test_bombs(self) -> None:
        doubling = "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}"
        adding = "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a + a %}" * 60
        lists = "{% set a = [1, 2] %}" + "{% set a = a + a %}" * 60
        squares = "{% set a = 10 %}" + "{% set a = a * a %}" * 60
        loops = "".join(f"{{% for x{n} in range(10000) %}}" for n in range(6))
        nested = loops + "x" + "{% endfor %}" * 6
        started = time.process_time()
        for source in [
            doubling, adding, lists, squares, nested, "{{ 'a' * 1000000000 }}",
            "{{ [1] * 1000000000 }}",
            "{{ 10 ** (10 ** 10) }}", "{{ 9 ** 99999999 }}", "{{ '%1000000000d' % 1 }}",
            "{{ range(10 ** 12) }}",
            "{{ 'a'|pad(10 ** 12) }}", "{{ random.hex(10 ** 12) }}",
            "{{ now|strftime('%1000000000Y') }}",
            "{{ 'aaaaaaaa'|replace('a', 'a'|pad(10000000)) }}", "{{ 2 ** 16384 }}",
            "{{ 10 ** 4400 * 10 ** 4400 }}",
            "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
            "{% for a in range(9999) %}{{ 'a'|pad(9999) }}{% endfor %}",
            "{{ range(9999)|join('a'|pad(9999)) }}",
            "{{ (range(9000) + range(9000))|sort }}", "{{ range(9999)|unique }}",
            "{{ 'a'|center(10 ** 12) }}",
        ]:  # fmt: skip
            with self.assertRaises((DefinitionError, RenderError), msg=source[:60]):
                template(source).text(WORLD)
        self.assertLess(time.process_time() - started, 20)

    def test_sources_that_hurt_a_parser(self) -> None:
        started = time.process_time()
        for source in [
            "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
            "{{ " + "[" * 5_000 + "]" * 5_000 + " }}",
            "{{ " + "not " * 5_000 + "1 }}", "{% if 1 %}" * 500 + "{% endif %}" * 500,
            "{{ 1" + " + 1" * 5_000 + " }}", "{{ " + "9" * 5_000 + " }}",
            "{{ request" + ".order" * 2_000 + " }}",
            "{{ 'x'" + "|upper" * 500 + " }}", "{{ " + "-" * 3_000 + "1 }}",
        ]:  # fmt: skip
            self.assertRaises(DefinitionError, template, source)
        self.assertLess(time.process_time() - started, 20)

    def test_a_source_has_a_size(self) -> None:
        said = refusal(lambda: template("x" * 11, limits=TemplateLimits(source_chars=10)))
        self.assertIn("a template of over 10 characters", said)

    def test_what_a_client_sends_is_no_template(self) -> None:
        call = call_of(buy(), BUY.format("<class>{{ 1 + 1 }}</class>"))
        self.assertEqual("{{ 1 + 1 }}", template("{{ request.class }}").text(World(call)))

    def test_a_large_request_text(self) -> None:
        call = call_of(buy(), BUY.format(f"<class>{'x' * 3_000_000}</class>"))
        source = "{% for n in range(9) %}{{ request.class }}{% endfor %}"
        self.assertRaises(RenderError, template(source).text, World(call))

    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                ["{{", "}}", "{%", "%}", " ", "request", ".", "class", "order", "[", "]", "(", ")",
                 "|",
                 "upper", "for", "in", "if", "else", "endfor", "endif", "set", "=", "x", "1",
                 "'a'", "+", "*",
                 "**", "~", "is", "defined", "not", "and", "range", "now", "random", "int", ",",
                 "join", "-",
                 "store", "header", "Token", "default", "loop", "/", "%", "<", "==", "{#", "#}"]
            ), max_size=25,
        )
    )  # fmt: skip
    def test_any_words_are_refused_or_rendered(self, words: list[str]) -> None:
        try:
            template(" ".join(words)).text(WORLD)
        except (DefinitionError, RenderError) as error:
            self.assertNotIn("Traceback", str(error))


class BankTests(SynchronousTestCase):
    def test_the_bank(self) -> None:
        call = bank_call("GetBalance", SESSION, account=42)
        made = compile_template(
            "{{ request.account }}/{{ header.Session.sessionId }}", bank("GetBalance").known
        )
        self.assertEqual("42/s1", made.text(World(call)))
