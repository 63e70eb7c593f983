"""Every type that datajoint 2 can declare without a store, filled to the edges."""

import os
import warnings

import datajoint as dj

import postgresql
import samples
import stored

warnings.filterwarnings("ignore")


class Graph(dj.Codec):
    name = "graph"

    def get_dtype(self, is_store):
        return "<blob>"

    def encode(self, value, *, key=None, store_name=None):
        return {"edges": value}

    def decode(self, stored, *, key=None):
        return stored["edges"]


class Label(dj.Codec):
    name = "label"

    def get_dtype(self, is_store):
        return "varchar(40)"

    def encode(self, value, *, key=None, store_name=None):
        return "/".join(value)

    def decode(self, stored, *, key=None):
        return stored.split("/")


# Codecs register themselves.
OBJECTS = {}

TABLES = {
    "Integers": """
    # every integer type
    id : int unsigned auto_increment  # counts by itself
    ---
    tiny : int8
    tiny_u : tinyint unsigned
    small : int16
    small_u : smallint unsigned
    medium : mediumint
    medium_u : mediumint unsigned
    whole : int32
    whole_u : int(11) unsigned
    big : int64  # a "quoted" comment, it's: here
    big_u : bigint unsigned
    flag : bool
    perhaps=null : bool
    absent=null : bigint
    seven=7 : integer
    negative=-7 : int32
    given=1 : bool
    index (big)
    unique index (tiny, small)
    """,
    "Floats": """
    id : int16
    ---
    single=null : float32
    single_u=1.5 : float unsigned
    twofold=null : float64
    real_number=-0.25 : real
    native=null : float
    """,
    "Decimals": """
    id : int16
    ---
    exact=null : decimal(65,30)
    money=0.5 : decimal(6,2)
    units=null : numeric(20)
    positive=0 : decimal(10,3) unsigned
    """,
    "Moments": """
    # dates and times
    id : int16
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
    made=CURRENT_TIMESTAMP : datetime  # when it was made
    made_micro=CURRENT_TIMESTAMP(6) : datetime(6)
    """,
    "Texts": """
    id : int16
    ---
    fixed=null : char(10)
    variable : varchar(255)  # \u00e9\u20ac\U0001f42d
    kind=null : enum('a', 'b c', 'x,y', 'it''s')
    latin=null : varchar(40)
    basic=null : varchar(40)
    empty="" : varchar(10)
    phrase="it is" : varchar(20)
    tiny_text=null : tinytext
    plain_text=null : text
    medium_text=null : mediumtext
    long_text=null : longtext
    """,
    "Documents": """
    id : int16
    ---
    document=null : json
    tag=null : uuid  # optional
    """,
    "Opaque": """
    id : int16
    ---
    tiny=null : tinyblob
    middling=null : blob
    medium=null : mediumblob
    long=null : longblob
    raw=null : bytes
    packed=null : <blob>  # a value
    file=null : <attach>  # a file
    graph=null : <graph>  # of our own
    label=null : <label>
    """,
    "Keyed": """
    big : int64
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
    "Singleton": """
    # only one
    ---
    parameter : float64
    """,
}


def fill(connection, module, directory):
    """Inserts the samples through a virtual module of the schema."""
    fitting = postgresql.fitting if postgresql.is_used(connection) else dict
    insert = postgresql.insert if postgresql.is_used(connection) else lambda table, rows: table.insert(rows)

    def fill_table(table, rows):
        insert(table, [fitting(row) for row in rows])

    fill_table(module.Integers, samples.INTEGERS)
    fill_table(module.Floats, [dict(row, id=i, native=row["single"]) for i, row in enumerate(samples.FLOATS)])
    fill_table(module.Decimals, [dict(row, id=i) for i, row in enumerate(samples.DECIMALS)])
    fill_table(module.Moments, [dict(row, id=i) for i, row in enumerate(samples.moments())])
    for i, row in enumerate(samples.TEXTS):
        text = row["variable"]
        row = dict(row, id=i, tiny_text=text[:60], plain_text=text, medium_text=text, long_text=text)
        fill_table(module.Texts, [row])
    for i, document in enumerate(samples.DOCUMENTS):
        fill_table(module.Documents, [dict(id=i, document=document, tag=samples.UUIDS[i] if i < 4 else None)])
    path = os.path.join(directory, "hello w\u00f6rld.txt")
    with open(path, "wb") as file:
        file.write(b"hello \x00 file")
    for i, value in enumerate(samples.OPAQUE):
        raw = None if value is None else bytes([i, 0, 255])
        row = dict(id=i, tiny=raw, middling=raw, medium=raw, long=raw, raw=raw, packed=value)
        if value is not None:
            row.update(file=path, graph=[[1, 2], [2, 3]], label=["a", "b"])
        fill_table(module.Opaque, [row])
    fill_table(module.Keyed, samples.KEYS)
    fill_table(module.FollowsKeyed, [dict(key, other=samples.UUIDS[0]) for key in module.Keyed.keys()[:3]])
    fill_table(module.Singleton, [dict(parameter=0.1)])
    stored.fill(module, directory)
    if not postgresql.is_used(connection):
        oddities(connection, module.__name__)


def declare(connection, schema):
    """Declares all tables, empty."""
    module = dj.Schema(schema)
    context = dict(OBJECTS)
    is_postgresql = postgresql.is_used(connection)
    for name, definition in {**TABLES, **stored.TABLES}.items():
        members = {"definition": postgresql.definition(definition) if is_postgresql else definition}
        context[name] = module(type(dj.Manual)(name, (dj.Manual,), members), context=context)
    if not is_postgresql:
        alter(connection, schema)


def alter(connection, schema):
    """Character sets are not DataJoint's to declare, but the database's to keep."""
    table = f"`{schema}`.`texts`"
    comment = "COMMENT ':varchar(40):'"
    connection.query(f"ALTER TABLE {table} MODIFY latin varchar(40) CHARACTER SET latin1 DEFAULT NULL {comment}")
    connection.query(f"ALTER TABLE {table} MODIFY basic varchar(40) CHARACTER SET ucs2 DEFAULT NULL {comment}")


def oddities(connection, schema):
    """What only raw SQL leaves behind: zero dates, and the first second of the epoch in the server's zone."""
    connection.query("SET @mode = @@sql_mode, SESSION sql_mode = ''")
    connection.query(
        f"INSERT INTO `{schema}`.`moments` (id, day, instant, micro, stamp) "
        "VALUES (900, '0000-00-00', '0000-00-00 00:00:00', '2020-00-00 00:00:00', FROM_UNIXTIME(1))"
    )
    connection.query("SET SESSION sql_mode = @mode")
