"""Long work: one piece at a time, each whole percent told once, and nobody waits for small work."""

from threading import Event, Thread

import pytest

from poolviz.stage.work import WATCHED, long_work, part_of


class Heard:
    """A watcher that remembers."""

    def __init__(self):
        self.said, self.ended = [], 0

    def say(self, percent, text):
        self.said.append((percent, text))

    def end(self):
        self.ended += 1


@pytest.fixture
def heard():
    watcher = Heard()
    token = WATCHED.set(lambda: watcher)
    yield watcher
    WATCHED.reset(token)


def test_each_percent_is_said_once_and_it_ends(heard):
    with long_work("Counting") as progress:
        for share in (0.1, 0.101, 0.104, 0.5, 1.0, 1.2):
            progress(share)
    assert heard.said[1:] == [(p, f"Counting: {p} %") for p in (10, 50, 100)]
    assert heard.ended == 1


def test_small_work_is_not_told(heard):
    with long_work("Counting", large=False) as progress:
        progress(0.5)
    assert not heard.said


def test_it_ends_where_it_fails_and_the_next_can_begin(heard):
    for _again in range(2):
        with pytest.raises(ValueError, match="no"), long_work("Counting"):
            raise ValueError("no")
    assert heard.ended == 2


def test_one_piece_at_a_time():
    inside, leave, order = Event(), Event(), []

    def first():
        with long_work("first"):
            inside.set()
            leave.wait(10)
            order.append("first")

    def second():
        with long_work("second"):
            order.append("second")

    threads = [Thread(target=first), Thread(target=second)]
    threads[0].start()
    assert inside.wait(10)
    threads[1].start()
    leave.set()
    for thread in threads:
        thread.join(10)
    assert order == ["first", "second"]


def test_pieces_share_the_whole():
    shares = []
    for i in range(4):
        part_of(shares.append, i, 4)(0.5)
    assert shares == [0.125, 0.375, 0.625, 0.875]
