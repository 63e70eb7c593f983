"""Says what values are in words that no reader of JSON rounds, and reads and writes blobs for the tests.

`write` prints blobs of many kinds with what they hold; `read` takes a file with a JSON list of blobs and prints what they
hold.
"""

import datetime
import json
import math
import sys
import uuid
from decimal import Decimal

import numpy as np
from datajoint import blob
from datajoint.blob import MatCell, MatStruct


def real(value):
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "-0" if value == 0 and math.copysign(1, value) < 0 else value


def element(value):
    kind = value.dtype.kind
    if kind == "b":
        return bool(value)
    if kind in "iu":
        return str(int(value)) if value.dtype.itemsize == 8 else int(value)
    if kind == "f":
        return real(value)
    if kind == "c":
        return [real(value.real), real(value.imag)]
    return {"iso": str(value), "raw": str(value.astype("int64"))}


def elements(array):
    if array.dtype.kind == "O":
        return [neutral(value) for value in array.flatten()]
    if array.dtype.fields:
        return rows(array)
    if array.dtype.kind == "U":
        return [str(value) for value in array.flatten()]
    return [element(value) for value in array.flatten()]


def rows(array):
    columns = {name: elements(np.asarray(array[name])) for name in array.dtype.names}
    return [{name: column[row] for name, column in columns.items()} for row in range(array.size)]


def neutral(value):
    if value is None:
        return {"t": "null"}
    if isinstance(value, MatCell):
        shape, items = list(value.shape), [neutral(item) for item in value.flatten()]
        return {"t": "matcell", "shape": shape, "dtype": "|O", "items_C_order": items}
    if isinstance(value, np.ndarray) and value.dtype.fields:
        is_struct = isinstance(value, MatStruct)
        names = value.dtype.names
        code = lambda dtype: dtype.str if not dtype.hasobject else "object"
        return {
            "t": "matstruct" if is_struct else "recarray",
            "shape": list(value.shape),
            "fields": [{"name": name, "dtype": code(value.dtype[name])} for name in names],
            "rows_C_order": rows(value),
        }
    if isinstance(value, np.ndarray):
        dtype = value.dtype.str if value.dtype.kind == "U" else value.dtype.name
        return {"t": "ndarray", "dtype": dtype, "shape": list(value.shape), "data_C_order": elements(value)}
    if isinstance(value, (np.generic)):
        return {"t": "npscalar", "dtype": value.dtype.name, "v": element(value)}
    if isinstance(value, bool):
        return {"t": "bool", "v": value}
    if isinstance(value, int):
        return {"t": "int", "v": str(value)}
    if isinstance(value, float):
        return {"t": "float", "v": real(value)}
    if isinstance(value, complex):
        return {"t": "complex", "re": real(value.real), "im": real(value.imag)}
    if isinstance(value, str):
        return {"t": "str", "v": value}
    if isinstance(value, bytes):
        return {"t": "bytes", "hex": value.hex()}
    if isinstance(value, Decimal):
        return {"t": "decimal", "v": str(value)}
    if isinstance(value, uuid.UUID):
        return {"t": "uuid", "v": str(value)}
    if isinstance(value, datetime.datetime):
        return {"t": "datetime", "v": value.isoformat()}
    if isinstance(value, (datetime.date, datetime.time)):
        return {"t": "date" if isinstance(value, datetime.date) else "time", "v": value.isoformat()}
    if isinstance(value, dict):
        return {"t": "dict", "entries": [[neutral(key), neutral(item)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        return {"t": type(value).__name__, "items": [neutral(item) for item in value]}
    if isinstance(value, set):
        items = [neutral(item) for item in value]
        return {"t": "set", "items": sorted(items, key=json.dumps)}
    raise TypeError(f"no words for {type(value)}")


def samples():
    generator = np.random.default_rng(3)
    names = "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float32 float64 complex64 complex128".split()
    for name in names:
        bits = generator.integers(0, 255, size=(2, 3, 2), dtype="uint8")
        array = bits.astype(name) if name != "bool" else bits > 100
        if name.startswith("complex"):
            array = array + 1j * bits.astype(array.real.dtype)
        yield array
        yield np.asfortranarray(array[0])
        yield array[:, ::2, 1]
        yield array[0, 0]
        yield array[1:1]
        if name != "complex64":
            yield array[0, 0, 0]
    for unit in "Y M W D h m s ms us ns ps fs as".split():
        yield np.array([-5, 0, 1234567, "NaT"], dtype=f"datetime64[{unit}]")
    yield np.array([1e308, -1e308, 5e-324, -0.0, np.nan, np.inf, -np.inf])
    yield np.array(["a", "été", "\U0001f9e0"])
    yield np.array([None, 1, "x", 2.5], dtype=object)
    yield np.array([(1, 2.5), (3, 4.5)], dtype=[("a", "i4"), ("b", "f8")])
    yield np.array([[((1, 2), 2.5)]], dtype=[("p", [("x", "i2"), ("y", "i2")]), ("b", "f8")])
    yield np.array([("ab", 1)], dtype=[("s", "O"), ("n", "i1")])
    struct = np.array([[(np.ones((2, 2)), "s")]], dtype=[("a", "O"), ("b", "O")])
    yield struct.view(MatStruct)
    for value in (0, 1, -1, 127, 128, -128, -129, 2**31, -(2**31), 2**63, -(2**64), 10**60):
        yield value
    for value in (0.0, -0.0, 1.0, math.pi, math.nan, math.inf):
        yield value
    yield from (None, True, False, 1 + 2j, "", "h\u00e9llo \U0001f9e0\0", b"", bytes(range(256)))
    yield from (Decimal("1.500"), Decimal("-1E+30"), uuid.UUID(int=5))
    yield from (datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999))
    yield from (datetime.date(2024, 2, 29), datetime.time(1, 2, 3, 4), datetime.time(0))
    nested = {"a": [1, 2.0, (3, None)], "b": {"c": np.arange(3)}, 5: {1, 2}, (1, "x"): b"y"}
    yield from ([], (), set(), {}, nested, [nested, nested])
    yield {f"key {index}": np.arange(index % 60) for index in range(200)}


def main():
    if sys.argv[1] == "write":
        print(json.dumps([{"hex": blob.pack(value).hex(), "value": neutral(blob.unpack(blob.pack(value)))} for value in samples()]))
    else:
        answers = []
        for packed in json.load(open(sys.argv[2])):
            value = blob.unpack(bytes.fromhex(packed))
            answers.append({"value": neutral(value), "hex": blob.pack(value, compress=False).hex()})
        print(json.dumps(answers))


if __name__ == "__main__":
    main()
