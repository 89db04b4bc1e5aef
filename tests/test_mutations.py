"""The mutations of tools/mutations.py can be made; that the tests notice each, it says itself."""

from pathlib import Path

import pytest

from tools.mutations import MUTATIONS, ROOT


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_the_line_stands_where_it_is_to_be_changed(mutation):
    changed = mutation.applied(ROOT)
    compile(changed, mutation.file, "exec")
    assert mutation.tests
    assert all(Path(ROOT, test).is_file() for test in mutation.tests)


def test_none_is_there_twice():
    assert len({each.name for each in MUTATIONS}) == len(MUTATIONS)
