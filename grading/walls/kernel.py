"""The system calls that Python has no name for, and what a process gives up with them."""

import contextlib
import ctypes
import errno
import os
import sys
from typing import Any

CLONE_NEWNS = 0x00020000
CLONE_NEWPID = 0x20000000

MS_RDONLY, MS_NOSUID, MS_NODEV = 0x1, 0x2, 0x4
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x20, 0x1000, 0x4000, 0x40000

_PR_SET_SECCOMP = 22
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
_CLOSE_RANGE, _CLOSE_RANGE_CLOEXEC = 436, 4  # the same number on all machines
_INSTRUCTION_BYTES = 8

if sys.platform != "win32":
    _libc = ctypes.CDLL(None, use_errno=True)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def unshare(flags: int) -> None:
    """Give this process namespaces of its own."""
    _check(_libc.unshare(flags))


def set_namespace(descriptor: int, flags: int) -> None:
    """Enter the namespaces of the process of a pidfd."""
    _check(_libc.setns(descriptor, flags))


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount a file system."""
    names = [name.encode() if name else None for name in (source, target, kind)]
    data = options.encode() if options else None
    _check(_libc.mount(*names, ctypes.c_ulong(flags), data), target)


def pass_on_no_capabilities() -> None:
    """See that no file that is executed from now on, not even as root, gets a capability.

    An ordinary user without capabilities may not do this, and has none to pass on.
    """
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            if ctypes.get_errno() in (errno.EINVAL, errno.EPERM):  # the last one; not allowed
                break
            _check(-1)


def drop_capabilities() -> None:
    """Give up the capabilities that this process has, and those it could take or pass on."""
    none = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(ctypes.byref(_Header(_CAPABILITY_VERSION_3, 0)), none))


def no_new_privileges() -> None:
    """See that no executed file brings privileges."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def call(number: int, *arguments: Any) -> int:
    """Make the system call of that number, and return its result."""
    return _check(_libc.syscall(number, *arguments))


def close_on_exec(first: int) -> None:
    """See that no program that this process executes gets a file descriptor from `first` on."""
    if _libc.syscall(_CLOSE_RANGE, first, ctypes.c_uint(-1), _CLOSE_RANGE_CLOEXEC) < 0:
        for descriptor in range(first, os.sysconf("SC_OPEN_MAX")):  # Linux before 5.11
            with contextlib.suppress(OSError):
                os.set_inheritable(descriptor, False)


def filter_system_calls(program: bytes) -> None:
    """Let a BPF program decide on each system call from now on; there is no way back."""
    filter_ = _Program(len(program) // _INSTRUCTION_BYTES, program)
    _check(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0))


def _prctl(option: int, value: int) -> None:
    _check(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0))


def _check(result: int, what: str | None = None) -> int:
    if result < 0:
        number = ctypes.get_errno()
        name = sys._getframe(1).f_code.co_name
        raise OSError(number, f"{name}: {os.strerror(number)}", what)
    return result
