"""The child process that reads one file under limits and hands rows to the parent over its output."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tradecrm.importing.frames import write_frame
from tradecrm.importing.limits import Limits, limit_self
from tradecrm.importing.prescan import prescan
from tradecrm.importing.read_zip import Wanted, read_container
from tradecrm.importing.refusals import FileRefused, Reason
from tradecrm.importing.sink import Sink
from tradecrm.importing.sniff import BANK_KINDS, FileKind, sniff


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What the parent asks for: the file, its encoding and sheet if chosen, and how many rows at most."""

    path: str
    encoding: str | None = None
    sheet: str | None = None
    most_rows: int | None = None
    patient: bool = False
    bank: bool = False
    limits: Limits = dataclasses.field(default_factory=Limits)

    def to_argument(self) -> str:
        """Answer the request as one plain word for the command line."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> ReadRequest:
        """Build the request from the command line's word."""
        content: dict[str, Any] = json.loads(argument)
        content["limits"] = Limits(**content["limits"])
        return cls(**content)


def _read(request: ReadRequest, sink: Sink) -> None:
    limits = request.limits
    job = limit_self(limits.memory, limits.seconds)
    path = Path(request.path)
    kind = sniff(path, bank=request.bank)
    scan = prescan(path, kind, limits)
    sink.scanned(scan.counted, kind.value)
    limit_self(limits.memory_for(scan.counted), limits.seconds_for(scan.counted), job)
    about: dict[str, str] = {}
    if kind is FileKind.TEXT:
        from tradecrm.importing.read_text import read_text

        about = read_text(path, request.encoding, sink)
    elif kind is FileKind.HTML:
        from tradecrm.importing.read_html import read_html

        about = read_html(path, request.encoding, sink)
    elif kind in BANK_KINDS:
        from tradecrm.importing.read_bank import read_bank

        read_bank(path, kind, sink)
    elif kind is FileKind.XLS:
        from tradecrm.importing.read_xls import read_xls

        read_xls(path, request.sheet, sink)
    else:
        read_container(Wanted(path, kind, request.sheet, request.patient), scan, sink)
    if scan.hidden_somewhere:
        sink.notice("hidden_somewhere")
    if not sink.any_cells:
        raise FileRefused(Reason.NO_SHEET)
    sink.end(kind=kind.value, **about)


def _serve(request: ReadRequest, stream: BinaryIO) -> int:
    try:
        _read(request, Sink(stream, request.most_rows))
    except FileRefused as refused:
        reason = refused.reason
    except MemoryError:
        reason = Reason.TOO_MUCH_MEMORY
    except RecursionError:
        reason = Reason.DAMAGED
    except OSError:
        reason = Reason.UNREADABLE
    else:
        return 0
    write_frame(stream, ["refused", reason.value])
    stream.flush()
    return 3


def worker_main(argv: Sequence[str]) -> int:
    """Run the child: ``argv`` is ``["read", request]``; frames go to the standard output. Answers the status."""
    if len(argv) != 2 or argv[0] != "read":
        return 2
    request = ReadRequest.from_argument(argv[1])
    with os.fdopen(os.dup(1), "wb", buffering=1 << 16) as stream:
        return _serve(request, stream)
