"""Limb by limb, matched links grow into people."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Person:
    """``peaks``: joint -> place among its peaks; ``total``: what they and the links add up to."""

    peaks: dict[int, int] = field(default_factory=dict)
    total: float = 0.0

    @property
    def mean(self) -> float:
        """(sum of its peaks' heights and its links' scores) / number of its joints."""
        return self.total / len(self.peaks)


def assemble(
    limbs: Sequence[tuple[int, int]],
    links: Sequence[Sequence[tuple[int, int, float]]],
    heights: Sequence[Sequence[float]],
    merges: bool = True,
) -> list[Person]:
    """A link joins whoever owns one of its ends; two owners become one, if they share no joint.

    ``links``: for each limb (a, b, score); ``heights``: for each joint its peaks'. A link that
    would give somebody a second joint of one type is dropped, and so is one between two owners
    where ``merges`` is False.

    >>> people = assemble([(0, 1), (1, 2)], [[(0, 0, 1.0)], [(0, 0, 0.5)]], [[0.9], [0.8], [0.7]])
    >>> [(p.peaks, round(p.mean, 2)) for p in people]
    [({0: 0, 1: 0, 2: 0}, 1.3)]
    """
    people: list[Person] = []
    owner: dict[tuple[int, int], Person] = {}
    for (joint_a, joint_b), matched in zip(limbs, links, strict=True):
        for a, b, score in matched:
            ends = ((joint_a, a), (joint_b, b))
            first, second = (owner.get(end) for end in ends)
            if first is not None and second is not None and first is not second:
                if not merges or first.peaks.keys() & second.peaks.keys():
                    continue
                first.peaks |= second.peaks
                first.total += second.total
                owner |= dict.fromkeys(second.peaks.items(), first)
                people = [one for one in people if one is not second]
            person = first or second
            if person is None:
                person = Person()
                people.append(person)
            new = [end for end in ends if end not in owner]
            if any(joint in person.peaks for joint, _peak in new):
                continue
            for joint, peak in new:
                person.peaks[joint] = peak
                person.total += heights[joint][peak]
                owner[joint, peak] = person
            person.total += score
    return people
