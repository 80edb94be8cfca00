"""The lexicon fits its form and the catalogue."""

from danvan.figures import catalogue
from danvan.narrative import lexicon


def test_every_code_is_in_the_catalogue():
    known = {indicator.code for indicator in catalogue.load()}
    said = {entry.code for entry in lexicon.load().entries.values() if entry.code}
    assert said - known == set()


def test_every_entry_with_nouns_can_be_reached():
    """A register without a cue would need nouns that are enough alone."""
    data = lexicon.load()
    registers = {register for strengths in data.cues.values() for register in strengths}
    for name, entry in data.entries.items():
        assert not entry.nouns or entry.register in registers or max(entry.nouns.values()) >= lexicon.THRESHOLD, name


def test_no_name_implies_a_breakdown_that_its_indicator_lacks():
    known = catalogue.load()
    phrases = {pair for pairs in lexicon.load().breakdowns.values() for pair in pairs}
    for entry in lexicon.load().entries.values():
        for dimension, value in [*entry.sets.items(), *(phrases & entry.dims)]:
            assert entry.code
            assert known[entry.code].check_breakdown(catalogue.breakdown_key({dimension: value}))
    assert "matter_type" not in dict(lexicon.load().entries["pet.complaints"].dims)
    assert "beneficiary_group" not in dict(lexicon.load().entries["vis.gift_value"].dims)
