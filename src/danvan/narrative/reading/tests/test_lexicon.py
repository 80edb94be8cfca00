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
