"""Every codec that keeps its values in a store, by the store's name and by default."""

import json
import os

import datajoint as dj
import numpy

import postgresql

CODECS = ("blob", "attach", "hash", "object", "npy", "filepath")

TABLES = {
    "Stored": "\n".join(["id : int16", "---", *(f"{codec}_local=null : <{codec}@local>" for codec in CODECS)]),
    "StoredByDefault": "\n".join(["id : int16", "---", *(f"{codec}_default=null : <{codec}@>" for codec in CODECS)]),
}


def fill(module, directory):
    """A value of each codec in a row of its own. Without a name the library looks for a store called by none."""
    path = os.path.join(directory, "stored.txt")
    with open(path, "wb") as file:
        file.write(b"stored")
    if not postgresql.is_used(dj.conn()):
        mend_mariadb()
    dj.config.stores = {"default": "local", "local": {"protocol": "file", "location": directory}}
    values = dict(blob=[1, 2], attach=path, hash=b"hash", object=b"object", npy=numpy.eye(2), filepath="stored.txt")
    module.Stored.insert1(dict(id=0))
    for i, codec in enumerate(CODECS):
        module.Stored.insert1({"id": i + 1, f"{codec}_local": values[codec]})
    module.StoredByDefault.insert1(dict(id=0))


def mend_mariadb():
    """Where the database has no type for JSON, the library gives its driver dictionaries, which it does not take."""
    from pymysql.converters import escape_string

    dj.conn()._conn.encoders[dict] = lambda value, _: f"'{escape_string(json.dumps(value))}'"
