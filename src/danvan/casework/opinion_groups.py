"""Who agrees with whom at a dialogue, from votes on opinions: groups, what tells them apart, what all groups share.

Plain Python and NumPy, after the published method of Polis (Small et al. 2021, "Polis: Scaling deliberation by mapping
high dimensional opinion spaces"): principal components of the votes, a projection that does not pull those who voted
little to the middle, k-means with the number of groups of the best silhouette, and a consensus that asks every group.
The same votes give the same groups, for anybody who computes them again. It is no ballot: who takes part chose to.

Nothing is grouped with fewer than 15 voters, and no group of fewer than 5 is shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEAST_VOTERS = 15
LEAST_GROUP = 5
LEAST_VOTES = 7  # of a voter, or all statements where there are fewer
MOST_GROUPS = 5
TELLING = 1.2815515655446004  # z at 90 %, one-sided
SHOWN = 5
_ROUNDS = 100

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shared:
    """An opinion and how it stands with everybody: agreement (0 to 1) that every group must give, and the counts."""

    statement: int
    consensus: float
    agree: int
    disagree: int
    votes: int


@dataclass(frozen=True, slots=True)
class Telling:
    """An opinion that a group holds more than others: agrees or not, by how much, the share of the group."""

    statement: int
    agrees: bool
    share: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Group:
    """Voters that voted alike. size: how many; telling: what the group holds more than others."""

    size: int
    telling: tuple[Telling, ...]


@dataclass(frozen=True, slots=True)
class Opinions:
    """groups: none where there are too few voters, or where no division keeps groups large enough (`why` says so).

    shared: opinions by what every group agrees on, first first. points: (x, y, group) of each grouped voter, in no
    order that tells who.
    """

    voters: int
    statements: int
    groups: tuple[Group, ...]
    shared: tuple[Shared, ...]
    points: tuple[tuple[float, float, int], ...]
    why: str = ""


def group(votes: Mapping[tuple[str, int], int]) -> Opinions:
    """votes: (voter, statement) -> 1 agrees, -1 does not, 0 passes."""
    voters = sorted({voter for voter, _statement in votes})
    statements = sorted({statement for _voter, statement in votes})
    matrix = np.full((len(voters), len(statements)), np.nan)
    rows, columns = ({name: place for place, name in enumerate(names)} for names in (voters, statements))
    for (voter, statement), choice in votes.items():
        matrix[rows[voter], columns[statement]] = choice
    if len(voters) < LEAST_VOTERS:
        why = f"Cần ít nhất {LEAST_VOTERS} người bày tỏ ý kiến mới phân nhóm (hiện có {len(voters)})."
        return Opinions(len(voters), len(statements), (), _shared(matrix, statements, None), (), why)
    inside = matrix[_taking_part(matrix)]
    places = project(inside)
    labels = _divided(places)
    if labels is None:
        why = f"Không có cách chia nào mà mỗi nhóm có từ {LEAST_GROUP} người: ý kiến chưa tách thành nhóm rõ."
        return Opinions(len(voters), len(statements), (), _shared(matrix, statements, None), (), why)
    groups = tuple(
        Group(int((labels == number).sum()), _telling(inside, labels == number, statements))
        for number in range(int(labels.max()) + 1)
    )
    points = sorted(
        (round(float(x), 4), round(float(y), 4), int(label)) for (x, y), label in zip(places, labels, strict=True)
    )
    return Opinions(len(voters), len(statements), groups, _shared(inside, statements, labels), tuple(points))


def _taking_part(matrix: Matrix) -> npt.NDArray[np.bool_]:
    """Who voted on enough; the most active ones where these are too few."""
    counts = (~np.isnan(matrix)).sum(axis=1)
    inside: npt.NDArray[np.bool_] = counts >= min(LEAST_VOTES, matrix.shape[1])
    if inside.sum() < LEAST_VOTERS:
        most = np.argsort(-counts, kind="stable")[:LEAST_VOTERS]
        inside[most] = True
    return inside


def project(matrix: Matrix) -> Matrix:
    """Places of the voters on the two main components; a voter's place rests on the opinions voted on alone.

    The direction of a component is fixed: its largest weight is positive.
    """
    seen = ~np.isnan(matrix)
    means = np.nansum(matrix, axis=0) / np.maximum(seen.sum(axis=0), 1)
    centred = np.where(seen, matrix, means) - means
    _u, _s, components = np.linalg.svd(centred, full_matrices=False)
    components = components[:2]
    if len(components) < 2:
        components = np.vstack([components, np.zeros((2 - len(components), matrix.shape[1]))])
    largest = np.abs(components).argmax(axis=1)
    signs = np.sign(components[np.arange(2), largest])
    components = components * np.where(signs == 0, 1, signs)[:, None]
    counts = np.maximum(seen.sum(axis=1), 1)
    scale = np.sqrt(matrix.shape[1] / counts)
    places: Matrix = (np.where(seen, matrix - means, 0.0) @ components.T) * scale[:, None]
    return places


def _divided(places: Matrix) -> Labels | None:
    """The division with the best silhouette of those whose groups are all large enough."""
    best: tuple[float, Labels] | None = None
    most = min(MOST_GROUPS, 2 + len(places) // 12, len(np.unique(places, axis=0)))
    for count in range(2, most + 1):
        labels = cluster(places, count)
        sizes = np.bincount(labels, minlength=count)
        if sizes.min() < LEAST_GROUP:
            continue
        score = silhouette(places, labels)
        if best is None or score > best[0] + 1e-9:
            best = score, labels
    return best[1] if best and best[0] > 0 else None


def cluster(places: Matrix, count: int) -> Labels:
    """k-means that begins at points far from each other; groups are numbered from left to right."""
    centres = [places[np.argmax(np.linalg.norm(places - places.mean(axis=0), axis=1))]]
    while len(centres) < count:
        gaps = np.min([np.linalg.norm(places - centre, axis=1) for centre in centres], axis=0)
        centres.append(places[np.argmax(gaps)])
    middle = np.array(centres)
    labels = np.full(len(places), -1)
    for _ in range(_ROUNDS):
        new = np.argmin(np.linalg.norm(places[:, None, :] - middle[None], axis=2), axis=1)
        if (new == labels).all():
            break
        labels = new
        for number in range(count):
            if (labels == number).any():
                middle[number] = places[labels == number].mean(axis=0)
    order = np.lexsort((middle[:, 1], middle[:, 0]))
    names = np.empty(count, dtype=np.int64)
    names[order] = np.arange(count)
    numbered: Labels = names[labels]
    return numbered


def silhouette(places: Matrix, labels: Labels) -> float:
    """How much nearer the voters are to their own group than to the next one, -1 to 1, on average."""
    gaps = np.linalg.norm(places[:, None, :] - places[None], axis=2)
    masks = [labels == number for number in range(int(labels.max()) + 1)]
    sums = np.stack([gaps[:, mask].sum(axis=1) for mask in masks], axis=1)
    sizes = np.array([mask.sum() for mask in masks])
    own = sizes[labels]
    inside = sums[np.arange(len(labels)), labels] / np.maximum(own - 1, 1)
    means = sums / sizes
    means[np.arange(len(labels)), labels] = np.inf
    next_one = means.min(axis=1)
    widest = np.maximum(inside, next_one)
    scores = np.where((own > 1) & (widest > 0), (next_one - inside) / np.where(widest > 0, widest, 1), 0.0)
    return float(scores.mean())


def _shared(matrix: Matrix, statements: Sequence[int], labels: Labels | None) -> tuple[Shared, ...]:
    """By agreement that every group gives: the product of (agree + 1) / (votes + 2) over the groups."""
    parts = [matrix] if labels is None else [matrix[labels == number] for number in range(int(labels.max()) + 1)]
    product = np.ones(matrix.shape[1])
    for part in parts:
        product *= ((part == 1).sum(axis=0) + 1) / ((~np.isnan(part)).sum(axis=0) + 2)
    told = [
        Shared(
            statement,
            float(product[place]),
            int((matrix[:, place] == 1).sum()),
            int((matrix[:, place] == -1).sum()),
            int((~np.isnan(matrix[:, place])).sum()),
        )
        for place, statement in enumerate(statements)
    ]
    return tuple(sorted(told, key=lambda one: (-one.consensus, one.statement)))


def _telling(matrix: Matrix, inside: npt.NDArray[np.bool_], statements: Sequence[int]) -> tuple[Telling, ...]:
    """What a group holds clearly, and clearly more than the others; its strongest opinion where nothing is clear."""
    found: list[tuple[float, bool, Telling]] = []
    for place, statement in enumerate(statements):
        own, others = matrix[inside, place], matrix[~inside, place]
        for choice in (1, -1):
            given, seen = int((own == choice).sum()), int((~np.isnan(own)).sum())
            other, rest = int((others == choice).sum()), int((~np.isnan(others)).sum())
            share, elsewhere = (given + 1) / (seen + 2), (other + 1) / (rest + 2)
            ratio = share / elsewhere
            alone, against = _one_share(given, seen), _two_shares(given, other, seen, rest)
            clear = alone > TELLING and against > TELLING
            rank = ratio * against * share * alone
            found.append((rank, clear, Telling(statement, choice == 1, share, ratio)))
    found.sort(key=lambda one: (-one[0], one[2].statement))
    sure = [one for _rank, is_sure, one in found if is_sure][:SHOWN]
    agreeing_first = sorted(sure, key=lambda one: not one.agrees)
    return tuple(agreeing_first) or tuple(one for _rank, _sure, one in found[:1])


def _one_share(given: int, seen: int) -> float:
    """z of a share being above one half, with one more of each kind."""
    given, seen = given + 1, seen + 1
    return 2 * math.sqrt(seen) * (given / seen - 0.5)


def _two_shares(given: int, other: int, seen: int, rest: int) -> float:
    """z of a share being above another one, with one more of each kind."""
    given, other, seen, rest = given + 1, other + 1, seen + 1, rest + 1
    pooled = (given + other) / (seen + rest)
    if pooled in (0, 1):
        return 0.0
    return (given / seen - other / rest) / math.sqrt(pooled * (1 - pooled) * (1 / seen + 1 / rest))
