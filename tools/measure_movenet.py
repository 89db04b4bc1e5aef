"""Measure what breaks MoveNet on the astronaut: ``python tools/measure_movenet.py``, some seconds.

Writes assets/weights/movenet/measured.json, a row a setting: control, value, how far the upper
joints move, their mean score. tests/wings/pose/photo measures some of them again.
"""

import json

from poolviz.wings.pose.photo.measured import BREAKS, MEASURED, broken

if __name__ == "__main__":
    rows = [list(broken(control, value)) for control, values in BREAKS.items() for value in values]
    MEASURED.write_text("[\n " + ",\n ".join(map(json.dumps, rows)) + "\n]\n", "utf-8")
    print(*rows, sep="\n")
