"""Links: what opens when a person clicks a figure, a row, a name or a result."""

from __future__ import annotations

from dataclasses import dataclass

LinkValue = str | int | None


@dataclass(frozen=True, slots=True)
class Link:
    """A page and its parameters, such as ``customer`` with ``id=5`` or ``report/aging`` with ``as_of``."""

    target: str
    params: tuple[tuple[str, LinkValue], ...] = ()

    @classmethod
    def to(cls, target: str, **params: LinkValue) -> Link:
        """Build a link; parameters are kept in the order of their names, so equal links are equal."""
        return cls(target, tuple(sorted(params.items())))

    def param(self, name: str) -> LinkValue:
        """Answer one parameter, None when it is absent."""
        return dict(self.params).get(name)
