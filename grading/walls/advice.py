"""How to get walls on a machine that does not let them be built."""

import os
import shutil
import sys
from pathlib import Path

from grading.walls.kinds import BWRAP

WITHOUT = "or grade notebooks that you trust with --no-sandbox"


def advice() -> str:
    """Return what to do on this machine so that namespaces can be used, in one or two sentences."""
    if sys.platform == "win32":
        return f"Grade in WSL 2 (wsl --install), on a Linux machine, {WITHOUT}."
    if sys.platform != "linux":
        return f"Grade on a Linux machine or in a Linux virtual machine, {WITHOUT}."
    if shutil.which(BWRAP) is None:
        return (
            "Install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap; "
            f"Fedora: dnf install bubblewrap), {WITHOUT}."
        )
    if _is_on("kernel/apparmor_restrict_unprivileged_userns") and os.geteuid() != 0:
        return (
            "AppArmor keeps ordinary users from making namespaces: give bubblewrap a profile "
            "(/etc/apparmor.d/bwrap with `profile bwrap /usr/bin/bwrap flags=(unconfined) "
            "{ userns, }`, then apparmor_parser -r /etc/apparmor.d/bwrap), or run "
            f"sysctl kernel.apparmor_restrict_unprivileged_userns=0, {WITHOUT}."
        )
    if _is_off("user/max_user_namespaces") or _is_off("kernel/unprivileged_userns_clone"):
        return (
            "Ordinary users may make no namespaces: run sysctl user.max_user_namespaces=15000 "
            f"and, on Debian, sysctl kernel.unprivileged_userns_clone=1, {WITHOUT}."
        )
    if in_container():
        return (
            "This container may make no namespaces: start it with --cap-add SYS_ADMIN "
            "--security-opt seccomp=unconfined --security-opt apparmor=unconfined, "
            f"grade outside of it, {WITHOUT}."
        )
    return f"Grade on a machine that lets bubblewrap make namespaces, {WITHOUT}."


def in_container() -> bool:
    """Say whether this machine is a container of Docker's or Podman's kind."""
    return Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()


def _is_on(name: str) -> bool:
    return _setting(name) not in ("", "0")


def _is_off(name: str) -> bool:
    return _setting(name) == "0"


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text().strip()
    except OSError:
        return ""
