"""The small survey as a build leaves it for those who audit it: made once, copied by tests that change it."""

import shutil
from pathlib import Path

import pytest
from made import SMALL, tabulated

from pipeline.run_record import code_digest, inputs_of, versions, write_record


@pytest.fixture(scope="session")
def build():
    """Makes what an audit reads of a build: ledger.csv, ledger.sqlite and run.json of an edition in a folder."""

    def into(folder, edition=SMALL):
        folder.mkdir(exist_ok=True)
        ledger = tabulated(edition, "reviewer")
        ledger.write_csv(folder / "ledger.csv")
        ledger.write_sqlite(folder / "ledger.sqlite")
        record = {"edition": edition.name, "audience": "reviewer", "inputs": inputs_of(edition)}
        write_record(record | {"versions": versions(), "code": code_digest()}, folder)
        return folder

    return into


@pytest.fixture(scope="session")
def small_build(build, tmp_path_factory):
    """The build of the small survey as it stands; nothing may change it."""
    return build(tmp_path_factory.mktemp("small_build"))


@pytest.fixture
def built_before(small_build, tmp_path):
    """A copy of that build."""
    return Path(shutil.copytree(small_build, tmp_path / "before"))
