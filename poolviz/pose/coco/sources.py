"""Where COCO files come from: data in memory, a path, or an open file."""

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import IO, Any

from poolviz.pose.coco.records import RecordError
from poolviz.text import _

Source = Mapping[str, Any] | list | str | PathLike | IO


def load(source: Any, name: str) -> Any:
    """What the source holds: data as it is, a path or an open file (text or bytes) as JSON."""
    if isinstance(source, (str, PathLike)):
        content: Any = Path(source).read_bytes()
    elif hasattr(source, "read"):
        content = source.read()
    else:
        return source
    if not content.strip():
        raise RecordError(name, _("the file is empty."))
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise RecordError(
            name,
            _("not JSON from line {line}, column {column}: {problem}.").format(
                line=error.lineno, column=error.colno, problem=error.msg
            ),
        ) from None
    except UnicodeDecodeError:
        raise RecordError(name, _("not JSON: the file is not text.")) from None
    except (RecursionError, ValueError):
        raise RecordError(
            name, _("not JSON that can be read: nested or long beyond all use.")
        ) from None
