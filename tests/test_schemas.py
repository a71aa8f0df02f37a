"""A schema takes every file that the reader takes, marks what it refuses, and the committed ones are current."""

import copy
import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pipeline.responses.strict_yaml import load
from pipeline.schemas import MODELS, schema_of, write_schemas

ROOT = Path(__file__).parents[1]
FILES = sorted(path for name in MODELS for path in ROOT.glob(f"[st]*/**/{name}.yaml"))


def faults(name, data):
    return [error.message for error in Draft202012Validator(schema_of(name)).iter_errors(data)]


@pytest.mark.parametrize("name", MODELS)
def test_each_is_a_json_schema(name):
    Draft202012Validator.check_schema(schema_of(name))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_of_the_repository_fits_its_schema(path):
    assert faults(path.stem, load(path).data) == []


def test_there_are_files_of_every_kind_to_test():
    assert {path.stem for path in FILES} == set(MODELS)


@pytest.mark.parametrize(
    ("name", "place", "key", "value"),
    [
        ("codebook", ("questions", 0), "colunm", "Q1"),  # a misspelt key
        ("codebook", ("questions", 0), "type", "textual"),  # no kind of question
        ("codebook", ("questions",), None, []),  # a survey without questions
        ("exhibits", ("exhibits", 0), "statistic", "average"),
        ("exhibits", ("exhibits", 0), "decimals", "two"),
        ("guidance", ("rules", 0), "priority", 0),
        ("guidance", ("rules", 0), "sorce", ["guide"]),
        ("tailored", ("pages", 0), "kind", "glances"),
    ],
)
def test_what_the_reader_refuses_is_marked(name, place, key, value):
    data = copy.deepcopy(load(ROOT / "survey_raw" / "2023" / f"{name}.yaml").data)
    parent = data
    for step in place if key is not None else place[:-1]:
        parent = parent[step]
    parent[place[-1] if key is None else key] = value

    assert faults(name, data)


def test_the_committed_schemas_are_current(tmp_path):
    """If this fails, run `bandwise schema` and commit what it wrote."""
    for path in write_schemas(tmp_path):
        assert (ROOT / "schemas" / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_a_file_that_names_its_schema_names_one_that_is_there():
    named = 0
    for path in FILES:
        found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
        if found:
            named += 1
            schema = json.loads((path.parent / found[1]).read_text(encoding="utf-8"))
            assert schema["title"] == path.name
    assert named
