"""Writes the notebooks of the draft: a heading, a sentence, the chapter's exhibits one by one."""

from __future__ import annotations

import hashlib

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pipeline.drafting.exhibits import Chapter

PARAMETERS = """edition = "{edition}"  # the edition's folder
output = "{output}"  # where its figures lie
audience = "internal"  # internal, external or reviewer"""
OPEN = """from pipeline.notebook import open_report

report = open_report(edition, output, audience)"""
INTRODUCTION = {
    "who_answered": "How many answered, and how they divide into the classes that the report is cut by.",
}
ELSE = "Each page shows one question as it was asked. Write here what a reader should see first."


def notebook(chapter: Chapter, edition: str, output: str) -> str:
    """One chapter as the text of an .ipynb file, without outputs; the same chapter gives the same bytes."""
    sources = [(new_code_cell, PARAMETERS.format(edition=edition, output=output)), (new_code_cell, OPEN)]
    intro = INTRODUCTION.get(chapter.id, ELSE)
    sources.append((new_markdown_cell, f"# {chapter.title}\n\n{intro}"))
    shown = [*chapter.exhibits, *(("records", "findings") if chapter.id == "who_answered" else ())]
    sources += [(new_code_cell, f'report.show("{exhibit}")') for exhibit in shown]
    cells = []
    for number, (make, source) in enumerate(sources):
        cell = make(source)
        cell["id"] = hashlib.sha256(f"{chapter.id} {number}".encode()).hexdigest()[:8]
        cells.append(cell)
    cells[0]["metadata"]["tags"] = ["parameters"]
    book = new_notebook(cells=cells)
    book["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return nbformat.writes(book) + "\n"
