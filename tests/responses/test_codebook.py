"""The codebook: what it offers to the other rooms, and one clear sentence with a line for whatever is wrong in it."""

import pytest

from pipeline.errors import InputError
from pipeline.responses.codebook import read_codebook
from pipeline.responses.rules import for_item


def test_variables_are_named_by_question_and_part(small):
    """Items, choices and places make one variable each; derived numbers come last."""
    names = list(small.codebook.variables())

    assert names[4:9] == ["owner", "people.support", "people.success", "people.onboarding", "channels.chat"]
    assert names[-5:] == ["aims.1", "aims.2", "comment", "total_people", "success_share"]


def test_a_variable_knows_its_label_and_unit(small):
    """An item carries its own label and short label, and the unit of its question."""
    variable = small.codebook.variables()["people.success"]

    assert (variable.question, variable.item, variable.kind) == ("people", "success", "count")
    assert (variable.label, variable.short, variable.unit) == ("Customer Success", "CS", "people")


def test_a_list_can_be_part_of_another(small):
    """`from` and `only` take choices over, labels included."""
    assert [choice.short for choice in small.codebook.lists["core_roles"]] == ["Support", "CS"]


def test_a_derived_number_rests_on_asked_variables(small):
    """What a derived number of derived numbers rests on is followed down to the answers."""
    assert small.codebook.sources_of("success_share") == ("people.success", "people.support", "people.onboarding")


def test_an_item_is_its_code_in_names_and_its_label_in_words():
    """One message template serves every item."""
    assert for_item("{mgr.{item}} in {item}", "cs", "Success") == "{mgr.cs} in Success"


# (text in the small codebook, what it is replaced by, words of the message); the error must name the changed line
WRONG = [
    ("  title: A small survey", "  titel: A small survey", "unknown key 'titel'; did you mean 'title'?"),
    ("  title: A small survey\n", "", "key 'title' is missing"),
    ("  year: 2026", "  year: soon", "not 'soon'"),
    ("  year: 2026", "  year: 2026\n  year: 2027", "key 'year' is given twice"),
    ("type: identifier", "type: identifer", "'identifer' is not known here; did you mean 'identifier'?"),
    ("kind: qualtrics", "kind: qualtrix", "did you mean 'qualtrics'?"),
    ("items: roles, column", "items: rolls, column", "unknown list 'rolls'; did you mean 'roles'?"),
    ("from: roles", "from: rols", "'rols' is no list that stands above; did you mean 'roles'?"),
    ("only: [support, success]", "only: [support, sucess]", "'sucess' is not in list 'roles'; did you mean 'success'?"),
    ("{code: onboarding, label: Onboarding}", "{code: support, label: Onboarding}", "code 'support' is given twice"),
    ("below: 50_000_000}", "below: 40_000_000}", "there is a gap at 40,000,000"),
    ("below: 50_000_000}", "to: 50_000_000}", "overlap at 50,000,000"),
    (
        "{id: hybrid, label: Hybrid} ",
        "{id: hybird, label: Hybrid} ",
        "'hybird' is not a choice of 'motion'; did you mean",
    ),
    ("    variable: arr", "    variable: ar", "unknown variable 'ar'; did you mean 'arr'?"),
    ("formula: sum(people)", "formula: sum(peple)", "unknown name 'peple'; did you mean 'people'?"),
    ("formula: sum(people)", "formula: summ(people)", "unknown function 'summ'; did you mean 'sum'?"),
    ("formula: sum(people)", "formula: success_share", "must be derived above"),
    ("formula: sum(people)", 'formula: "7"', "rests on no answer"),
    ("formula: sum(people)", "formula: people.suport", "'people' has no item 'suport'; did you mean 'support'?"),
    ("assert: grr <= nrr", "assert: grr <= nr", "unknown name 'nr'; did you mean 'nrr'?"),
    ("assert: grr <= nrr", "assert: grr", "gives a number, not a yes or no"),
    ("assert: grr <= nrr", "assert: __import__('os')", "unknown function '__import__'"),
    ("assert: grr <= nrr", "assert: grr.__class__ == 1", "'grr' has no item '__class__'"),
    ("assert: grr <= nrr", "assert: grr <= motion", "'motion' is a text, not a number"),
    ("assert: grr <= nrr", "assert: grr <=", "is not an expression"),
    ("owner == 'support'", "owner == 'suport'", "'suport' is not a choice there; did you mean 'support'?"),
    ("outsources == 'yes'", "outsources == 'ja'", "'ja' is not a choice there; allowed: yes, no"),
    ('message: "Gross retention {grr}', 'message: "Gross retention {gr}', "unknown variable 'gr'; did you mean 'grr'?"),
    ("exclusive: [none]", "exclusive: [non]", "'non' is not a choice of it; did you mean 'none'?"),
    (
        "{code: email, label: E-mail}",
        "{code: email, label: Phone}",
        "'phone' stands for two choices, 'email' and 'phone'",
    ),
    ("id: grr, type", "id: nrr, type", "id 'nrr' is used already"),
    ("id: comment", "id: class", "'class' is a word of the rule language"),
    ("id: comment", "id: Comment", "should match pattern"),
    ("id: small_roles", "id: outlier", "'outlier' is the name of a built-in check"),
    ("places: 2, ", "", "a ranking needs 'places'"),
    ("hard: [0, 300]", "hard: [300, 0]", "ends before it begins"),
    ("  name: company", "  name: arr", "'arr' is no question of type text"),
    ("duplicate_of: [company_id]", "duplicate_of: [company_ids]", "did you mean 'company_id'?"),
    ("where: \"Finished != 'True'\"", "where: \"Finishd != 'True'\"", "unknown name 'Finishd'"),
    ("keep: latest, by: RecordedDate", "keep: latest", "'keep: latest' needs 'by'"),
]


@pytest.mark.parametrize(("old", "new", "words"), WRONG)
def test_a_wrong_codebook_is_refused_with_its_line(edition, old, new, words):
    """Every mistake is one sentence that names the file and the line, and what is allowed."""
    first = edition.replace("codebook.yaml", old, new)

    with pytest.raises(InputError) as caught:
        read_codebook(edition.folder / "codebook.yaml")

    assert words in str(caught.value)
    assert caught.value.file == edition.folder / "codebook.yaml"
    assert first - 3 <= caught.value.line <= first + 2


def test_a_misspelt_built_in_check_is_refused(edition):
    """Only built-in checks that exist can be switched."""
    edition.replace("codebook.yaml", "checks:\n", "builtin: {outliers: off}\n\nchecks:\n")

    with pytest.raises(InputError, match="unknown built-in check 'outliers'; did you mean 'outlier'"):
        edition.read()


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("survey: {id: über}".encode("cp1252"), 1, "not UTF-8"),
        (b"survey:\n  id: x\n bad: y\n", 3, "not YAML"),
        (b"- a\n", 1, "keys and values"),
        (b"", 1, "keys and values"),
        (b"survey: !!python/object:os.system {}\n", 1, "no YAML tags"),
        (b"survey: !thing x\n", 1, "no YAML tags"),
        (b"survey: &a {id: x}\nsource: *a\n", 2, "aliases"),
        (b"survey: &a {id: x}\nsource:\n  <<: *a\n", 2, "merge keys"),
        (b"a: 1\n---\nb: 2\n", 2, "not YAML"),
    ],
)
def test_a_file_that_is_no_codebook_is_refused(tmp_path, content, line, words):
    """Other encodings, broken YAML, lists and tags end in one sentence with a line."""
    (tmp_path / "codebook.yaml").write_bytes(content)

    with pytest.raises(InputError, match=words) as caught:
        read_codebook(tmp_path / "codebook.yaml")

    assert caught.value.line == line


def test_a_missing_codebook_is_named(tmp_path):
    """The sentence names the file that is not there."""
    with pytest.raises(InputError, match=r"codebook\.yaml: the file is missing"):
        read_codebook(tmp_path / "codebook.yaml")


def test_words_of_yaml_1_1_stay_words(tidy):
    """no, off and 012 are what they look like: a choice code, a choice code, a number."""
    codebook = (
        tidy(
            """
        questions:
          - {id: q, type: single, text: Q?, choices: [{code: no, label: No}, {code: off, label: Off}]}
          - {id: n, type: number, text: N?, hard: [0, 012]}
        """,
            "respondent_id,q,n\nr1,no,1\n",
        )
        .read()
        .codebook
    )

    assert [choice.code for choice in codebook.choices("q")] == ["no", "off"]
    assert codebook.questions["n"].hard == (0, 12)
