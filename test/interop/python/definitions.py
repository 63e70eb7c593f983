"""Has the library of this environment read definitions, each with parents made up for it; no database is asked.

Reads lines ``{"table", "definition", "parents": {reference: [attributes of the primary key]}}`` and answers each, for
the dialects that the library speaks by name, with ``{"ddl": [statement, ...]}`` or ``{"error": text}``.
"""

import json
import os
import re
import sys
import warnings

os.environ["DJ_SUPPORT_ADAPTED_TYPES"] = "TRUE"
os.environ["DJ_SUPPORT_FILEPATH_MANAGEMENT"] = "TRUE"
os.environ["DJ_LOG_LEVEL"] = "CRITICAL"
warnings.simplefilter("ignore")

answers, sys.stdout = sys.stdout, sys.stderr

import datajoint as dj  # noqa: E402
from datajoint import declare as declaring  # noqa: E402
from datajoint.heading import Heading  # noqa: E402
from datajoint.table import FreeTable  # noqa: E402

IS_LEGACY = not hasattr(dj, "Codec")


class Parent(FreeTable):
    """A table that a definition refers to, with an invented primary key of integers."""

    def __init__(self, name, primary_key, adapter):
        self.database, self._table_name = "db", name
        self._support = [f"`db`.`{name}`" if adapter is None else adapter.make_full_table_name("db", name)]
        self._connection = type("Connection", (), {"adapter": adapter})()
        self._heading = Heading([attribute(key) for key in primary_key])

    full_table_name = property(lambda self: self._support[0])
    heading = property(lambda self: self._heading)

    def __call__(self):
        return self


def attribute(name):
    """A primary attribute as the library knows it."""
    properties = dict(
        name=name, type="int", in_key=True, nullable=False, default=None, comment=f"the {name}", autoincrement=False,
        numeric=True, string=False, uuid=False, json=False, is_blob=False, is_hidden=False, store=None,
        unsupported=False, attribute_expression=None, dtype="int64",
    )
    if IS_LEGACY:
        properties.update(is_attachment=False, is_filepath=False, is_external=False, adapter=None, database="db")
    else:
        properties.update(original_type=None, codec=None, lineage=None)
    return properties


def context_of(parents, adapter):
    """The names of a definition's references: tables, with parts and modules around them."""
    context = {}
    for reference, primary_key in parents.items():
        words = reference.split(".")
        here = context
        for word in words[:-1]:
            there = here.get(word) if isinstance(here, dict) else getattr(here, word, None)
            if there is None:
                there = type("Module", (), {})()
                here.__setitem__(word, there) if isinstance(here, dict) else setattr(here, word, there)
            here = there
        parent = Parent(table_name(reference), primary_key, adapter)
        old = here.get(words[-1]) if isinstance(here, dict) else getattr(here, words[-1], None)
        for name, value in vars(old).items() if old is not None else ():
            setattr(parent, name, value)
        here.__setitem__(words[-1], parent) if isinstance(here, dict) else setattr(here, words[-1], parent)
    return context


def table_name(reference):
    return reference.replace(".", "__").lower()


if IS_LEGACY:

    class Adapter(dj.AttributeAdapter):
        """Whatever adapter a definition names, it stores blobs."""

        attribute_type = "longblob"

        def get(self, value):
            return value

        put = get

    def declare(table, definition, parents):
        adapters = {name: Adapter() for name in re.findall(r"<(\w+)>", definition)}
        context = {**adapters, **context_of(parents, None)}
        sql, _ = declaring.declare(f"`db`.`{table}`", definition, context)
        return [sql.replace("{database}", "db")]

    declarers = {"mysql": declare}

else:
    from datajoint.adapters.mysql import MySQLAdapter
    from datajoint.adapters.postgres import PostgreSQLAdapter

    def declare(adapter, table, definition, parents):
        for name in set(re.findall(r"<(\w+)(?:@[\w-]*)?>", definition)) - set(dj.list_codecs()):
            type(name, (dj.Codec,), {
                "name": name,
                "get_dtype": lambda self, is_store: "<blob>",
                "encode": lambda self, value, **_: value,
                "decode": lambda self, value, **_: value,
            })
        context = context_of(parents, adapter)
        full_name = adapter.make_full_table_name("db", table)
        sql, _, _, _, before, after = declaring.declare(full_name, definition, context, adapter, config=dj.config)
        return [statement.replace("{database}", "db") for statement in (*before, sql, *after)]

    declarers = {
        "mysql": lambda *case: declare(MySQLAdapter(), *case),
        "postgresql": lambda *case: declare(PostgreSQLAdapter(), *case),
    }


def answer(declarer, table, definition, parents):
    try:
        return {"ddl": declarer(table, definition, parents)}
    except Exception as error:  # what the library refuses is what the test wants to know
        return {"error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    case = json.loads(line)
    answers.write(json.dumps({dialect: answer(declarer, **case) for dialect, declarer in declarers.items()}) + "\n")
