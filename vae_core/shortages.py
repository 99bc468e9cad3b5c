"""What a machine may run short of, in a sentence: memory, room on a disk, permission."""

import errno

# What the machine's owner can put right; anything else an OSError says is a fault of ours.
_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
# PyTorch has no type of its own for it on a CPU.
_NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")


def shortage(error: BaseException) -> str | None:
    """What was short and what to do; None where the error is another one."""
    if isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(each in str(error) for each in _NO_MEMORY)
    ):
        return "There is not enough memory for this: use fewer images, a smaller model or batch."
    if not isinstance(error, OSError):
        return None
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in _DISK_IS_FULL:
        return f"The disk is full{where}: free some space, then do it again."
    if error.errno in _NOT_ALLOWED:
        return (
            f"A file or folder may not be used{where}: {error.strerror}. Put that right, or choose "
            "other folders (LATENT_ATLAS_RUNS, LATENT_ATLAS_CACHE)."
        )
    return None
