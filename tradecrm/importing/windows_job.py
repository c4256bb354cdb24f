"""The job object that limits the reading child on Windows, through ctypes."""

from __future__ import annotations

import ctypes
from typing import Any

_EXTENDED = 9
_PROCESS_MEMORY = 0x00000100
_PROCESS_TIME = 0x00000002
_ACTIVE_PROCESS = 0x00000008
_DIE_ON_UNHANDLED = 0x00000400
_TICKS = 10_000_000


class _Basic(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("Basic", _Basic),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


def job_limits(memory: int, seconds: float) -> ctypes.Structure:
    """Answer the structure that limits one process to ``memory`` bytes and ``seconds`` of its own time."""
    limits = _Extended()
    limits.Basic.LimitFlags = _PROCESS_MEMORY | _PROCESS_TIME | _ACTIVE_PROCESS | _DIE_ON_UNHANDLED
    limits.Basic.PerProcessUserTimeLimit = int(seconds * _TICKS)
    limits.Basic.ActiveProcessLimit = 1
    limits.ProcessMemoryLimit = memory
    return limits


def limit_by_job(memory: int, seconds: float, job: int | None) -> int | None:
    """Put this process into a job with these limits, or change those of ``job``; answer the job."""
    windll: Any = getattr(ctypes, "windll")  # noqa: B009 - there on Windows only
    kernel: Any = windll.kernel32
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    made: int | None = job if job is not None else kernel.CreateJobObjectW(None, None)
    limits = job_limits(memory, seconds)
    handle = ctypes.c_void_p(made)
    kernel.SetInformationJobObject(handle, _EXTENDED, ctypes.byref(limits), ctypes.sizeof(limits))
    if job is None:
        kernel.AssignProcessToJobObject(handle, ctypes.c_void_p(kernel.GetCurrentProcess()))
    return made
