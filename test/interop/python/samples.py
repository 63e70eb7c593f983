"""Rows at the edges of what the types hold. Both generations insert them; texts where Python's own types hold less."""

import datetime
import decimal
import uuid

EMOJI = "mouse \U0001f42d caf\u00e9 \u4f60\u597d \u0416 \u05d0\u05d1"
AWKWARD = "it's \"quoted\" `ticked` \\ back\\nslash %s {0} -- ; # \t\n end"
WORDS = "NaN Infinity -Infinity null None =BLOB= <b>&amp;</b> \u2028"

INTEGERS = [
    dict(tiny=-128, tiny_u=0, small=-32768, small_u=0, medium=-8388608, medium_u=0, whole=-2147483648, whole_u=0,
         big=-(2**63), big_u=0, flag=False, perhaps=None, absent=None),
    dict(tiny=127, tiny_u=255, small=32767, small_u=65535, medium=8388607, medium_u=16777215, whole=2147483647,
         whole_u=4294967295, big=2**63 - 1, big_u=2**64 - 1, flag=True, perhaps=True, absent=9007199254740993),
    dict(tiny=0, tiny_u=1, small=0, small_u=1, medium=0, medium_u=1, whole=0, whole_u=1, big=-9007199254740993,
         big_u=9007199254740993, flag=True, perhaps=False, absent=-1),
]

FLOATS = [
    dict(single=None, twofold=None),
    dict(single=0.1, twofold=0.1),
    dict(single=16777217, twofold=9007199254740993),
    dict(single=3.4028234e38, twofold=1.7976931348623157e308),
    dict(single=-1.17549435e-38, twofold=5e-324),
    dict(single=1.4e-45, twofold=-2.2250738585072014e-308),
    dict(single=-123456.789, twofold=-123456.78901234567),
    dict(single=1e-7, twofold=1e-7),
    dict(single=0, twofold=-0.0),
    dict(single=3.1415927, twofold=1e21),
    dict(single=float("nan"), twofold=float("nan")),
]

DECIMALS = [
    dict(exact=None, money=decimal.Decimal("0.50"), units=None),
    dict(exact=decimal.Decimal("9" * 35 + "." + "9" * 30), money=decimal.Decimal("9999.99"),
         units=decimal.Decimal("9" * 20)),
    dict(exact=decimal.Decimal("-" + "9" * 35 + "." + "9" * 30), money=decimal.Decimal("-9999.99"),
         units=decimal.Decimal("-" + "9" * 20)),
    dict(exact=decimal.Decimal("0." + "0" * 29 + "1"), money=decimal.Decimal("-0.01"), units=decimal.Decimal(0)),
    dict(exact=decimal.Decimal("0.1"), money="1.10", units=12),
]

DATES = ["0001-01-01", "1000-01-01", "1500-02-28", "1582-10-04", "1582-10-10", "1582-10-15", "1900-03-01",
         "1969-12-31", "1970-01-01", "2000-02-29", "2024-03-10", "2038-01-20", "9999-12-31"]

INSTANTS = ["0001-01-01 00:00:00", "1000-01-01 00:00:00.000001", "1582-10-04 23:59:59.999999",
            "1582-10-15 12:00:00.5", "1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.000001",
            "1970-01-01 00:00:00", "1970-01-01 00:00:00.000001", "2000-02-29 23:59:59.1",
            # In New York the first of these does not exist and the second exists twice.
            "2024-03-10 02:30:00.25", "2024-11-03 01:30:00.75", "2038-01-19 03:14:08.123456",
            "9999-12-31 23:59:59.999999"]

CLOCKS = ["00:00:00", "00:00:00.000001", "-00:00:00.000001", "-00:00:01.500000", "23:59:59.999999", "24:00:00",
          "100:30:15.250000", "-23:59:59", "-25:00:00.100000", "838:59:59", "-838:59:59", "838:59:58.999999",
          "-838:59:58.999999"]

STAMPS = ["1970-01-02 00:00:00", "1999-07-01 12:00:00.123456", "2024-01-15 23:30:00.000001",
          "2024-07-15 00:30:00.999999", "2024-11-03 01:30:00", "2038-01-18 00:00:00"]

YEARS = [0, 1901, 1969, 1970, 2024, 2155]


def whole_seconds(text):
    return text.split(".")[0]


def moments():
    """Rows that walk through all lists side by side, short ones over again; the first row is all NULL."""
    count = max(map(len, (DATES, INSTANTS, CLOCKS, STAMPS, YEARS)))
    yield dict(day=None, instant=None, milli=None, micro=None, clock=None, clock_micro=None, stamp=None,
               stamp_micro=None, model=None)
    for i in range(count):
        instant, clock, stamp = (values[i % len(values)] for values in (INSTANTS, CLOCKS, STAMPS))
        yield dict(day=DATES[i % len(DATES)], instant=whole_seconds(instant), milli=instant[:23], micro=instant,
                   clock=whole_seconds(clock), clock_micro=clock, stamp=whole_seconds(stamp), stamp_micro=stamp,
                   model=YEARS[i % len(YEARS)])


TEXTS = [
    dict(fixed="", variable="", kind="a", latin=None, basic=None),
    dict(fixed=" lead ", variable=EMOJI, kind="b c", latin="caf\u00e9 \u20ac \u00fc\u00df", basic="\u20ac \u4f60"),
    dict(fixed=None, variable=AWKWARD, kind="x,y", latin="it's \"latin\"", basic="\\"),
    dict(fixed="\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", variable=WORDS, kind=None,
         latin="\u00ff\u00a0x", basic=""),
    dict(fixed="NULL", variable="\x00\x01\x1f\x7f\u0080\ufeff\uffff", kind="a", latin="", basic="\u0416"),
    dict(fixed="\U0001f9e0" * 10, variable="\U0001f9e0" * 255, kind="a", latin="'", basic="\""),
    dict(fixed="2020-01-01", variable="12345678901234567890.50", kind="a", latin="1", basic="true"),
]

UUIDS = [uuid.UUID(int=0), uuid.UUID(int=2**128 - 1), uuid.UUID("00112233-4455-6677-8899-aabbccddeeff"),
         uuid.UUID("5c27c27c-0a00-4000-8000-0d0a1a5c2722")]

DOCUMENTS = [
    None,
    {},
    [],
    {"a": 1, "b": [1.5, True, False, None, "x"], "nested": {"deep": [[]]}},
    {"text": EMOJI, "awkward": AWKWARD, "": "empty key", "__proto__": 1},
    [9007199254740993, -9223372036854775808, 18446744073709551615, 0.1, -1e-7],
    "a text",
    12,
    True,
]

OPAQUE = [None, {"a": [1, 2.5, "x", None], 3: (True, b"\x00\xff")}, list(range(1000)), EMOJI, 2**70, b"bytes",
          datetime.datetime(2020, 1, 2, 3, 4, 5), decimal.Decimal("1.50"), uuid.UUID(int=7)]

# Each differs from the one before in one attribute only, by the least that the type can tell apart.
KEYS = [
    dict(big=2**63 - 1, day="1969-12-31", micro="1582-10-15 00:00:00.000001", clock="-838:59:59.000",
         price=decimal.Decimal("0.0001"), word="a'b\"c\\d`e\U0001f42d", kind="x,y", who=UUIDS[2], flag=True),
]
for change in (dict(big=2**63 - 2), dict(day="1970-01-01"), dict(micro="1582-10-15 00:00:00.000002"),
               dict(clock="-838:59:58.999"), dict(price=decimal.Decimal("0.0002")), dict(word="a"),
               dict(kind="a"), dict(who=UUIDS[1]), dict(flag=False)):
    KEYS.append({**KEYS[-1], **change})
