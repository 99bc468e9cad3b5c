"""What programs for annotation write: Label Studio's tasks, and COCO's pictures and categories.

Of each picture only its kind is taken: the choice of a person, or what the boxes and outlines in it
are called. Where these are of several kinds, they are named together: bus, car.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

_LOCAL = re.compile(r"^.*[?&]d=")  # what Label Studio puts before the path of a file of its own
_MOST_KINDS = 3  # in one picture that are named

Rows = list[dict[str, str]]


def pictures_and_kinds(found: object) -> Rows | None:
    """A row for each picture, with its name and its kind; None of what is no such export."""
    if isinstance(found, list) and found and all(_is_task(each) for each in found):
        return _of_tasks(found)
    if isinstance(found, dict) and {"images", "annotations", "categories"} <= set(found):
        return _of_coco(found)
    return None


def _is_task(each: object) -> bool:
    return (
        isinstance(each, dict)
        and isinstance(each.get("data"), dict)
        and any(isinstance(each.get(key), list) for key in ("annotations", "completions"))
    )


def _of_tasks(tasks: Iterable[Mapping[str, object]]) -> Rows:
    """Label Studio's: the address of the picture lies in `data`, the labels in the results."""
    rows = []
    for task in tasks:
        data = task["data"]
        texts = [v for v in data.values() if isinstance(v, str)] if isinstance(data, dict) else []
        address = next((text for text in texts if re.search(r"\.\w{2,4}($|[?#])", text)), "")
        kinds: dict[str, list[str]] = defaultdict(list)
        for result in _results(task):
            value = result.get("value")
            title = str(result.get("from_name") or "label")
            for labels in value.values() if isinstance(value, dict) else ():
                if isinstance(labels, list):  # numbers tell where something is
                    kinds[title] += [label for label in labels if isinstance(label, str)]
        told = {title: _together(labels) for title, labels in kinds.items()}
        rows.append({"image": _file_of(address), **told})
    titles = sorted({title for row in rows for title in row if title != "image"})
    return [{"image": row["image"], **{t: row.get(t, "") for t in titles}} for row in rows]


def _results(task: Mapping[str, object]) -> Iterable[Mapping[str, object]]:
    """Those of the first annotation that was not given up."""
    annotations = task.get("annotations") or task.get("completions")
    for each in annotations if isinstance(annotations, list) else ():
        if isinstance(each, dict) and not each.get("was_cancelled"):
            results = each.get("result")
            return [r for r in results if isinstance(r, dict)] if isinstance(results, list) else []
    return []


def _file_of(address: str) -> str:
    """The name of the file that an address of Label Studio's stands for."""
    local = _LOCAL.sub("", address)
    return unquote(local if local != address else address.partition("?")[0])


def _of_coco(found: Mapping[str, object]) -> Rows | None:
    pictures, marks, categories = (found[k] for k in ("images", "annotations", "categories"))
    if not (isinstance(pictures, list) and isinstance(marks, list)):
        return None
    names = {
        str(each.get("id")): str(each.get("name"))
        for each in (categories if isinstance(categories, list) else ())
        if isinstance(each, dict)
    }
    kinds: dict[str, list[str]] = defaultdict(list)
    for mark in marks:
        if isinstance(mark, dict) and (name := names.get(str(mark.get("category_id")))):
            kinds[str(mark.get("image_id"))].append(name)
    return [
        {"image": str(each.get("file_name", "")), "category": _together(kinds[str(each.get("id"))])}
        for each in pictures
        if isinstance(each, dict)
    ]


def _together(kinds: Iterable[str]) -> str:
    """Several kinds as one: bus, car; of many, the first of them."""
    names = sorted(set(kinds))
    return ", ".join([*names[:_MOST_KINDS], *(["…"] if len(names) > _MOST_KINDS else [])])
