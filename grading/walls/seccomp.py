"""The system calls that a student's process may not make.

A list of what is refused, and not of what is allowed: numerical libraries use a great many system
calls, and everything that reaches outside is closed a second time by namespaces or Landlock and by
the lack of privileges. Refused are those that take memory which no limit of a process counts, that
make or enter namespaces, that look into other processes, that reach a network, and the large and
rarely needed parts of the kernel in which holes are found. System calls that are newer than this
list do not exist here.

The filter is compiled by libseccomp, which knows each machine's numbers.
"""

import ctypes
import errno
import os
from collections.abc import Iterator
from functools import cache

from grading.walls.kinds import Tier, WallsError

_REFUSED = """
    memfd_create memfd_secret shmget shmat shmdt shmctl semget semop semtimedop semctl
    msgget msgsnd msgrcv msgctl mq_open mq_unlink mlock mlock2 mlockall
    mount umount umount2 move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr
    pivot_root chroot unshare setns open_by_handle_at name_to_handle_at
    ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp process_madvise process_mrelease
    keyctl add_key request_key bpf perf_event_open userfaultfd fanotify_init lookup_dcookie
    io_uring_setup io_uring_enter io_uring_register io_setup io_submit io_destroy
    personality modify_ldt iopl ioperm migrate_pages move_pages
    acct quotactl quotactl_fd swapon swapoff reboot syslog vhangup sethostname setdomainname
    kexec_load kexec_file_load init_module finit_module delete_module
    settimeofday clock_settime clock_adjtime adjtimex nfsservctl uselib ustat sysfs
"""

# Where no PID namespace hides the other processes of the same user, and the kernel cannot keep
# signals inside either.
_SIGNALS = "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal"

# Landlock does not cover these: they are done in words only, so that copying a file still works.
_METADATA = """
    chmod fchmod fchmodat chown fchown lchown fchownat utime utimes utimensat futimesat
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
"""

# Which argument of these names a process; without a PID namespace it may be only oneself, 0.
_OF_A_PROCESS = {
    "sched_setaffinity": 0,
    "sched_setscheduler": 0,
    "sched_setparam": 0,
    "sched_setattr": 0,
    "setpriority": 1,
    "ioprio_set": 1,
}

_CLONE_NEW = (  # the flags of clone that make namespaces
    0x00000080, 0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
)  # fmt: skip
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C  # put characters into a terminal's input
_INT = 0xFFFFFFFF
_NEWER = range(449, 600)  # from 424 on, the numbers are the same on all machines

_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_NE, _MASKED_EQ = 1, 7
_ATTRIBUTE_BAD_ARCH, _ATTRIBUTE_OPTIMIZE = 2, 8
_BINARY_TREE = 2


class _Argument(ctypes.Structure):
    """A condition on one argument of a system call."""

    _fields_ = (
        ("index", ctypes.c_uint),
        ("operation", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


Rule = tuple[int, str | int, _Argument | None]  # what it returns, which call, and when


@cache
def program(tier: Tier, signals: bool = True, truncation: bool = True) -> bytes:
    """Return the BPF program that refuses system calls in `tier`.

    Without `signals`, no process may send a signal to another one, or to itself; without
    `truncation`, none may cut a file that it has not opened.

    Raises:
        WallsError: where libseccomp is not installed.
    """
    library = _library()
    context = library.seccomp_init(_ALLOW)
    try:
        library.seccomp_attr_set(context, _ATTRIBUTE_BAD_ARCH, _KILL)
        library.seccomp_attr_set(context, _ATTRIBUTE_OPTIMIZE, _BINARY_TREE)
        for number, call, condition in _rules(tier, signals, truncation):
            _add(library, context, number, call, condition)
        return _exported(library, context)
    finally:
        library.seccomp_release(context)


def _rules(tier: Tier, signals: bool, truncation: bool) -> Iterator[Rule]:
    for name in _REFUSED.split():
        yield errno.EPERM, name, None
    for flag in _CLONE_NEW:
        yield errno.EPERM, "clone", _Argument(0, _MASKED_EQ, flag, flag)
    # Its flags lie in memory, where no filter can look; the C library then falls back to clone.
    yield errno.ENOSYS, "clone3", None
    for request in (_TIOCSTI, _TIOCLINUX):
        yield errno.EPERM, "ioctl", _Argument(1, _MASKED_EQ, _INT, request)
    yield errno.EPERM, "prlimit64", _Argument(0, _NE, 0, 0)
    family = _Argument(0, _NE, 1, 0)  # all but AF_UNIX
    yield errno.EPERM, "socketpair", family
    yield errno.EPERM, "socket", family if tier is Tier.NAMESPACES else None
    if tier is Tier.LANDLOCK:
        for name in _METADATA.split():
            yield 0, name, None
        for name, index in _OF_A_PROCESS.items():
            yield errno.EPERM, name, _Argument(index, _NE, 0, 0)
        yield errno.EPERM, "inotify_add_watch", None  # it tells what others do with their files
        if not truncation:
            yield errno.EPERM, "truncate", None
        for name in "" if signals else _SIGNALS.split():
            yield errno.EPERM, name, None
    for number in _NEWER:
        yield errno.ENOSYS, number, None


def _add(
    library: ctypes.CDLL,
    context: int,
    number: int,
    call: str | int,
    condition: _Argument | None,
) -> None:
    if isinstance(call, str):
        call = library.seccomp_syscall_resolve_name(call.encode())
        if call < 0:  # not on this kind of machine, or newer than this libseccomp
            return
    conditions = [condition] if condition is not None else []
    array = (_Argument * len(conditions))(*conditions)
    result = library.seccomp_rule_add_array(
        context, 0x00050000 | number, call, len(conditions), array
    )
    if result < 0:
        raise WallsError(f"libseccomp refuses a rule for {call}: {os.strerror(-result)}")


def _exported(library: ctypes.CDLL, context: int) -> bytes:
    read, write = os.pipe()
    try:
        result = library.seccomp_export_bpf(context, write)
        os.close(write)
        if result < 0:
            raise WallsError(f"libseccomp writes no filter: {os.strerror(-result)}")
        with open(read, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(read)


@cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        raise WallsError(
            "the library libseccomp is missing: install it "
            "(Debian, Ubuntu: apt-get install libseccomp2; Fedora: dnf install libseccomp)"
        ) from None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_release.argtypes = [ctypes.c_void_p]
    library.seccomp_attr_set.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32]
    library.seccomp_export_bpf.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_void_p,
    ]
    return library
