"""Where machine code is kept between processes.

The compiler's own cache looks at one source file per function and would go on
using old machine code after a rule in another file has changed. So the folder
is named by a fingerprint of everything that is compiled: another text, another
folder. Nothing here may raise: no writable place means no cache.
"""

import contextlib
import hashlib
import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

_fcntl: ModuleType | None
try:
    import fcntl as _fcntl
except ImportError:  # Windows
    _fcntl = None

KEPT_FINGERPRINTS = 3
"""How many folders stay when newer ones appear; older ones are deleted unless in use."""

COMPILED_PARTS = ("engine", "rules", "events", "vocabulary.py")
"""Parts of the package whose text ends up in machine code."""

_COMPILERS = ("numba", "numpy", "llvmlite")
_COMPILER_SETTINGS = ("NUMBA_OPT", "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "NUMBA_DEBUGINFO")
_LOCK_NAME = "in-use"
_COMPILING_NAME = "compiling"
_DAY_SECONDS = 86_400.0

_held_locks: list[int] = []


def source_fingerprint(package_root: Path, extra: str = "") -> str:
    """Name of everything that machine code depends on.

    Args:
        package_root: Folder of the package.
        extra: Further settings that change the machine code.

    Returns:
        Twenty hexadecimal digits.

    Raises:
        OSError: If a source file cannot be read.
    """
    digest = hashlib.sha256()
    for part in COMPILED_PARTS:
        path = package_root / part
        for source in [path] if path.is_file() else sorted(path.rglob("*.py")):
            digest.update(f"\0{source.relative_to(package_root).as_posix()}\0".encode())
            digest.update(source.read_bytes())
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _COMPILERS]
    settings = [f"{name}={os.environ.get(name, '')}" for name in _COMPILER_SETTINGS]
    machine = [sys.version, platform.machine(), _processor()]
    digest.update("\0".join([*versions, *settings, *machine, extra]).encode())
    return digest.hexdigest()[:20]


def cache_directory(package_root: Path, extra: str = "") -> Path | None:
    """Folder for machine code, made and marked as in use by this process.

    ``NUMBA_CACHE_DIR`` decides if set. Otherwise ``__compiled__`` inside the
    package if that can be written, else the user's cache folder.

    Args:
        package_root: Folder of the package.
        extra: Further settings that change the machine code.

    Returns:
        The folder, or None where there is no place to write.
    """
    try:
        fingerprint = source_fingerprint(package_root, extra)
    except (OSError, importlib.metadata.PackageNotFoundError):
        return None
    for place in _places(package_root):
        try:
            folder = place / fingerprint
            _claim(folder)
        except OSError:
            continue
        _hide_from_git(place)
        _forget_old(place, folder)
        return folder
    return None


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time compile for a folder, so that the others find what it has kept there.

    Args:
        folder: A folder that `cache_directory` gave. Where the system has no locks, nobody waits.
    """
    with contextlib.ExitStack() as held:
        if _fcntl is not None:
            with contextlib.suppress(OSError):
                file = held.enter_context(open(folder / _COMPILING_NAME, "a"))
                _fcntl.flock(file, _fcntl.LOCK_EX)  # let go when the file is closed, or the process ends
        yield


def _places(package_root: Path) -> list[Path]:
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return [Path(chosen) / "relay-handoff"]
    places = [package_root / "__compiled__"]
    user = _user_cache()
    if user is not None:
        places.append(user / "relay-handoff")
    return places


def _user_cache() -> Path | None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        chosen = os.environ.get(name)
        if chosen and Path(chosen).is_absolute():
            return Path(chosen)
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"


def _claim(folder: Path) -> None:
    """Make the folder, prove that it can be written, and hold it for the life of the process.

    Raises:
        OSError: If any of this is impossible.
    """
    for _ in range(5):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            tempfile.TemporaryFile(dir=folder).close()
            os.utime(folder)
            held = _lock(folder, shared=True)
        except FileNotFoundError:  # another process has just deleted it
            continue
        if (folder / _LOCK_NAME).exists():
            if held is not None:
                _held_locks.append(held)
            return
        if held is not None:
            os.close(held)
    raise FileNotFoundError(folder)


def _hide_from_git(place: Path) -> None:
    ignore = place / ".gitignore"
    with contextlib.suppress(OSError):
        if not ignore.exists():
            ignore.write_text("*\n")


def _lock(folder: Path, shared: bool) -> int | None:
    """Lock a folder for use (shared) or deletion; None if the system cannot or another holds it."""
    file = os.open(folder / _LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
    if _fcntl is not None:
        try:
            _fcntl.flock(file, (_fcntl.LOCK_SH if shared else _fcntl.LOCK_EX) | _fcntl.LOCK_NB)
            return file
        except OSError:
            pass
    os.close(file)
    return None


def _forget_old(place: Path, current: Path) -> None:
    """Delete all but the newest fingerprints, sparing folders that a process uses."""
    try:
        others = [path for path in place.iterdir() if path.is_dir() and path != current]
        others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return
    for folder in others[KEPT_FINGERPRINTS - 1 :]:
        try:
            if _fcntl is None:
                # Without locks, age is the only sign that nobody uses it.
                if time.time() - folder.stat().st_mtime > _DAY_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)
                continue
            held = _lock(folder, shared=False)
            if held is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(held)
        except OSError:
            continue


def _processor() -> str:
    try:
        import llvmlite.binding as llvm

        return str(llvm.get_host_cpu_name())
    except Exception:  # the name only separates machines that share a home folder
        return ""
