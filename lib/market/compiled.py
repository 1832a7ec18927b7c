"""How kernels are compiled, and where their machine code is kept between processes.

numba's own disk cache looks only at the file of the cached function, so an edit to a helper in another module leaves
stale code in use. Here the folder is named by a hash of every kernel source, and nothing is touched before the first
call: importing a kernel module reads and writes no file.
"""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import caching

F = TypeVar("F", bound=Callable[..., Any])

_SOURCES = Path(__file__).parent
_WORKPLACE = Path(__file__).parents[2]


def kernel_sources() -> tuple[Path, ...]:
    return tuple(sorted(_SOURCES.glob("*.py")))


def source_key(sources: tuple[Path, ...]) -> str:
    """Names the whole of the sources: any edit to any of them gives another key."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sources:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


@cache
def cache_folder() -> Path:
    """The folder of this version's machine code; STUDIO_KERNEL_CACHE moves its parent."""
    parent = os.environ.get("STUDIO_KERNEL_CACHE") or _WORKPLACE / ".cache" / "kernels"
    return Path(parent) / source_key(kernel_sources())


class _Locator:
    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def get_cache_path(self) -> str:
        return str(cache_folder())

    def get_source_stamp(self) -> str:
        return cache_folder().name

    def ensure_cache_path(self) -> None:
        cache_folder().mkdir(parents=True, exist_ok=True)

    def get_disambiguator(self) -> str:
        return self._function.__module__.rpartition(".")[2]

    @classmethod
    def from_function(cls, function: Callable[..., Any], _file: str) -> "_Locator":
        return cls(function)


class _Impl(caching.CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012 - the name and type numba looks for


class _FileCache(caching.FunctionCache):
    _impl_class = _Impl


class _LazyCache:
    """Opens the file cache at first use; a folder that can not be written, or a broken file, only costs time."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._files: _FileCache | None = None

    def _opened(self) -> _FileCache:
        if self._files is None:
            self._files = _FileCache(self._function)
        return self._files

    @property
    def cache_path(self) -> str:
        return str(cache_folder())

    def load_overload(self, signature: Any, target: Any) -> Any:
        try:
            return self._opened().load_overload(signature, target)
        except Exception:  # whatever a damaged file raises, compiling again is right
            return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        try:
            self._save(signature, compiled)
        except Exception:  # a folder nobody may write to
            return

    def _save(self, signature: Any, compiled: Any) -> None:
        try:
            self._opened().save_overload(signature, compiled)
        except Exception:  # a damaged index: begin a new one
            self._opened().flush()
            self._opened().save_overload(signature, compiled)

    def enable(self) -> None:
        self._opened().enable()

    def disable(self) -> None:
        self._opened().disable()

    def flush(self) -> None:
        self._opened().flush()


def kernel(function: F) -> F:
    """Compile without the interpreter lock and without any licence to reorder or fuse floating point."""
    return _compiled(function)


def tight(function: F) -> F:
    """A kernel that allocates nothing, for inner loops.

    It also counts no references: counting them costs atomic operations at every call, several times the arithmetic of
    a small kernel.
    """
    return _compiled(function, _nrt=False)


def _compiled(function: F, **options: bool) -> F:
    dispatcher: Any = numba.njit(nogil=True, fastmath=False, error_model="numpy", **options)(function)
    dispatcher._cache = _LazyCache(function)
    return dispatcher  # type: ignore[no-any-return]
