"""A test that is one case for several values of an argument."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

Test = Callable[..., None]


def in_turn(name: str, values: Iterable[Any]) -> Callable[[Test], Test]:
    """The test is run for each value; the one that fails is named.

    In place of ``parametrize`` for the inner side of a cross product: a case costs more to find,
    hand out and report than to run where it is a few operations on a few cells.
    """
    each = list(values)

    def decorated(test: Test) -> Test:
        @wraps(test)
        def run(*given: Any, **named: Any) -> None:
            for value in each:
                try:
                    test(*given, **named, **{name: value})
                except BaseException as error:
                    error.add_note(f"{name} = {value!r}")
                    raise

        signature = inspect.signature(test)
        left = [each for each in signature.parameters.values() if each.name != name]
        run.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
        return run

    return decorated
