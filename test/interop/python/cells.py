"""Python values as JSON that keeps their types and every digit: ``{"int": "9007199254740993"}``."""

import datetime
import decimal
import uuid

import numpy

from postgresql import UuidBytes


def encode(value):
    """One value, as deep as it goes. Numbers are texts; dates and times are what ``str`` makes of them."""
    if value is None:
        return None
    if isinstance(value, (bool, numpy.bool_)):
        return {"bool": str(bool(value))}
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float) and not isinstance(value, numpy.generic):
        return {"float": repr(value)}
    if isinstance(value, str):
        return {"str": str(value)}
    if isinstance(value, UuidBytes):
        return {"uuid": str(uuid.UUID(bytes=value))}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"bytes": bytes(value).hex()}
    if isinstance(value, decimal.Decimal):
        return {"decimal": format(value, "f")}
    if isinstance(value, datetime.datetime):
        return {"datetime": str(value)}
    if isinstance(value, datetime.date):
        return {"date": str(value)}
    if isinstance(value, datetime.timedelta):
        # Its text counts days; microseconds say the same plainly.
        return {"microseconds": str(value // datetime.timedelta(microseconds=1))}
    if isinstance(value, datetime.time):
        return encode(datetime.datetime.combine(datetime.date.min, value) - datetime.datetime.min)
    if isinstance(value, uuid.UUID):
        return {"uuid": str(value)}
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, list):
        return {"list": [encode(item) for item in value]}
    if isinstance(value, numpy.ndarray):
        return {"ndarray": {"dtype": str(value.dtype), "items": encode(value.tolist())}}
    return {type(value).__name__: str(value)}
