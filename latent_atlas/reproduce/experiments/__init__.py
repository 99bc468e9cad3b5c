"""The experiments: a file each, which declares one `Experiment` under the name of the file.

Adding an experiment is adding a file; nothing else lists them.
"""

from pkgutil import iter_modules


def experiment_names() -> list[str]:
    """The words after ``reproduce``, by the names of the files: none of them is imported."""
    return sorted(module.name.replace("_", "-") for module in iter_modules(__path__))
