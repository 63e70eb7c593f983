"""Expressions of the algebra as the library understands them: their headings, lengths and rows."""

import contextlib
import datetime
import decimal
import json
import os
import time
import uuid

import datajoint as dj
import numpy as np

import postgresql
import virtual
from opened import opened
from stored import mend_mariadb

namespaces = {}
files = {}


def use_store(stores, stage, location):
    """Has the library keep objects in stores; files to be put there wait in a directory of theirs."""
    files.update(stage=stage, location=location)
    if virtual.IS_LEGACY:
        dj.config["stores"] = stores
    else:
        dj.config.stores = stores
        if not postgresql.is_used(dj.conn()):
            mend_mariadb()


def declare_tables(schema, tables):
    """Declares tables, ``{name, definition, added, rows}``, parents first, and fills them."""
    module = dj.Schema(schema)
    context = {"dj": dj}
    for table in tables:
        cls = type(table["name"], (dj.Manual,), {"definition": table["definition"]})
        context[table["name"]] = module(cls, context=context)
        for name, column in table.get("added", {}).items():
            dj.conn().query(f"ALTER TABLE {context[table['name']].full_table_name} ADD COLUMN `{name}` {column}")
    use_tables(schema)
    for table in tables:
        if table["rows"]:
            cls = namespaces[schema][table["name"]]
            attributes = cls().heading.attributes
            cls.insert({name: stored(value, attributes[name]) for name, value in row.items()} for row in table["rows"])


def use_tables(schema):
    """The tables of a schema that somebody else declared, by their class names."""
    module = virtual.virtual_module(schema)
    masters = {name: cls for name, cls in virtual.classes(module) if "." not in name}
    namespaces[schema] = {"dj": dj, "decimal": decimal, "datetime": datetime, "uuid": uuid, **masters}


def stored(value, attribute):
    """A value as the library inserts it into an attribute."""
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "$bytes":
        return bytes.fromhex(content)
    if kind == "$array":
        return np.array(content)
    if kind == "$attach" or (kind == "$path" and virtual.IS_LEGACY):
        return file_in("stage", content)
    if kind == "$path":
        file_in("location", content)
        return content
    # MariaDB has documents as texts, which the older library does not know for documents.
    return json.dumps(content) if kind == "$json" and virtual.IS_LEGACY and not attribute.json else content


def file_in(place, name):
    """The path of a file that holds its name."""
    path = os.path.join(files[place], name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(name)
    return path


def cell(value):
    """A value as text that says the same for every library and driver; None for NULL."""
    in_stage = isinstance(value, str) and value.startswith(files.get("stage", "\0"))
    value = opened(value)
    if in_stage:
        # The file of a store, with its path: what was attached has a name.
        del value["name"]
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    if isinstance(value, datetime.timedelta):
        return seconds(value)
    if isinstance(value, datetime.time):
        return seconds(datetime.datetime.combine(datetime.date.min, value) - datetime.datetime.min)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ").rstrip("0").rstrip(".") if value.microsecond else value.isoformat(sep=" ")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    if isinstance(value, str) and value.startswith("{"):
        # The older library has documents of MariaDB as texts; other texts may begin like them.
        with contextlib.suppress(ValueError):
            return cell(json.loads(value))
    return str(value)


def seconds(duration):
    return f"{duration.total_seconds():.6f}".rstrip("0").rstrip(".") + "s"


def make_sql(schema, expression):
    """What the library asks the database."""
    query = eval(expression, dict(namespaces[schema]))  # noqa: S307
    return (query() if isinstance(query, type) else query).make_sql().replace("%%", "%")


def time_expression(schema, expression, times):
    """How many milliseconds it takes to make an expression and fetch its rows as dicts, that many times."""
    context = dict(namespaces[schema])
    began = time.perf_counter()
    for _ in range(times):
        query = eval(expression, context)  # noqa: S307
        query.to_dicts() if hasattr(query, "to_dicts") else query.fetch(as_dict=True)
    return (time.perf_counter() - began) * 1000


def evaluate(schema, expression):
    """What an expression, as Python writes it, comes to."""
    query = eval(expression, dict(namespaces[schema]))  # noqa: S307
    if isinstance(query, type):
        query = query()
    names = query.heading.names
    rows = virtual.rows(query, order_by=None)
    try:
        length = len(query)
    except Exception as error:  # the rows say more
        length = f"{type(error).__name__}: {error}"
    return {
        "heading": list(names),
        "primaryKey": list(query.primary_key),
        "length": length,
        "rows": [[cell(row[name]) for name in names] for row in rows],
    }
