"""The DataJoint library of this environment, doing what the tests ask for. See ``protocol.py`` for how they ask."""

import functools
import os

os.environ["DJ_SUPPORT_ADAPTED_TYPES"] = "TRUE"
os.environ["DJ_SUPPORT_FILEPATH_MANAGEMENT"] = "TRUE"
os.environ["DJ_LOG_LEVEL"] = "CRITICAL"

from protocol import serve  # noqa: E402, I001

import datajoint as dj  # noqa: E402

import algebra  # noqa: E402
import postgresql  # noqa: E402
import virtual  # noqa: E402
import workers  # noqa: E402
from tiers import Pipeline  # noqa: E402

if virtual.IS_LEGACY:
    import legacy as generation
else:
    import current as generation

pipelines = {}


def connect(**server):
    """Answers the library's version."""
    virtual.connect(**server)
    return dj.__version__


@functools.cache
def module_of(schema):
    """The schema as someone sees it who did not declare it; asked for once all its tables are there."""
    return virtual.virtual_module(schema, **generation.OBJECTS)


def declare_types(schema, filled):
    """A schema with a table for every kind of type; with or without rows."""
    module_of.cache_clear()
    generation.declare(dj.conn(), schema)
    if filled:
        generation.fill(dj.conn(), module_of(schema), virtual.DOWNLOADS)


def declare_pipeline(schema, other, populated):
    """The tables of a pipeline in two schemas; populated by the library itself, or empty until `refill`."""
    virtual.add_hidden_attributes(populated)
    pipeline = pipelines[schema] = Pipeline(schema, other)
    if populated:
        pipeline.insert_entered()
        pipeline.populate()


def populate(schema):
    pipelines[schema].populate()


def refill(schemas):
    for schema in schemas:
        pipelines[schema].refill()


def delete(schema, table, restriction, cascade):
    """Answers the number of rows deleted from the table itself."""
    cls = dict(pipelines[schema].all_tables())[table]
    if isinstance(restriction, str) and postgresql.is_used(dj.conn()):
        restriction = restriction.replace("`", '"')
    rows = cls & restriction if restriction is not None else cls()
    if not cascade:
        return rows.delete_quick(get_count=True)
    return rows.delete(safemode=False) if virtual.IS_LEGACY else rows.delete(prompt=False)


def rows(schema):
    """The rows of all tables of a pipeline, in both its schemas."""
    return {name: virtual.cells(cls()) for name, cls in pipelines[schema].all_tables()}


def describe_schema(schema):
    """Every table's name, tier, heading, definition and rows, as someone sees them who did not declare them."""
    return virtual.describe_schema(module_of(schema))


def insert(schema, table, row):
    """What the library says to a row."""
    module = module_of(schema)
    dict(virtual.classes(module))[table].insert1(row)


def fetch(schema, table, restriction):
    """The rows of one table as dicts of cells."""
    module = module_of(schema)
    query = dict(virtual.classes(module))[table] & restriction
    return [{name: virtual.encode(value) for name, value in row.items()} for row in virtual.rows(query)]


def declare_child(schema, other, filled):
    """A table that refers to those of a schema somebody else declared; with how many rows it joins with its parent."""
    module_of.cache_clear()
    lab = module_of(schema)

    class Rating(dj.Manual):
        definition = """
        -> lab.Session.Trial
        ---
        -> [nullable] lab.Species
        score : float  # of five
        """

    dj.Schema(other)(Rating, context=dict(lab=lab))
    if filled:
        keys = lab.Session.Trial.fetch("KEY") if virtual.IS_LEGACY else lab.Session.Trial.keys()
        Rating.insert(dict(key, score=1.5) for key in keys)
    return len(Rating * lab.Session.Trial)


def declare_shared(schema, has_uuid):
    workers.pipelines[schema] = workers.Shared(schema, has_uuid)


def ask_worker(schema, method, **arguments):
    """Has a worker of a shared table populate it, tell its jobs or its progress, or ignore a job."""
    return getattr(workers.pipelines[schema], method)(**arguments)


def drop_schema(schema):
    """Drops a schema with all its tables."""
    module_of.cache_clear()
    dropped = dj.Schema(schema)
    dropped.drop(force=True) if virtual.IS_LEGACY else dropped.drop(prompt=False)


if __name__ == "__main__":
    commands = (
        connect, declare_types, declare_pipeline, populate, refill, delete, rows, describe_schema, insert, fetch,
        declare_child, drop_schema, declare_shared, ask_worker,
        algebra.use_store, algebra.declare_tables, algebra.use_tables, algebra.evaluate, algebra.make_sql,
        algebra.time_expression,
    )
    serve({command.__name__: command for command in commands})
