"""A private view of this machine in which /config, /share, /ssl and /media are as Core's container has them.

`enter` makes a mount namespace with a new root on a tmpfs: what this machine has is bound into it, the four directories
are new and empty. Nothing of it is visible outside, and it ends with the process. It needs root or user namespaces.
"""

import ctypes
import os
import pathlib
import shutil

DIRECTORIES = ("/config", "/share", "/ssl", "/media")

_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000


def enter():
    """Moves this process into the view. Linux, Python 3.12 or newer; the process must have one thread."""
    user, group = os.geteuid(), os.getegid()
    if user != 0:
        os.unshare(os.CLONE_NEWUSER)
        pathlib.Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        pathlib.Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
        pathlib.Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
    os.unshare(os.CLONE_NEWNS)
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    # Every Debian has this directory, and what is in it is not wanted here: the new root may hide
    # it.
    root = "/media"
    _mount("tmpfs", root, "tmpfs", 0)
    for entry in os.scandir("/"):
        target = root + entry.path
        if entry.path in DIRECTORIES:
            continue
        if entry.is_symlink():
            os.symlink(os.readlink(entry.path), target)
        elif entry.is_dir():
            os.mkdir(target)
            _mount(entry.path, target, None, _MS_BIND | _MS_REC)
    os.chroot(root)
    os.chdir("/")
    for directory in DIRECTORIES:
        os.mkdir(directory)


def empty():
    """Removes all that is in the four directories."""
    for directory in DIRECTORIES:
        for entry in os.scandir(directory):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                os.unlink(entry.path)


def _mount(source, target, kind, flags):
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = [None if text is None else text.encode() for text in (source, target, kind)]
    if libc.mount(*arguments, ctypes.c_ulong(flags), None) != 0:
        raise OSError(ctypes.get_errno(), f"cannot mount {target}")
