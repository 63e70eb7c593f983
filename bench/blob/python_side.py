"""Makes the blobs that are measured, with the real library, and says how fast that library reads them.

Arguments: a directory for the blobs. Prints one line of JSON: milliseconds by name of the case.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from datajoint import blob

directory = Path(sys.argv[1])
generator = np.random.default_rng(1)


def measured(read, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        read()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)[len(times) // 2]


def save(name, blobs):
    with open(directory / name, "wb") as file:
        for packed in blobs:
            file.write(len(packed).to_bytes(8, "little") + packed)


milliseconds = {}
for size, label, runs in ((125_000, "1 MB", 101), (12_500_000, "100 MB", 9)):
    array = np.floor(generator.normal(size=size) * 1000)
    for compress in (False, True):
        packed = blob.pack(array, compress=compress)
        name = f"float64 of {label}{', compressed' if compress else ''}"
        save(name, [packed])
        milliseconds[name] = measured(lambda: blob.unpack(packed), runs)
        milliseconds[f"{name}, and its sum"] = measured(lambda: blob.unpack(packed).sum(), runs)
    del array

dicts = [
    blob.pack({"name": f"trial {index}", "count": index, "ratio": index / 7, "ok": index % 2 == 0})
    for index in range(10_000)
]
save("10,000 small dicts", dicts)
milliseconds["10,000 small dicts"] = measured(lambda: [blob.unpack(packed) for packed in dicts], 5)
print(json.dumps(milliseconds))
