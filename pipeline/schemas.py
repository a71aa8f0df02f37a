"""A JSON Schema for each YAML file that an analyst writes, so that an editor completes keys and marks what is wrong.

They are made from the models that read the files. An editor shows shapes only; what a name refers to, `bandwise
validate` checks.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.figures.exhibits_file import ExhibitsFile
from pipeline.figures.guidance.file import GuidanceFile
from pipeline.figures.tailored.tailored_file import TailoredFile
from pipeline.responses.schema import CodebookFile
from pipeline.responses.strict_yaml import Entry

MODELS: dict[str, type[Entry]] = {
    "codebook": CodebookFile,
    "exhibits": ExhibitsFile,
    "guidance": GuidanceFile,
    "tailored": TailoredFile,
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of one file by its name without `.yaml`."""
    found = _as_read(MODELS[name].model_json_schema(by_alias=True))
    return {"$schema": DIALECT, "title": f"{name}.yaml", **found}


def write_schemas(folder: Path) -> list[Path]:
    """Write `<name>.schema.json` for every file into a folder; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in MODELS:
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(schema_of(name), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def _as_read(part: Any) -> Any:
    """The schema as the reader takes a file: a number can stand for a text; without the titles of Python classes."""
    if isinstance(part, list):
        return [_as_read(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {key: _as_read(value) for key, value in part.items() if key != "title" or isinstance(value, dict)}
    if found.get("type") == "string" and "enum" not in found and "const" not in found:
        found["type"] = ["string", "number"]
    if found.get("description"):
        found["description"] = " ".join(found["description"].split())
    return found
