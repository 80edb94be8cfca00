"""Groups among voters: found where they were planted, never too small, the same for anybody."""

from __future__ import annotations

import random
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan.casework.opinion_groups import LEAST_GROUP, LEAST_VOTERS, cluster, group, project

STATEMENTS = range(100, 120)


def planted(sizes, *, seed=1, heard=0.8):
    """Voters of so many camps: each camp agrees with its own third of the statements, all agree with the first."""
    chance = random.Random(seed)  # noqa: S311 -- votes, not secrets
    votes, camps = {}, {}
    for camp, size in enumerate(sizes):
        for n in range(size):
            voter = f"{camp}-{n:03}"
            camps[voter] = camp
            for place, statement in enumerate(STATEMENTS):
                if chance.random() > heard:
                    continue
                likes = place == 0 or place % len(sizes) == camp
                votes[voter, statement] = (1 if likes else -1) * (1 if chance.random() < 0.93 else -1)
    return votes, camps


@pytest.mark.parametrize("sizes", [(20, 20), (12, 30), (20, 20, 20)])
def test_planted_camps_are_found(sizes):
    votes, _camps = planted(sizes)
    found = group(votes)

    assert sorted(one.size for one in found.groups) == sorted(sizes)
    assert found.voters == sum(sizes)


def test_what_all_camps_agree_on_comes_first():
    found = group(planted((20, 20, 20))[0])

    assert found.shared[0].statement == STATEMENTS[0]
    assert found.shared[0].consensus > 2 * found.shared[1].consensus


def test_a_camp_is_told_by_what_it_holds_more_than_others():
    found = group(planted((25, 25))[0])
    left, right = ({one.statement % 2 for one in part.telling if one.agrees} for part in found.groups)

    assert left != right
    assert all(len(part.telling) <= 5 for part in found.groups)
    assert all(one.ratio > 1 for part in found.groups for one in part.telling)


def test_few_voters_are_never_grouped():
    found = group(planted((7, 7))[0])

    assert found.groups == ()
    assert found.points == ()
    assert str(LEAST_VOTERS) in found.why
    assert found.shared  # what they agree on is told all the same


def test_no_group_of_fewer_than_five_is_shown():
    found = group(planted((30, 3))[0])

    assert all(one.size >= LEAST_GROUP for one in found.groups)


def test_who_all_say_the_same_are_no_groups():
    votes = {(f"v{n}", statement): 1 for n in range(20) for statement in STATEMENTS}

    assert group(votes).groups == ()


def test_no_votes_are_no_groups():
    assert group({}).groups == ()


votes = st.dictionaries(
    st.tuples(st.integers(0, 25).map(lambda n: f"v{n}"), st.integers(1, 9)), st.sampled_from([-1, 0, 1]), max_size=200
)


@given(votes, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_votes_changes_nothing_and_no_group_is_small(given_votes, chance):
    shuffled = list(given_votes.items())
    chance.shuffle(shuffled)
    one, other = group(given_votes), group(dict(shuffled))

    assert one == other
    assert all(part.size >= LEAST_GROUP for part in one.groups)
    assert not one.groups or one.voters >= LEAST_VOTERS
    assert all(0 < shared.consensus < 1 for shared in one.shared)


def test_it_agrees_with_another_implementation_of_the_method():
    """red-dwarf, where it is installed: the same places, camps, consensus, and what tells a camp."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own imports warn
        base = pytest.importorskip("reddwarf.implementations.base", exc_type=ImportError)
        said, camps = planted((20, 25), heard=0.9)
        names = sorted(camps)
        rows = [
            {"participant_id": names.index(voter), "statement_id": statement, "vote": choice, "modified": 0}
            for (voter, statement), choice in said.items()
        ]
        theirs = base.run_pipeline(votes=rows, random_state=1)
    matrix = np.full((len(names), len(STATEMENTS)), np.nan)
    for (voter, statement), choice in said.items():
        matrix[names.index(voter), STATEMENTS.index(statement)] = choice
    places, ours = project(matrix), group(said)
    table = theirs.participants_df.sort_index()
    other = table["cluster_id"].to_numpy().astype(int)

    for axis, column in enumerate(("x", "y")):  # which side is called right is free
        assert np.allclose(np.abs(places[:, axis]), np.abs(table[column].to_numpy()), atol=1e-6)
    same = {tuple(pair) for pair in zip(cluster(places, 2).tolist(), other.tolist(), strict=True)}
    assert same in ({(0, 0), (1, 1)}, {(0, 1), (1, 0)})
    agreed = theirs.statements_df["group-aware-consensus"]
    assert all(np.isclose(one.consensus, agreed.loc[one.statement]) for one in ours.shared)
    number = dict(same)
    for place, part in enumerate(ours.groups):
        named = {(row["tid"], row["repful-for"] == "agree") for row in theirs.repness[number[place]]}
        assert {(one.statement, one.agrees) for one in part.telling} == named
