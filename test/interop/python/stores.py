"""The DataJoint library of this environment with stores outside the database, written to and read from."""

import os

os.environ["DJ_SUPPORT_FILEPATH_MANAGEMENT"] = "TRUE"
os.environ["DJ_LOG_LEVEL"] = "CRITICAL"

import protocol  # noqa: E402, I001

import datajoint as dj  # noqa: E402
import numpy as np  # noqa: E402

import postgresql  # noqa: E402
import stored  # noqa: E402
import virtual  # noqa: E402
from neutral import neutral  # noqa: E402
from opened import opened  # noqa: E402

CODECS = ("blob", "attach", "filepath") if virtual.IS_LEGACY else ("blob", "attach", "filepath", "hash", "object", "npy")
stage = None


def connect(stores, directory, **server):
    """Answers the library's version."""
    global stage
    virtual.connect(**server)
    stage = directory
    os.makedirs(stage, exist_ok=True)
    if virtual.IS_LEGACY:
        dj.config["stores"] = stores
    else:
        dj.config.stores = stores
        if not postgresql.is_used(dj.conn()):
            stored.mend_mariadb()
    return dj.__version__


def stored_table(schema):
    return virtual.virtual_module(schema).Stored


def declare(schema):
    form = "{}_there=null : {}@main" if virtual.IS_LEGACY else "{}_there=null : <{}@main>"
    inside = ("blob_here=null : longblob", "attach_here=null : attach")
    if not virtual.IS_LEGACY:
        inside = ("blob_here=null : <blob>", "attach_here=null : <attach>")
    key = "id : int" if virtual.IS_LEGACY else "id : int32\nlabel : varchar(120)"
    lines = [key, "---", *(form.format(codec, codec) for codec in CODECS), *inside]
    cls = type("Stored", (dj.Manual,), {"definition": "\n".join(lines)})
    dj.Schema(schema)(cls)


def file(name, content):
    path = os.path.join(stage, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as opened:
        opened.write(content)
    return path


def values():
    """A value of each codec, and one so large that it is compressed."""
    yield dict(blob={"a": np.arange(6.0).reshape(2, 3), "b": [1, "two", None]}, attach=file("note one.txt", b"attached"))
    yield dict(blob={"long": "x" * 5000}, attach=file("empty.bin", b""))
    if virtual.IS_LEGACY:
        yield dict(filepath=file("sub/data.bin", b"referred to"))
    else:
        yield dict(hash=b"hashed", object=b"an object", npy=np.arange(6, dtype="int16").reshape(2, 3))
        folder = os.path.dirname(file("tree/a.txt", b"first"))
        file("tree/b/c.txt", b"second")
        yield dict(object=folder, npy=np.array([1.5, np.nan]))


def write(schema):
    """Fills the table; answers how many rows it has."""
    table = stored_table(schema)
    for number, row in enumerate(values()):
        record = {"id": number, **({} if virtual.IS_LEGACY else {"label": f"row {number}/a:b"})}
        for codec, value in row.items():
            record[f"{codec}_there"] = value
            if codec in ("blob", "attach"):
                record[f"{codec}_here"] = value
        table.insert1(record)
    return len(table())


def refer(schema, number, path):
    """A row with a path of the store: DataJoint 2."""
    stored_table(schema).insert1({"id": number, "label": "file", "filepath_there": path})


def said(value):
    """What was fetched, in words."""
    found = opened(value)
    return neutral(value) if found is value else found


def read(schema):
    """All rows, in words."""
    table = stored_table(schema)()
    names = [name for name in table.heading.names if name not in table.primary_key]
    return [{name: said(row[name]) for name in names if row[name] is not None} for row in virtual.rows(table)]


protocol.serve(dict(connect=connect, declare=declare, write=write, refer=refer, read=read))
