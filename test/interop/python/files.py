"""Reads exported files with the programs that people open them with."""

import datetime
import decimal
import uuid

import protocol

import duckdb
import numpy
import pandas
import pyarrow
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet


def plain(value):
    """A value as JSON that tells every digit and kind."""
    if value is None or value is pandas.NaT or value is pandas.NA:
        return None
    if isinstance(value, (bool, numpy.bool_)):
        return bool(value)
    if isinstance(value, numpy.generic) and not isinstance(value, (numpy.datetime64, numpy.timedelta64)):
        value = numpy.format_float_positional(value, unique=True, trim="-") if value.dtype == numpy.float32 else value.item()
    if isinstance(value, pandas.Timestamp):
        value = value.to_pydatetime()
    if isinstance(value, pandas.Timedelta):
        value = value.to_pytimedelta()
    if isinstance(value, datetime.timedelta):
        return f"{value // datetime.timedelta(microseconds=1)} us"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "microseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "0x" + bytes(value).hex()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (int, decimal.Decimal, uuid.UUID, str)):
        return str(value)
    raise TypeError(f"{type(value)}: {value!r}")


def table(path, form):
    if form == "arrow":
        with pyarrow.ipc.open_stream(path) as stream:
            return stream.read_all()
    return pyarrow.parquet.read_table(path)


def answer(types, rows):
    return {"types": types, "rows": [[plain(value) for value in row] for row in rows]}


def with_pyarrow(path, form):
    found = table(path, form)
    found.validate(full=True)
    columns = [column.to_pylist() for column in found.columns]
    return answer({field.name: str(field.type) for field in found.schema}, zip(*columns))


def with_pandas(path, form):
    # Its own default makes floats of integers where some are missing.
    frame = (
        pandas.read_parquet(path, dtype_backend="pyarrow")
        if form == "parquet"
        else table(path, form).to_pandas(types_mapper=pandas.ArrowDtype)
    )
    return answer(
        {name: str(kind) for name, kind in frame.dtypes.items()},
        frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None),
    )


def with_duckdb(path, form):
    duck = duckdb.connect()
    if form == "arrow":
        found = table(path, form)  # found by its name
        relation = duck.sql("SELECT * FROM found")
    else:
        relation = duck.sql(f"SELECT * FROM read_parquet('{path}')")
    return answer({name: str(kind) for name, kind in zip(relation.columns, relation.types)}, relation.fetchall())


protocol.serve({"pyarrow": with_pyarrow, "pandas": with_pandas, "duckdb": with_duckdb})
