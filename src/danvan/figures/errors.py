from __future__ import annotations


class FigureError(ValueError):
    """What cannot be filed or shown; the message is one Vietnamese sentence per problem and says what to do."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems
