from danvan.narrative.writing.tests.conftest import data  # noqa: F401 -- the same small report
