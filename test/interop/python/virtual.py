"""The tables of a schema as the library sees them, whichever generation is installed."""

import tempfile

import datajoint as dj

import postgresql
from cells import encode

IS_LEGACY = dj.__version__.startswith("0.")
TIERS = {"manual": dj.Manual, "lookup": dj.Lookup, "computed": dj.Computed, "imported": dj.Imported, "part": dj.Part}
DOWNLOADS = tempfile.mkdtemp(prefix="pharus-interop-")


def connect(backend, host, port, user, password):
    if not IS_LEGACY:
        dj.config["database.backend"] = backend
    if backend == "postgresql":
        postgresql.mend()
    dj.config["database.host"] = host
    dj.config["database.port"] = port
    dj.config["database.user"] = user
    dj.config["database.password"] = password
    dj.config["database.use_tls"] = False
    dj.config["safemode"] = False
    dj.config["download_path"] = DOWNLOADS
    return dj.conn()


def add_hidden_attributes(wanted):
    """Whether tables declared from now on get columns that the library keeps for itself."""
    if IS_LEGACY:
        dj.config["add_hidden_timestamp"] = wanted
    else:
        dj.config.jobs.add_job_metadata = wanted


def virtual_module(schema, **objects):
    """A module of all classes of a schema, made from what the database holds."""
    return dj.VirtualModule(schema, schema, add_objects=objects)


def classes(module):
    """Class names as clients write them (``Session.Trial``) and the classes."""
    for name, value in list(vars(module).items()):
        if not (isinstance(value, type) and issubclass(value, tuple(TIERS.values()))):
            continue
        yield name, value
        for part_name, part in list(vars(value).items()):
            if isinstance(part, type) and issubclass(part, dj.Part):
                yield f"{name}.{part_name}", part


def tier_of(cls):
    return next(tier for tier, base in TIERS.items() if issubclass(cls, base))


def rows(query, order_by="KEY"):
    """All rows as dicts, with the library's own types."""
    if IS_LEGACY:
        return query.fetch(as_dict=True, order_by=order_by, download_path=DOWNLOADS)
    return query.to_dicts(order_by=order_by)


def cells(query):
    return [[encode(row[name]) for name in query.heading.names] for row in rows(query)]


def exact_floats(table):
    """MySQL writes a 32-bit float with six digits, as a double with all: by attribute, in the order of rows."""
    names = [name for name, attribute in table.heading.attributes.items() if attribute.type.startswith("float")]
    if not names:
        return {}
    exact = rows(table.proj(**{f"exact_{name}": f"{name} + 0e0" for name in names}))
    return {name: [encode(row[f"exact_{name}"]) for row in exact] for name in names}


def describe_table(name, cls, module):
    table = cls()
    attributes = [
        [
            attribute.name,
            getattr(attribute, "original_type", None) or attribute.type,
            bool(attribute.nullable),
            attribute.default,
            bool(attribute.autoincrement),
        ]
        for attribute in table.heading.attributes.values()
    ]
    return {
        "name": name,
        "tier": tier_of(cls),
        "stored": table.table_name,
        "primaryKey": list(table.primary_key),
        "attributes": attributes,
        "definition": table.describe(context={module.__name__: module}, printout=False),
        "rows": cells(table),
        "exactFloats": exact_floats(table),
    }


def describe_schema(module):
    """Everything a test compares: tables with tier, heading, definition and rows."""
    return [describe_table(name, cls, module) for name, cls in classes(module)]
