"""What may be done with a matter, by its type: a table of acts between states (data/workflow.yaml). Plain Python.

A state says where a matter is, a resolution how it ended: two things, so that "closed" needs no twelve kinds. The table
is checked when it is loaded: every state can be reached, an open one can always be left, every act that a term of law
waits for exists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from danvan.casework.deadlines import Rules
from danvan.lib.datafiles import from_yaml

DATA = Path(__file__).parent / "data" / "workflow.yaml"
WHO = ("receive", "handle", "decide")
NEEDS = (
    *("field", "body", "unit", "reason", "number", "days", "verdict", "answer", "matter", "day", "proof", "person"),
    "title",
)
RECEIVED, CLOSED = "received", "closed"
STAYS, ANY_OPEN = "=", "*"


class WorkflowError(ValueError):
    """An act that the table does not allow now; a Vietnamese sentence that says what is possible."""


@dataclass(frozen=True, slots=True)
class Label:
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Step:
    """One act. to: the state after it, "" where it stays. only: the resolution it is for; after: the act it answers.

    vi, en: what it is called on its button; done, en_done: in the timeline.
    """

    act: str
    begins: frozenset[str]
    to: str
    who: str
    vi: str
    done: str
    en: str
    en_done: str
    needs: tuple[str, ...] = ()
    document: str = ""
    notice: bool = False
    resolution: str = ""
    only: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of matter: its acts, the clocks of its first and second instance, how it can end on its merits."""

    code: str
    steps: Mapping[str, Step]
    clocks: tuple[str, ...]
    clocks_second: tuple[str, ...]
    verdicts: tuple[str, ...]
    sealed: bool = False

    def step(self, act: str) -> Step:
        try:
            return self.steps[act]
        except KeyError:
            raise WorkflowError(f"Loại vụ việc này không có việc “{act}”.") from None

    def possible(self, state: str, resolution: str = "", done: Sequence[str] = ()) -> Iterator[Step]:
        """The acts that may come next, in the order of the table. done: the acts so far."""
        return (step for step in self.steps.values() if self._fits(step, state, resolution, done))

    def take(
        self, act: str, state: str, resolution: str = "", done: Sequence[str] = (), verdict: str = ""
    ) -> tuple[str, str]:
        """State and resolution after an act. Raises WorkflowError where it may not come now."""
        step = self.step(act)
        if not self._fits(step, state, resolution, done):
            names = ", ".join(f"“{one.vi}”" for one in self.possible(state, resolution, done))
            now = load().states[state].vi
            raise WorkflowError(f"Không thể “{step.vi}” khi vụ việc {now}. Có thể: {names or 'không còn việc nào'}.")
        if step.resolution == "verdict" and verdict not in self.verdicts:
            known = ", ".join(load().resolutions[one].vi for one in self.verdicts)
            raise WorkflowError(f"Chọn kết quả giải quyết: {known}.")
        ended = verdict if step.resolution == "verdict" else step.resolution
        after = step.to or state
        return after, ended or (resolution if after in (CLOSED, "decided") else "")

    @staticmethod
    def _fits(step: Step, state: str, resolution: str, done: Sequence[str]) -> bool:
        if state not in step.begins or (step.only and step.only != resolution):
            return False
        if not step.after:
            return True
        waiting = [act for act in done if act in (step.after, step.act, *_ANSWERS.get(step.after, ()))]
        return bool(waiting) and waiting[-1] == step.after


_ANSWERS = {"ask_again": ("reopen", "decline"), "publish": ("unpublish",)}


@dataclass(frozen=True, slots=True)
class Workflow:
    """The whole table. settled: resolutions on the merits, counted as resolved."""

    states: Mapping[str, Label]
    resolutions: Mapping[str, Label]
    settled: frozenset[str]
    types: Mapping[str, Type]

    def __getitem__(self, code: str) -> Type:
        try:
            return self.types[code]
        except KeyError:
            raise WorkflowError(f"Không có loại vụ việc “{code}”. Có: {', '.join(self.types)}.") from None


@cache
def load(path: Path = DATA) -> Workflow:
    """The table. Raises ValueError where it does not hold together."""
    data = from_yaml(path.read_text("utf-8"))
    states = {code: Label(said["vi"], said["en"]) for code, said in data["states"].items()}
    resolutions = {code: Label(said["vi"], said["en"]) for code, said in data["resolutions"].items()}
    settled = frozenset(code for code, said in data["resolutions"].items() if said.get("settled"))
    open_states = [state for state in states if state != CLOSED]
    types = {}
    for code, said in data["types"].items():
        own = {row["act"] for row in said["acts"]}
        rows = [*said["acts"], *(row for row in data["common"] if row["act"] not in own)]
        steps = {row["act"]: _step(row, open_states, states) for row in rows}
        types[code] = Type(
            code=code,
            steps=MappingProxyType(steps),
            clocks=tuple(said["clocks"]),
            clocks_second=tuple(said.get("clocks_second", said["clocks"])),
            verdicts=tuple(said["verdicts"]),
            sealed=said.get("sealed", False),
        )
    found = Workflow(states, resolutions, settled, types)
    _check(found)
    return found


def _step(row: Mapping[str, Any], open_states: Collection[str], states: Collection[str]) -> Step:
    given = dict(row)
    begins = frozenset(open_states if given["from"] == ANY_OPEN else given["from"])
    to = "" if given.pop("to") == STAYS else row["to"]
    del given["from"]
    step = Step(begins=begins, to=to, needs=tuple(given.pop("needs", ())), **given)
    unknown = {*begins, *({to} if to else ())} - set(states)
    unknown |= set(step.needs) - set(NEEDS)
    if step.who not in WHO:
        unknown.add(step.who)
    if unknown:
        raise ValueError(f"workflow.yaml, {step.act}: không rõ {', '.join(sorted(unknown))}.")
    return step


def _check(workflow: Workflow) -> None:
    ends = {rule.code: set(rule.ends) for rule in Rules.load()}
    for kind in workflow.types.values():
        named = {step.resolution for step in kind.steps.values()} - {"", "verdict"}
        if unknown := (named | set(kind.verdicts)) - set(workflow.resolutions):
            raise ValueError(f"workflow.yaml, {kind.code}: không có kết quả {', '.join(sorted(unknown))}.")
        _check_ways(kind)
        for clock in (*kind.clocks, *kind.clocks_second):
            if clock not in ends:
                raise ValueError(f"workflow.yaml, {kind.code}: không có thời hạn {clock}.")
            if not ends[clock] & (set(kind.steps) | {"receive"}):
                raise ValueError(f"workflow.yaml, {kind.code}: không có việc nào kết thúc thời hạn {clock}.")


def _check_ways(kind: Type) -> None:
    """Every state that is reached can be left, but for the last."""
    reached, edge = {RECEIVED}, [RECEIVED]
    while edge:
        state = edge.pop()
        ways = {step.to for step in kind.steps.values() if state in step.begins and step.to not in ("", state)}
        if not ways and state != CLOSED:
            raise ValueError(f"workflow.yaml, {kind.code}: không có đường ra khỏi “{state}”.")
        edge += ways - reached
        reached |= ways
