"""One made-up survey of forty companies in the layouts of several tools; every kind of question is in it."""

import csv
import io
import json

import pytest

from pipeline.drafting import draft_edition
from pipeline.figures import read_report, tabulate
from pipeline.responses import read_survey

OWNERS = ("Sales", "Customer Success", "Support")
TOOLS = ("Chat, live", "E-mail", "Phone")
AIMS = ("Speed", "Quality", "Cost")
ROLES = ("Support team", "Success team")
SCALE = ("1 - Not satisfied", "2 - Neutral", "3 - Satisfied")
HEADS = {
    "name": "What is your company's name?",
    "arr": "What is your ARR in US dollars?",
    "owner": "Which team owns renewals?",
    "tools": "Which channels do you use?",
    "people": "How many people work in each team?",
    "aims": "Which two aims matter most, in order?",
    "scale": "How satisfied are you?",
    "share": "What share of customers renews?",
    "when": "When did you start?",
    "wish": "What would you change?",
}


def answers():
    """Forty respondents; each answer follows from the number alone."""
    for i in range(40):
        yield {
            "id": f"R{i:03d}",
            "name": f"Company {i}",
            "arr": f"{(i + 1) * 1_250_000:,}",
            "owner": OWNERS[i % 3],
            "tools": [tool for k, tool in enumerate(TOOLS) if (i >> k) & 1],
            "people": [str(i % 7), str(i % 5 + 1)],
            "aims": [AIMS[i % 3], AIMS[(i + 1) % 3]],
            "scale": SCALE[i % 3],
            "share": f"{60 + i % 40}%",
            "when": f"2024-0{i % 9 + 1}-15",
            "wish": f"We would rather have had more time for what customers number {i} asked for in the spring",
        }


def text(rows, delimiter=","):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def surveymonkey():
    upper, lower = ["Respondent ID", "Collector ID", "Start Date"], ["", "", ""]
    for name, head in HEADS.items():
        options = {"tools": TOOLS, "people": ROLES, "aims": ("1", "2")}.get(name, ("Response",))
        upper += [head, *[""] * (len(options) - 1)]
        lower += options
    rows = [upper, lower]
    for number, a in enumerate(answers()):
        row = [str(9000 + number), "1", "03/02/2026"]
        for name in HEADS:
            row += [t if t in a["tools"] else "" for t in TOOLS] if name == "tools" else (
                a[name] if isinstance(a[name], list) else [a[name]])  # fmt: skip
        rows.append(row)
    return text(rows).encode()


def qualtrics():
    tags, heads, ids = ["Status", "Finished", "ResponseId"], ["Response Type", "Finished", "Response ID"], [
        "status", "finished", "_recordId"]  # fmt: skip
    for number, (name, head) in enumerate(HEADS.items(), start=1):
        parts = {"people": ROLES, "aims": ("1", "2")}.get(name)
        for k, part in enumerate(parts or ("",), start=1):
            tags.append(f"Q{number}_{k}" if parts else f"Q{number}")
            heads.append(f"{head} - {part}" if parts else head)
            ids.append(f"QID{number}_{k}" if parts else f"QID{number}")
    rows = [tags, heads, [json.dumps({"ImportId": i}) for i in ids]]
    for a in answers():
        row = ["IP Address", "True", a["id"]]
        for name in HEADS:
            row += [",".join(a["tools"])] if name == "tools" else a[name] if isinstance(a[name], list) else [a[name]]
        rows.append(row)
    rows.append(["Survey Preview", "True", "P1", "Preview Ltd", *[""] * (len(tags) - 4)])
    return text(rows).encode("utf-8-sig")


def tidy():
    heads = ["respondent_id", "company_name", "arr", "owner", *(f"tools__{k}" for k in ("chat", "email", "phone")),
             "people__support", "people__success", "scale", "share"]  # fmt: skip
    rows = [heads]
    for a in answers():
        ticks = ["1" if tool in a["tools"] else "0" for tool in TOOLS]
        rows.append([a["id"], a["name"], a["arr"], a["owner"], *ticks, *a["people"], a["scale"], a["share"]])
    return text(rows, ";").encode("utf-16")


def google():
    rows = [["Timestamp", *HEADS.values()]]
    for a in answers():
        rows.append(["3/2/2026 9:00:00", *(", ".join(a[n]) if isinstance(a[n], list) else a[n] for n in HEADS)])
    return text(rows).encode()


def non_latin():
    rows = [["Отметка времени", "Чем вы пользуетесь?", "Сколько человек в команде?", "id"]]
    rows += [["2026", ("Чат", "Почта", "Телефон")[i % 3], str(i % 9), f"к{i}"] for i in range(40)]
    return text(rows).encode()


EXPORTS = {
    "surveymonkey": ("monkey.csv", surveymonkey),
    "qualtrics": ("qualtrics.csv", qualtrics),
    "tidy": ("tidy.txt", tidy),
    "google": ("form.csv", google),
    "non_latin": ("анкета.csv", non_latin),
}


@pytest.fixture
def export(tmp_path):
    """Writes the export of one tool and gives its path."""

    def write(kind):
        name, content = EXPORTS[kind]
        (tmp_path / name).write_bytes(content())
        return tmp_path / name

    return write


@pytest.fixture
def drafted(tmp_path):
    """Drafts an edition from rows of cells; gives the survey as it reads, its exhibits, and what was said."""

    def make(*rows, name="e.csv", encoding="utf-8", end="\r\n", **stated):
        content = text(rows).replace("\r\n", end)
        (tmp_path / name).write_bytes(content.encode(encoding))
        said = draft_edition(tmp_path / name, tmp_path / "first", **stated)
        survey = read_survey(tmp_path / "first")
        return Draft(survey, read_report(tmp_path / "first", survey.codebook), said.doubts)

    return make


class Draft:
    """A draft as it reads: `kinds` by question, and the figures."""

    def __init__(self, survey, report, doubts):
        self.survey, self.report, self.doubts = survey, report, doubts
        self.codebook = survey.codebook
        self.kinds = {name: str(question.type) for name, question in survey.codebook.questions.items()}

    def labels(self, question):
        return [choice.label for choice in self.codebook.choices(question)]

    def printed(self, cell):
        return tabulate(self.survey, self.report).cell(cell).printed
