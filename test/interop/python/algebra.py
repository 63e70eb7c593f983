"""Expressions of the algebra as the library understands them: their headings, lengths and rows."""

import datetime
import decimal
import uuid

import datajoint as dj

namespaces = {}


def declare_tables(schema, tables):
    """Declares tables, ``{name, definition, rows}``, parents first, and fills them."""
    module = dj.Schema(schema)
    context = {"dj": dj, "decimal": decimal, "datetime": datetime, "uuid": uuid}
    for table in tables:
        cls = type(table["name"], (dj.Manual,), {"definition": table["definition"]})
        context[table["name"]] = module(cls, context=context)
    for table in tables:
        if table["rows"]:
            context[table["name"]].insert(table["rows"])
    namespaces[schema] = context


def cell(value):
    """A value as text that says the same for every library and driver; None for NULL."""
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.timedelta):
        return f"{value.total_seconds():g}s"
    if isinstance(value, datetime.time):
        return f"{value.hour * 3600 + value.minute * 60 + value.second:g}s"
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ").rstrip("0").rstrip(".") if value.microsecond else value.isoformat(sep=" ")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    return str(value)


def make_sql(schema, expression):
    """What the library asks the database."""
    query = eval(expression, dict(namespaces[schema]))  # noqa: S307
    return (query() if isinstance(query, type) else query).make_sql().replace("%%", "%")


def evaluate(schema, expression):
    """What an expression, as Python writes it, comes to."""
    query = eval(expression, dict(namespaces[schema]))  # noqa: S307
    if isinstance(query, type):
        query = query()
    names = query.heading.names
    rows = query.to_dicts() if hasattr(query, "to_dicts") else query.fetch(as_dict=True)
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
