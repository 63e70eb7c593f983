"""Every type that datajoint 0.14 can declare, filled to the edges."""

import json
import os

import datajoint as dj

import samples


class Graph(dj.AttributeAdapter):
    attribute_type = "longblob"

    def put(self, obj):
        return {"edges": obj}

    def get(self, value):
        return value["edges"]


class Label(dj.AttributeAdapter):
    attribute_type = "varchar(40)"

    def put(self, obj):
        return "/".join(obj)

    def get(self, value):
        return value.split("/")


OBJECTS = {"graph": Graph(), "label": Label()}

TABLES = {
    "Integers": """
    # every integer type
    id : int unsigned auto_increment  # counts by itself
    ---
    tiny : tinyint
    tiny_u : tinyint unsigned
    small : smallint
    small_u : smallint unsigned
    medium : mediumint
    medium_u : mediumint unsigned
    whole : int
    whole_u : int(11) unsigned
    big : bigint  # a "quoted" comment, it's: here
    big_u : bigint unsigned
    flag : bool
    perhaps=null : boolean
    absent=null : bigint
    seven=7 : integer
    negative=-7 : int(11)
    index (big)
    unique index (tiny, small)
    """,
    "Floats": """
    id : smallint
    ---
    single=null : float
    single_u=1.5 : float unsigned
    twofold=null : double
    real_number=-0.25 : real
    """,
    "Decimals": """
    id : smallint
    ---
    exact=null : decimal(65,30)
    money=0.5 : decimal(6,2)
    units=null : numeric(20)
    positive=0 : decimal(10,3) unsigned
    """,
    "Moments": """
    # dates and times
    id : smallint
    ---
    day=null : date
    instant=null : datetime
    milli=null : datetime(3)
    micro=null : datetime(6)
    clock=null : time
    clock_micro=null : time(6)
    stamp=null : timestamp
    stamp_micro=null : timestamp(6)
    model=null : year
    given_day="1999-12-31" : date
    given_instant="2020-01-02 03:04:05" : datetime
    given_clock="12:34:56" : time
    given_year="2001" : year
    made=CURRENT_TIMESTAMP : timestamp  # when it was made
    """,
    "Texts": """
    id : smallint
    ---
    fixed=null : char(10)
    variable : varchar(255)  # \u00e9\u20ac\U0001f42d
    kind=null : enum('a', 'b c', 'x,y', 'it''s')
    latin=null : varchar(40)
    basic=null : varchar(40)
    empty="" : varchar(10)
    phrase="it is" : varchar(20)
    """,
    "Documents": """
    id : smallint
    ---
    document=null : json
    tag=null : uuid  # optional
    """,
    "Opaque": """
    id : smallint
    ---
    tiny=null : tinyblob
    middling=null : blob
    medium=null : mediumblob
    long=null : longblob
    file=null : attach  # a file
    graph=null : <graph>  # adapted
    label=null : <label>
    """,
    "Keyed": """
    big : bigint
    day : date
    micro : datetime(6)
    clock : time(3)
    price : decimal(12,4)
    word : varchar(32)
    kind : enum('a', 'x,y')
    who : uuid  # somebody
    flag : bool
    """,
    "FollowsKeyed": """
    -> Keyed
    ---
    other=null : uuid
    """,
}


def fill(connection, module, directory):
    """Inserts the samples through a virtual module of the schema."""
    module.Integers.insert(samples.INTEGERS)
    module.Floats.insert(dict(row, id=i) for i, row in enumerate(samples.FLOATS))
    module.Decimals.insert(dict(row, id=i) for i, row in enumerate(samples.DECIMALS))
    module.Moments.insert(dict(row, id=i) for i, row in enumerate(samples.moments()))
    module.Texts.insert(dict(row, id=i) for i, row in enumerate(samples.TEXTS))
    native_json = module.Documents().heading.attributes["document"].json
    for i, document in enumerate(samples.DOCUMENTS):
        # On MariaDB this generation takes JSON for a text, and leaves the writing of it to its user.
        text = document if native_json or document is None else json.dumps(document)
        module.Documents.insert1(dict(id=i, document=text, tag=samples.UUIDS[i] if i < 4 else None))
    path = os.path.join(directory, "hello w\u00f6rld.txt")
    with open(path, "wb") as file:
        file.write(b"hello \x00 file")
    for i, value in enumerate(samples.OPAQUE):
        small = value if i != 2 else 7
        row = dict(id=i, tiny=small, middling=value, medium=value, long=value)
        if value is not None:
            row.update(file=path, graph=[[1, 2], [2, 3]], label=["a", "b"])
        module.Opaque.insert1(row)
    module.Keyed.insert(samples.KEYS)
    module.FollowsKeyed.insert(dict(key, other=samples.UUIDS[0]) for key in module.Keyed.fetch("KEY")[:3])
    oddities(connection, module.__name__)


def declare(connection, schema):
    """Declares all tables, empty."""
    module = dj.Schema(schema)
    context = dict(OBJECTS)
    for name, definition in TABLES.items():
        context[name] = module(type(dj.Manual)(name, (dj.Manual,), {"definition": definition}), context=context)
    alter(connection, schema)


def alter(connection, schema):
    """Character sets are not DataJoint's to declare, but the database's to keep."""
    table = f"`{schema}`.`texts`"
    connection.query(f"ALTER TABLE {table} MODIFY latin varchar(40) CHARACTER SET latin1 DEFAULT NULL")
    connection.query(f"ALTER TABLE {table} MODIFY basic varchar(40) CHARACTER SET ucs2 DEFAULT NULL")


def oddities(connection, schema):
    """What only raw SQL leaves behind: zero dates, and the first second of the epoch in the server's zone."""
    connection.query("SET @mode = @@sql_mode, SESSION sql_mode = ''")
    connection.query(
        f"INSERT INTO `{schema}`.`moments` (id, day, instant, micro, stamp) "
        "VALUES (900, '0000-00-00', '0000-00-00 00:00:00', '2020-00-00 00:00:00', FROM_UNIXTIME(1))"
    )
    connection.query("SET SESSION sql_mode = @mode")
