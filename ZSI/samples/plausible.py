"""What the name of a field says about its value: an email looks like one.

>>> from random import Random
>>> plain_text("customerEmailAddress"), plain_text("ISO_CountryCode"), plain_text("xyz")
('ada.lovelace@example.com', 'GB', None)
>>> "@" in likely_text("email", Random(1))
True
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import TypeAlias

from ZSI.samples.fake import CITIES, COUNTRIES, FAKE, WORDS

Maker: TypeAlias = Callable[[Random], str]

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "SEK", "PLN", "BRL")
_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl")
_STATES = ("OK", "OPEN", "DONE", "ACTIVE", "PENDING")
_SENTENCE = FAKE["sentence"]


def _coded(prefix: str, digits: int) -> Maker:
    return lambda random: f"{prefix}{random.randrange(10 ** (digits - 1), 10**digits)}"


def _one_of(*texts: str) -> Maker:
    return lambda random: random.choice(texts)


#: Words that a name may end with, a plain text for them, and how chance makes another.
_TABLE: tuple[tuple[str, str, Maker], ...] = (
    ("email mail emailaddress mailaddress", "ada.lovelace@example.com", FAKE["email"]),
    ("phone tel telephone mobile fax phonenumber telnumber faxnumber", "+44 20 7946 0018",
     FAKE["phone"]),
    ("url uri href website homepage link address1url", "https://example.com/",
     lambda random: f"https://example.com/{random.choice(WORDS)}"),
    ("ip ipaddress", "192.0.2.1", lambda random: f"192.0.2.{random.randint(1, 254)}"),
    ("host hostname server domain", "host.example.com",
     lambda random: f"{random.choice(WORDS)}.example.com"),
    ("currency currencycode", "EUR", _one_of(*_CURRENCIES)),
    ("country countrycode nationality", "GB", _one_of(*COUNTRIES)),
    ("city town place cityname", "London", _one_of(*CITIES)),
    ("street address streetname addressline", "12 Main Street", FAKE["street"]),
    ("zip postcode zipcode postalcode", "10115", FAKE["postcode"]),
    ("firstname forename givenname", "Ada", FAKE["first_name"]),
    ("lastname surname familyname", "Lovelace", FAKE["last_name"]),
    ("fullname contact owner author person customer", "Ada Lovelace", FAKE["name"]),
    ("iban", "DE89370400440532013000", _one_of("DE89370400440532013000",
     "GB29NWBK60161331926819", "FR1420041010050500013M02606")),
    ("bic swift", "COBADEFFXXX", _one_of("COBADEFFXXX", "DEUTDEFF", "BNPAFRPP")),
    ("isbn", "978-3-16-148410-0", _one_of("978-3-16-148410-0", "978-0-306-40615-7")),
    ("language lang locale languagecode", "en", _one_of(*_LANGUAGES)),
    ("password pwd secret", "secret-1", _coded("secret-", 4)),
    ("user username login userid", "ada", lambda random: FAKE["first_name"](random).lower()),
    ("company organisation organization companyname", "Analytical Engines Ltd", FAKE["company"]),
    ("version", "1.0", lambda random: f"{random.randint(1, 9)}.{random.randint(0, 9)}"),
    ("status state", "OK", _one_of(*_STATES)),
    ("description comment note text message remark reason summary", "An example", _SENTENCE),
    ("title subject", "Example", lambda random: random.choice(WORDS).capitalize()),
    ("color colour", "blue", _one_of("blue", "green", "red", "black", "white")),
    ("filename file", "example.txt", lambda random: f"{random.choice(WORDS)}.txt"),
    ("path", "/example", lambda random: f"/{random.choice(WORDS)}"),
    ("name", "Example", lambda random: random.choice(WORDS).capitalize()),
    ("code", "A1", _coded("A", 3)),
    ("id guid uuid identifier key ref reference number", "id-1", _coded("id-", 4)),
    ("date", "2026-01-15", lambda random: f"2026-{random.randint(1, 12):02}-15"),
    ("amount price total cost balance fee rate", "123.45",
     lambda random: f"{random.randint(1, 99_999) / 100:.2f}"),
    ("true enabled flag", "true", _one_of("true", "false")),
)  # fmt: skip
_BY_WORD = {word: (plain, make) for words, plain, make in _TABLE for word in words.split()}

#: The same for numbers: words, a plain one, and the range that chance draws from.
_NUMBERS: tuple[tuple[str, float, tuple[float, float]], ...] = (
    ("amount price total cost balance fee salary sum tax value", 123.45, (1, 1_000)),
    ("rate", 1.25, (0, 10)),
    ("percent percentage", 50, (0, 100)),
    ("quantity qty count", 1, (1, 20)),
    ("age", 36, (18, 90)),
    ("latitude lat", 51.5, (-60, 70)),
    ("longitude lon lng", -0.12, (-180, 180)),
    ("year", 2026, (2000, 2030)),
    ("month", 1, (1, 12)),
    ("day", 15, (1, 28)),
    ("hour", 12, (0, 23)),
    ("minute second", 30, (0, 59)),
    ("port", 8080, (1024, 65_535)),
    ("page", 1, (1, 9)),
    ("id identifier key number", 1001, (1_000, 9_999)),
)
_NUMBER_BY_WORD = {word: (plain, span) for words, plain, span in _NUMBERS for word in words.split()}


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case.

    >>> words_of("customerEmailAddress"), words_of("ISO_code2")
    (['customer', 'email', 'address'], ['iso', 'code', '2'])
    """
    return [word.lower() for word in _WORDS.findall(name)]


@lru_cache(maxsize=4_096)
def _keys(name: str) -> tuple[str, ...]:
    """What to look up: pairs of words from the end, then words from the end."""
    words = [word for word in words_of(name) if not word.isdigit()]
    pairs = ["".join(pair) for pair in zip(words, words[1:], strict=False)]
    return (*reversed(pairs), *reversed(words))


def plain_text(name: str) -> str | None:
    """The plain text for a field of this name; None if the name says nothing."""
    return next((_BY_WORD[key][0] for key in _keys(name) if key in _BY_WORD), None)


def likely_text(name: str, random: Random) -> str | None:
    """A text for a field of this name that chance makes."""
    found = next((_BY_WORD[key][1] for key in _keys(name) if key in _BY_WORD), None)
    return found(random) if found is not None else None


def plain_number(name: str) -> float | None:
    """The plain number for a field of this name."""
    return next((_NUMBER_BY_WORD[key][0] for key in _keys(name) if key in _NUMBER_BY_WORD), None)


def likely_range(name: str) -> tuple[float, float] | None:
    """The range of numbers that a field of this name usually has."""
    return next((_NUMBER_BY_WORD[key][1] for key in _keys(name) if key in _NUMBER_BY_WORD), None)


#: Days from now that words in the name of a date mean.
DAYS = {
    "birth": -12_000, "born": -12_000, "dob": -12_000, "created": -10, "start": -10, "from": -10,
    "since": -400, "last": -3, "expiry": 400, "expires": 400, "expiration": 400, "until": 30,
    "due": 30, "end": 30, "to": 10, "next": 7, "delivery": 5,
}  # fmt: skip


def days_from_now(name: str) -> int:
    """How many days from now a date of this name lies, usually.

    >>> days_from_now("dateOfBirth") < 0 < days_from_now("dueDate")
    True
    """
    return next((DAYS[word] for word in words_of(name) if word in DAYS), 0)
