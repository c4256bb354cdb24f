"""States and transitions of a document as data; who may press a verb is decided elsewhere (section 1.3)."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _


class Tone(enum.StrEnum):
    """How a state is colored."""

    NEUTRAL = "neutral"
    ACTIVE = "active"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class State:
    """A state: its stored key, its title (translated by whoever draws it) and its tone."""

    key: str
    title: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Transition:
    """A step: key, title, the states it may start from, the state it leads to, and the verb on its button.

    ``automatic`` steps follow from other records and have no button.
    """

    key: str
    title: str
    sources: tuple[str, ...]
    target: str
    verb: str
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow of one kind of document; the first state is where a new one starts."""

    kind: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    @property
    def start(self) -> str:
        """Answer the key of the state a new document is in."""
        return self.states[0].key

    def state(self, key: str) -> State:
        """Answer a state by its key; raises KeyError for an unknown one."""
        return {state.key: state for state in self.states}[key]

    def next(self, state: str) -> tuple[Transition, ...]:
        """Answer the transitions that start from ``state``, in the order they are declared."""
        return tuple(step for step in self.transitions if state in step.sources)

    def step(self, state: str, key: str) -> Transition:
        """Answer the transition ``key`` from ``state``; raises Refusal when it cannot be done from there."""
        for transition in self.next(state):
            if transition.key == key:
                return transition
        titles = {each.key: each.title for each in self.transitions}
        raise Refusal.of(
            _("“{step}” is not possible while the state is “{state}”.").format(
                step=_(titles.get(key, key)), state=_(self.state(state).title)
            ),
            "state",
        )

    def reachable(self) -> frozenset[str]:
        """Answer every state that a new document can come to; used to test that a flow is whole."""
        seen = {self.start}
        queue = [self.start]
        while queue:
            for transition in self.next(queue.pop()):
                if transition.target not in seen:
                    seen.add(transition.target)
                    queue.append(transition.target)
        return frozenset(seen)
