"""Made-up data that looks like data: small tables of our own, and a seeded choice.

>>> from random import Random
>>> FAKE["city"](Random(1)) in CITIES, "@" in FAKE["email"](Random(2))
(True, True)
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

FIRST_NAMES = (
    "Ada", "Alan", "Amara", "Anna", "Ben", "Carla", "Chen", "Diego", "Elena", "Emma", "Felix",
    "Grace", "Hana", "Ines", "Ivan", "Jonas", "Julia", "Kofi", "Lara", "Leo", "Lucia", "Marta",
    "Mehmet", "Mila", "Nadia", "Nils", "Noah", "Olga", "Omar", "Paula", "Priya", "Rosa", "Sam",
    "Sofia", "Tariq", "Tom", "Vera", "Yuki", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Almeida", "Andersson", "Bauer", "Becker", "Bianchi", "Chen", "Costa", "Dubois", "Fischer",
    "Garcia", "Haddad", "Hansen", "Horvat", "Ito", "Jansen", "Jones", "Kaya", "Keller", "Khan",
    "Kovacs", "Lee", "Lopez", "Martin", "Meyer", "Moreau", "Nowak", "Okafor", "Patel", "Petrov",
    "Rossi", "Sato", "Schmidt", "Silva", "Smith", "Tanaka", "Torres", "Virtanen", "Weber",
    "Wright", "Young",
)  # fmt: skip
CITIES = (
    "Accra", "Amsterdam", "Athens", "Berlin", "Bogota", "Boston", "Brno", "Cairo", "Copenhagen",
    "Dublin", "Geneva", "Graz", "Hanoi", "Helsinki", "Kyoto", "Lagos", "Leeds", "Lima", "Lisbon",
    "Lyon", "Madrid", "Malmo", "Milan", "Nairobi", "Oslo", "Porto", "Prague", "Quito", "Riga",
    "Seoul", "Tallinn", "Toronto", "Turin", "Vienna", "Warsaw",
)  # fmt: skip
COUNTRIES = (
    "AT", "BE", "BR", "CA", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "IE", "IT", "JP",
    "KE", "NL", "NO", "PL", "PT", "SE", "US",
)  # fmt: skip
STREETS = (
    "Birch Lane", "Bridge Street", "Castle Road", "Church Street", "Elm Street", "Garden Row",
    "Harbour Road", "High Street", "Hill Road", "Lake View", "Linden Avenue", "Long Lane",
    "Main Street", "Market Square", "Mill Road", "Oak Avenue", "Park Road", "River Walk",
    "School Lane", "Station Road",
)  # fmt: skip
TRADES = (
    "Bakery", "Books", "Consulting", "Electric", "Foods", "Freight", "Gardens", "Instruments",
    "Logistics", "Optics", "Paper", "Pharma", "Press", "Robotics", "Shipping", "Software",
    "Steel", "Textiles", "Tools", "Trading",
)  # fmt: skip
FORMS = ("AG", "BV", "GmbH", "Inc.", "Ltd", "Oy", "SA", "SpA")
WORDS = (
    "amber", "anchor", "apple", "arrow", "basket", "beacon", "candle", "canvas", "cedar", "cloud",
    "copper", "coral", "delta", "ember", "falcon", "field", "forest", "garnet", "harbor", "hazel",
    "island", "ivory", "juniper", "lantern", "lemon", "linen", "maple", "marble", "meadow",
    "mirror", "north", "ocean", "olive", "orbit", "paper", "pepper", "pine", "quartz", "raven",
    "river", "saddle", "silver", "spruce", "stone", "summit", "thistle", "timber", "valley",
    "velvet", "willow",
)  # fmt: skip


def _name(random: Random) -> str:
    return f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"


def _email(random: Random) -> str:
    """An address that reaches nobody (RFC 2606, 3)."""
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    return f"{first}.{last}@example.com".lower()


def _company(random: Random) -> str:
    return f"{random.choice(LAST_NAMES)} {random.choice(TRADES)} {random.choice(FORMS)}"


def _phone(random: Random) -> str:
    """A number in the range kept for fiction (+1 555 01xx)."""
    return f"+1 {random.randint(200, 989)} 555 01{random.randint(0, 99):02d}"


def _sentence(random: Random) -> str:
    words = [random.choice(WORDS) for _ in range(random.randint(5, 9))]
    return f"{' '.join(words).capitalize()}."


#: What ``fake.x`` gives in a template.
FAKE: dict[str, Callable[[Random], str]] = {
    "first_name": lambda random: random.choice(FIRST_NAMES),
    "last_name": lambda random: random.choice(LAST_NAMES),
    "name": _name,
    "email": _email,
    "phone": _phone,
    "company": _company,
    "street": lambda random: f"{random.randint(1, 199)} {random.choice(STREETS)}",
    "city": lambda random: random.choice(CITIES),
    "postcode": lambda random: f"{random.randint(10_000, 99_999)}",
    "country": lambda random: random.choice(COUNTRIES),
    "word": lambda random: random.choice(WORDS),
    "sentence": _sentence,
}
