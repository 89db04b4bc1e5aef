"""One training at a time in a process: who has the seat keeps it by coming back."""

from poolviz.stage.work import Seat


def test_a_seat_is_for_one_until_it_is_left():
    seat = Seat()
    assert seat.take("one")
    assert not seat.take("two")
    seat.leave("two")  # it is not theirs
    assert not seat.take("two")
    seat.leave("one")
    assert seat.take("two")


def test_who_does_not_come_back_has_lost_it():
    now = [0.0]
    seat = Seat(patience=10, clock=lambda: now[0])
    assert seat.take("one")
    now[0] = 9
    assert seat.take("one")  # seen again
    now[0] = 18
    assert not seat.take("two")
    now[0] = 19.5
    assert seat.take("two")
    assert not seat.take("one")
