"""What PostgreSQL has of the types and rows of the samples, and what the library gets wrong there, put right."""

import re
import uuid

# Types that only MySQL has.
ABSENT = re.compile(r": (?:.* unsigned|mediumint|year|(?:tiny|medium|long)text|(?:tiny|medium|long)?blob)$", re.MULTILINE)


def is_used(connection):
    return getattr(getattr(connection, "adapter", None), "backend", "mysql") == "postgresql"


def definition(text):
    """The attributes that PostgreSQL has types for. The library takes a comma in an enum for the end of a value."""
    text = text.replace("int unsigned auto_increment", "serial").replace("'x,y'", "'x y'")
    return "\n".join(line for line in text.split("\n") if not ABSENT.search(line))


def fitting(row):
    """The row as PostgreSQL can hold it: times within a day, texts without NUL."""
    return {name: fit(name, value) for name, value in row.items()}


def fit(name, value):
    if value is None:
        return None
    if name.startswith("clock") and isinstance(value, str):
        hours, minutes, seconds = value.lstrip("-").split(":")
        return f"{int(hours) % 24:02}:{minutes}:{seconds}"
    if name == "kind":
        return value.replace("x,y", "x y")
    # Of numbers that are none, this family alone keeps some.
    if value != value:
        return None
    return value.replace("\x00", "") if isinstance(value, str) else value


def insert(table, rows):
    """Inserts by the library; what holds a uuid, which it sends as bytes, by a statement of its own."""
    names = table.heading.names
    rows = [{name: value for name, value in row.items() if name in names} for row in rows]
    if not any(attribute.uuid for attribute in table.heading.attributes.values()):
        return table.insert(rows)
    for row in rows:
        columns = ", ".join(f'"{name}"' for name in row)
        values = [document(value) if table.heading.attributes[name].json else value for name, value in row.items()]
        marks = ", ".join(["%s"] * len(row))
        table.connection.query(f"INSERT INTO {table.full_table_name} ({columns}) VALUES ({marks})", args=values)


def document(value):
    from psycopg2.extras import Json

    return None if value is None else Json(value)


class UuidBytes(bytes):
    """What PostgreSQL's own type came as; without a marker the library takes it for bytes."""


def mend():
    """
    What the library decodes as it comes from MySQL: bytes and not a view of them, sixteen bytes for a uuid, and JSON as
    its text (a text in JSON, parsed by the driver, is parsed again).
    """
    import psycopg2
    from psycopg2 import extensions, extras

    def bytes_of(text, cursor):
        return None if text is None else bytes(psycopg2.BINARY(text, cursor))

    def uuid_of(text, cursor):
        return None if text is None else UuidBytes(uuid.UUID(text).bytes)

    extras.register_default_json(globally=True, loads=str)
    extras.register_default_jsonb(globally=True, loads=str)
    extensions.register_type(extensions.new_type((17,), "BYTES", bytes_of))
    extensions.register_type(extensions.new_type((2950,), "UUID", uuid_of))
    extensions.register_adapter(uuid.UUID, extras.UUID_adapter)
