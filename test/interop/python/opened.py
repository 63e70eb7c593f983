"""What was fetched, what is kept in a store read, in words."""

import os

import numpy as np

from neutral import neutral


def opened(value):
    """Files and arrays as what they hold; other values as they are."""
    if hasattr(value, "path") and hasattr(value, "read"):
        if value.is_dir:
            return {"files": sorted(value.listdir())}
        return {"content": value.read().hex()}
    if hasattr(value, "load"):
        return neutral(np.asarray(value.load()))
    if isinstance(value, str) and os.path.isabs(value) and os.path.isfile(value):
        with open(value, "rb") as file:
            return {"name": os.path.basename(value), "content": file.read().hex()}
    return value
