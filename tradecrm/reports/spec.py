"""What a report is: its parameters and the one function that answers its frozen table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tradecrm.core.table import Table
from tradecrm.reports.params import Params, ReportParam, read_params

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

Run = Callable[["Reader", Params], Table]


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """A report: key (its link is ``report/<key>``), title, parameters, and what runs it.

    ``verbs`` are what a person must be allowed; ``main`` reports are offered in menus, the others are opened
    from the numbers of other reports.
    """

    key: str
    title: str
    params: tuple[ReportParam, ...]
    run: Run
    verbs: tuple[str, ...] = ("report.run",)
    main: bool = True

    def table(self, reader: Reader, given: Mapping[str, object] | None = None) -> Table:
        """Run the report; its table names the parameters, with what the report took for those left empty.

        Raises NotAllowed, NotFound, or Refusal naming the parameter that is wrong.
        """
        for verb in self.verbs:
            reader.actor.demand(verb)
        params = read_params(reader, self.params, given or {})
        table = self.run(reader, params)
        return replace(table, params=tuple((dict(table.params) | dict(params.shown())).items()))
