"""What a category declares: names and limbs, which only drawing needs, and how many sigmas."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from poolviz.pose.coco.oddities import Oddities
from poolviz.pose.coco.records import RecordError
from poolviz.pose.metrics.oks import check_sigmas
from poolviz.pose.skeletons import COCO17, SKELETONS, Skeleton
from poolviz.readers.limbs import distinct, limbs, readable_limb
from poolviz.text import _


def sigmas_of(
    category: Mapping, given: Any, people: list, place: str, oddities: Oddities
) -> np.ndarray:
    """The sigmas of a category, (K,): they say how many keypoints are compared.

    Given ones; else those of the known set with the category's names, unless it has 17; else
    COCO's 17, which pycocotools takes always.
    """
    if given is not None:
        try:
            return check_sigmas(given)
        except ValueError as error:
            raise RecordError("", f"{error}.") from None
    names = category.get("keypoints")
    known = next((s for s in SKELETONS if isinstance(names, list) and list(s.names) == names), None)
    if known is not None and known.sigmas is not None and known.size != COCO17.size:
        oddities.add(
            f"sigmas {place}",
            _("{place}: the sigmas are those of {title}, whose names it has.").format(
                place=place, title=known.title
            ),
        )
        return np.array(known.sigmas)
    if people or not isinstance(names, list) or not names:
        return np.array(COCO17.sigmas)
    return np.ones(len(names))  # nobody is in this category: nothing is ever compared


def unfit(category: Mapping, people: list, k: int, given: bool, place: str) -> RecordError | None:
    """That the people of a category have another number of keypoints than there are sigmas."""
    lists = [person["keypoints"] for person in people if isinstance(person.get("keypoints"), list)]
    names = category.get("keypoints")
    counts = {len(one) // 3 for one in lists if one}
    counts |= {len(names)} if isinstance(names, list) and names else set()
    if len(counts) != 1 or k in counts:
        return None
    (own,) = counts
    if not given:
        return RecordError(
            place,
            _(
                "has {k} keypoints, but COCO’s sigmas are for 17: give sigmas, one number a "
                "keypoint."
            ).format(k=own),
        )
    return RecordError(
        place,
        _("has {k} keypoints, but sigmas for {got}: one a keypoint is needed.").format(
            k=own, got=k
        ),
    )


def skeleton_of(category: Mapping, k: int, place: str, oddities: Oddities) -> Skeleton | None:
    """Names and limbs as far as they make sense; what does not is noted, and stops nothing."""
    given = category.get("keypoints")
    if given is None or given == []:
        return None
    if not isinstance(given, (list, tuple)):
        oddities.add(
            f"names {place}",
            _("{place}: keypoints is no list of names: the keypoints are without names.").format(
                place=place
            ),
        )
        return None
    if len(given) != k:
        oddities.add(
            f"names {place}",
            _(
                "{place}: {names} of its keypoints have names, but {k} are compared, as many as "
                "there are sigmas: the keypoints are without names and limbs."
            ).format(place=place, names=len(given), k=k),
        )
        return None
    names = distinct([str(name) for name in given])
    if list(names) != list(given):
        oddities.add(
            f"names {place}",
            _("{place}: names are doubled or no text, and told apart by a number.").format(
                place=place
            ),
        )
    edges, nonsense, from_0 = limbs(category.get("skeleton") or [], names)
    if from_0:
        oddities.add(
            f"from 0 {place}",
            _("{place}: the skeleton counts from 0, and not from 1 as in COCO.").format(
                place=place
            ),
        )
    for limb in nonsense:
        oddities.add(
            f"limbs {place}",
            _("{place}: the limb {limb} joins no two keypoints and is not drawn.").format(
                place=place, limb=readable_limb(limb)
            ),
        )
    known = next((s for s in SKELETONS if s.names == names), None)
    return Skeleton(
        title=str(category.get("name", "")),
        names=names,
        sigmas=None if known is None else known.sigmas,
        edges=edges,
    )
